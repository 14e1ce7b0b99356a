// The threads that sessions and deliveries run on: each has a context of its own.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include "core/server/event_loop.h"

namespace mailctl::server {

/// A context that several threads run hands each event from one thread to another, which costs more
/// than most commands do: 24 µs from a NOOP to its answer, and 16 µs where one thread waits and works.
/// Order: start, stop, let_go, and then the end.
class SessionThreads {
public:
    /// `count`: more than processors, so that long commands of sessions which share a thread leave
    /// no processor idle while others wait.
    explicit SessionThreads(unsigned count);
    ~SessionThreads() { stop(); }
    SessionThreads(const SessionThreads&) = delete;
    SessionThreads& operator=(const SessionThreads&) = delete;

    void start();
    /// Returns when the threads have ended. The contexts keep what is left in them.
    void stop();
    /// As EventLoop::let_go, of all of them.
    void let_go();
    /// Where the next of them runs: a strand of one of the contexts, in turn. Threads: any.
    boost::asio::any_io_executor next();
    /// A strand of the context that the calling thread runs; on another thread, as next().
    boost::asio::any_io_executor here();

private:
    struct Context {
        EventLoop io{1}; ///< one thread runs it
        boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    };
    std::vector<std::unique_ptr<Context>> contexts_;
    std::vector<std::thread> threads_;
    std::atomic<unsigned> next_{0};
};

} // namespace mailctl::server
