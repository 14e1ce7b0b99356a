// How a coroutine waits for work that another thread finishes.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::store {

/// A suspended caller. resume() is called once, on any thread; the caller goes on on its own
/// executor, never inside resume().
class Waiter {
public:
    virtual ~Waiter() = default;
    virtual void resume(Result<> result) = 0;
};

namespace detail {

template <class Handler>
class HandlerWaiter : public Waiter {
public:
    explicit HandlerWaiter(Handler handler)
        : executor_(boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                        boost::asio::execution::outstanding_work.tracked)),
          handler_(std::move(handler))
    {
    }
    void resume(Result<> result) override
    {
        boost::asio::post(executor_, Completion{std::move(handler_), std::move(result)});
    }

private:
    struct Completion {
        Handler handler;
        Result<> result;
        void operator()() { std::move(handler)(std::move(result)); }
    };
    using Plain = boost::asio::associated_executor_t<Handler>;
    std::decay_t<decltype(boost::asio::prefer(std::declval<Plain>(),
                                              boost::asio::execution::outstanding_work.tracked))>
        executor_;
    Handler handler_;
};

template <class Queue, class Work>
struct Enqueue {
    Queue* queue;

    template <class Handler>
    void operator()(Handler&& handler, std::unique_ptr<Work> work) const
    {
        work->waiter =
            std::make_unique<HandlerWaiter<std::decay_t<Handler>>>(std::forward<Handler>(handler));
        queue->enqueue(std::move(work));
    }
};

} // namespace detail

/// Hands `work`, with its member `waiter` set, to `queue.enqueue` when awaited, and waits until
/// that waiter is resumed. Borrows: queue.
template <class Queue, class Work>
Awaitable<Result<>> enqueue_and_wait(Queue& queue, std::unique_ptr<Work> work)
{
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<>)>(
        detail::Enqueue<Queue, Work>{&queue}, boost::asio::use_awaitable, std::move(work));
}

} // namespace mailctl::store
