// Both ends on one strand.
#include "core/submit/local_session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include "core/delivery/services.h"
#include "core/net/memory_stream.h"
#include "core/net/session_info.h"
#include "core/smtp/server/serve.h"

namespace mailctl::submit {

LocalSession open_local_session(boost::asio::any_io_executor executor,
                                std::shared_ptr<const delivery::Services> services,
                                smtp::LocalCaller caller)
{
    const auto strand = boost::asio::make_strand(executor);
    net::MemoryStreamOptions options;
    options.local = {"unix", 0};
    options.peer = {"unix", 0};
    auto [server, client] = net::memory_stream_pair(strand, options);
    net::SessionInfo::View view;
    view.protocol = "sendmail";
    view.peer = options.peer;
    view.start = services->clock->now();
    auto info = std::make_shared<net::SessionInfo>(std::move(view));
    LocalSession session;
    session.ended = boost::asio::co_spawn(strand,
                                          smtp::serve_local(std::move(server), std::move(services),
                                                            std::move(caller), std::move(info)),
                                          boost::asio::use_future);
    session.stream = std::move(client);
    return session;
}

} // namespace mailctl::submit
