// What a client hears that may not connect now.
#include "core/server/protocols.h"

namespace mailctl::server {

std::string refusal(conf::Protocol protocol, std::string_view hostname, Errc why)
{
    const bool later = why != Errc::Denied;
    switch (protocol) {
        case conf::Protocol::Imap: // RFC 9051 §7.1.5; the code is RFC 5530 §3
            return later ? "* BYE [UNAVAILABLE] Too many connections, try again later\r\n"
                         : "* BYE Access denied\r\n";
        case conf::Protocol::Pop3: // RFC 3206 §4
            return later ? "-ERR [SYS/TEMP] Too many connections, try again later\r\n"
                         : "-ERR [SYS/PERM] Access denied\r\n";
        default: // RFC 5321 §3.8: 421 may answer the connection itself
            return "421 4.7.0 " + std::string(hostname) +
                   (later ? " Too many connections, try again later\r\n" : " Access denied\r\n");
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
    }
    return "server";
}

} // namespace mailctl::server
