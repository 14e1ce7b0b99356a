// What this server offers to mail programs, taken from its listeners.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf/listener.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::autoconfig {

enum class Security : std::uint8_t { None, StartTls, Tls };

/// One way to read or send mail.
struct Offer {
    conf::Protocol protocol = conf::Protocol::Imap; ///< Imap, Pop3 or Submission
    std::string host;
    std::uint16_t port = 0;
    Security security = Security::Tls;
    bool has_oauth = false;
    bool has_encrypted_password = false; ///< SCRAM
};

/// "imap", "pop3", "smtp", as all formats call them.
std::string_view word_of(conf::Protocol protocol);

/// The name that clients reach the servers by: autoconfig.host, else the hostname given.
std::string host_of(const conf::Config& config, const std::string& hostname);

/// Order: IMAP, POP3, submission; each with TLS from the start first (RFC 8314 §3). Listeners that
/// are off, listen on loopback or Unix sockets only, or on which no password could be sent, are
/// left out.
std::vector<Offer> offers_of(const conf::Config& config, const std::string& hostname);

/// Listeners for mail programs are on, and all of them on loopback or Unix sockets.
bool are_all_local(const conf::Config& config);

/// The first of a protocol; nullptr: none.
const Offer* first_of(const std::vector<Offer>& offers, conf::Protocol protocol);

} // namespace mailctl::autoconfig
