// Runs several pieces of awaitable work at once and waits for all of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/awaitable.h"

namespace mailctl {
namespace gather_detail {

template <class T>
struct State {
    explicit State(std::size_t count) : results(count), errors(count), left(count) {}
    std::vector<T> results;
    std::vector<std::exception_ptr> errors;
    std::atomic<std::size_t> left;
};

/// Starts every piece; the one that ends last calls the handler.
template <class T, class Executor>
struct Start {
    std::shared_ptr<State<T>> state;
    std::shared_ptr<std::vector<Awaitable<T>>> work;
    Executor executor;

    template <class Handler>
    void operator()(Handler&& handler)
    {
        // Without a strand the last piece may end on another thread, and the caller's frame with
        // this object, before the loop is left: it uses nothing but copies.
        const auto s = state;
        const auto pieces = work;
        const Executor ex = executor;
        auto last = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
        for (std::size_t i = 0; i < pieces->size(); ++i) {
            boost::asio::co_spawn(
                ex, std::move((*pieces)[i]),
                [s, last, i, ex](std::exception_ptr error, T result) {
                    s->errors[i] = error;
                    s->results[i] = std::move(result);
                    if (s->left.fetch_sub(1) == 1)
                        boost::asio::post(ex, std::move(*last));
                });
        }
    }
};

} // namespace gather_detail

/// Runs all of `work` at once on the caller's executor; gives the results in the order of `work`.
/// The first exception, in that order, is thrown once everything has ended.
template <class T>
Awaitable<std::vector<T>> gather(std::vector<Awaitable<T>> work)
{
    if (work.empty())
        co_return std::vector<T>();
    auto executor = co_await boost::asio::this_coro::executor;
    auto state = std::make_shared<gather_detail::State<T>>(work.size());
    auto pieces = std::make_shared<std::vector<Awaitable<T>>>(std::move(work));
    gather_detail::Start<T, boost::asio::any_io_executor> start{state, pieces, executor};
    auto all = boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
        std::move(start), boost::asio::use_awaitable);
    co_await std::move(all);
    for (auto& error : state->errors) {
        if (error)
            std::rethrow_exception(error);
    }
    co_return std::move(state->results);
}

} // namespace mailctl
