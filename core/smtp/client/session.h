// What is known of one connection to a peer, from its greeting on. For core/smtp/client only.
#pragma once

#include <string>

#include "core/smtp/client/client.h"
#include "core/smtp/client/connection.h"

namespace mailctl::smtp {

struct ClientSession {
    ClientSession(std::unique_ptr<net::Stream> stream, ClientOptions o)
        : connection(std::move(stream)), options(std::move(o))
    {}

    Connection connection;
    ClientOptions options;
    PeerExtensions extensions;
    std::string greeting_name;
    unsigned messages = 0;
    bool needs_reset = false; ///< a transaction was begun and not ended
    bool is_over = false;     ///< the peer is gone, or what it says makes no sense
};

} // namespace mailctl::smtp
