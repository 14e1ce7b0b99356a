// What a client hears that may not connect now.
#include "conf/config.h"
#include "core/server/protocols.h"
#include "core/smtp/replies.h"

namespace mailctl::server {

namespace {

/// The text of smtp.replies for this row, else the given one. SMTP-20
std::string text_of(const conf::Config& config, smtp::Say key, std::string_view otherwise)
{
    const auto& texts = config.smtp.replies;
    const auto found = texts.find(std::string(smtp::row_of(key).name));
    return found == texts.end() ? std::string(otherwise) : found->second;
}

} // namespace

std::string refusal(conf::Protocol protocol, const conf::Config& config, std::string_view hostname,
                    Errc why)
{
    const bool later = why != Errc::Denied;
    switch (protocol) {
        case conf::Protocol::Imap: // RFC 9051 §7.1.5; the code is RFC 5530 §3
            return later ? "* BYE [UNAVAILABLE] Too many connections, try again later\r\n"
                         : "* BYE Access denied\r\n";
        case conf::Protocol::Pop3: // RFC 3206 §4
            return later ? "-ERR [SYS/TEMP] Too many connections, try again later\r\n"
                         : "-ERR [SYS/PERM] Access denied\r\n";
        case conf::Protocol::Http: // RFC 9110 §15.5.4, §15.6.4
            return std::string(later ? "HTTP/1.1 503 Service Unavailable" : "HTTP/1.1 403 Forbidden") +
                   "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        default: // RFC 5321 §3.8: 421 may answer the connection itself
            return "421 4.7.0 " + std::string(hostname) + " " +
                   (later ? text_of(config, smtp::Say::TooManyConnections,
                                    "Too many connections, try again later")
                          : text_of(config, smtp::Say::AccessDenied, "Access denied")) +
                   "\r\n";
    }
}

std::string_view area_of(conf::Protocol protocol)
{
    switch (protocol) {
        case conf::Protocol::Smtp:
            return "smtp";
        case conf::Protocol::Submission:
            return "submission";
        case conf::Protocol::Lmtp:
            return "lmtp";
        case conf::Protocol::Imap:
            return "imap";
        case conf::Protocol::Pop3:
            return "pop3";
        case conf::Protocol::Http:
            return "http";
    }
    return "server";
}

} // namespace mailctl::server
