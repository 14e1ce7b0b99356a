// An SMTP session inside this process: what local programs send goes through the same checks.
#pragma once

#include <future>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "core/net/stream.h"
#include "core/smtp/server/local_caller.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::submit {

struct LocalSession {
    std::unique_ptr<net::Stream> stream; ///< the client's end; use it on its executor
    std::future<void> ended;             ///< the server's end is through with it
};

/// Starts one. Whoever opens it waits for `ended`, once the stream is closed or QUIT was answered.
LocalSession open_local_session(boost::asio::any_io_executor executor,
                                std::shared_ptr<const delivery::Services> services,
                                smtp::LocalCaller caller);

} // namespace mailctl::submit
