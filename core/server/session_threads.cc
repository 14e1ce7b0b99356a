// The threads that sessions run on.
#include "core/server/session_threads.h"

#include <boost/asio/strand.hpp>

namespace mailctl::server {

SessionThreads::SessionThreads(unsigned count)
{
    for (unsigned i = 0; i < count; ++i)
        contexts_.push_back(std::make_unique<Context>());
}

void SessionThreads::start()
{
    for (const auto& context : contexts_)
        threads_.emplace_back([&io = context->io] { io.run(); });
}

void SessionThreads::stop()
{
    for (const auto& context : contexts_)
        context->io.stop();
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
}

void SessionThreads::let_go()
{
    for (const auto& context : contexts_)
        context->io.let_go();
}

boost::asio::any_io_executor SessionThreads::next()
{
    return boost::asio::make_strand(contexts_[next_++ % contexts_.size()]->io);
}

boost::asio::any_io_executor SessionThreads::here()
{
    for (const auto& context : contexts_)
        if (context->io.get_executor().running_in_this_thread())
            return boost::asio::make_strand(context->io);
    return next();
}

} // namespace mailctl::server
