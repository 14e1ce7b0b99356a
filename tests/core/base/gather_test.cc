// Work that runs together: results in order, errors after all have ended.
#include <future>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include "core/base/gather.h"
#include "core/base/result.h"

using namespace mailctl;

namespace {

Awaitable<Result<int>> number(int value)
{
    auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    if (value == 7)
        co_return Error(Errc::NotFound, "seven");
    co_return value;
}

Awaitable<Result<int>> throwing(std::shared_ptr<int> ended)
{
    auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    ++*ended;
    throw std::runtime_error("broken");
}

Awaitable<std::vector<Result<int>>> numbers(int count)
{
    std::vector<Awaitable<Result<int>>> work;
    for (int i = 0; i < count; ++i)
        work.push_back(number(i));
    co_return co_await gather(std::move(work));
}

Awaitable<std::vector<Result<int>>> two_that_throw(std::shared_ptr<int> ended)
{
    std::vector<Awaitable<Result<int>>> work;
    work.push_back(throwing(ended));
    work.push_back(throwing(ended));
    co_return co_await gather(std::move(work));
}

/// One piece after another: the last piece of a gather often ends on another thread while the
/// thread that started it is not done with starting.
Awaitable<int> ended_pieces(int rounds)
{
    int ended = 0;
    for (int i = 0; i < rounds; ++i) {
        const auto results = co_await numbers(1 + i % 2);
        ended += static_cast<int>(results.size());
    }
    co_return ended;
}

} // namespace

BOOST_AUTO_TEST_CASE(results_keep_the_order_of_the_work)
{
    boost::asio::thread_pool pool(3);
    auto done = boost::asio::co_spawn(pool, numbers(200), boost::asio::use_future);
    const auto results = done.get();
    BOOST_REQUIRE_EQUAL(results.size(), 200);
    for (int i = 0; i < 200; ++i) {
        if (i == 7)
            BOOST_TEST(results[7].error().detail() == "seven");
        else
            BOOST_TEST(*results[i] == i);
    }
}

BOOST_AUTO_TEST_CASE(the_last_piece_may_end_before_the_start_is_over)
{
    boost::asio::thread_pool pool(4);
    std::vector<std::future<int>> callers;
    for (int i = 0; i < 8; ++i)
        callers.push_back(boost::asio::co_spawn(pool, ended_pieces(4000), boost::asio::use_future));
    for (auto& caller : callers)
        BOOST_TEST(caller.get() == 6000);
}

BOOST_AUTO_TEST_CASE(nothing_to_do_ends_at_once)
{
    boost::asio::io_context io;
    auto done = boost::asio::co_spawn(io, numbers(0), boost::asio::use_future);
    io.run();
    BOOST_TEST(done.get().empty());
}

BOOST_AUTO_TEST_CASE(an_exception_waits_for_the_others)
{
    boost::asio::io_context io;
    const auto ended = std::make_shared<int>(0);
    auto done = boost::asio::co_spawn(io, two_that_throw(ended), boost::asio::use_future);
    io.run();
    BOOST_CHECK_THROW(done.get(), std::runtime_error);
    BOOST_TEST(*ended == 2);
}
