// From a listener's protocol to the code that speaks it.
#include "core/server/protocols.h"

#include "core/http/server/serve.h"
#include "core/imap/server/serve.h"
#include "core/pop3/server/serve.h"
#include "core/smtp/server/serve.h"

namespace mailctl::server {

Awaitable<> serve_protocol(std::unique_ptr<net::Stream> stream,
                           std::shared_ptr<const delivery::Services> services,
                           conf::Listener listener, std::shared_ptr<net::SessionInfo> info)
{
    // Not a coroutine: the session's own frame is the only one.
    switch (listener.protocol) {
        case conf::Protocol::Imap:
            return imap::serve(std::move(stream), std::move(services), std::move(listener),
                               std::move(info));
        case conf::Protocol::Pop3:
            return pop3::serve(std::move(stream), std::move(services), std::move(listener),
                               std::move(info));
        case conf::Protocol::Http:
            return http::serve(std::move(stream), std::move(services), std::move(listener),
                               std::move(info));
        default:
            return smtp::serve(std::move(stream), std::move(services), std::move(listener),
                               std::move(info));
    }
}

} // namespace mailctl::server
