// Each session runs on one thread, and they share the threads in turn.
#include "core/server/session_threads.h"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>
#include <vector>

using namespace mailctl;

namespace {

std::thread::id thread_of(const boost::asio::any_io_executor& executor)
{
    std::promise<std::thread::id> told;
    boost::asio::post(executor, [&told] { told.set_value(std::this_thread::get_id()); });
    return told.get_future().get();
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_threads)

BOOST_AUTO_TEST_CASE(sessions_take_threads_in_turn_and_stay_there)
{
    server::SessionThreads threads(2);
    threads.start();
    std::vector<boost::asio::any_io_executor> sessions;
    for (int i = 0; i < 4; ++i)
        sessions.push_back(threads.next());
    BOOST_TEST((thread_of(sessions[0]) == thread_of(sessions[2])));
    BOOST_TEST((thread_of(sessions[1]) == thread_of(sessions[3])));
    BOOST_TEST((thread_of(sessions[0]) != thread_of(sessions[1])));
    BOOST_TEST((thread_of(sessions[0]) == thread_of(sessions[0])));
    threads.stop();
}

BOOST_AUTO_TEST_CASE(here_is_the_thread_that_asks)
{
    server::SessionThreads threads(3);
    threads.start();
    for (int i = 0; i < 3; ++i) {
        const auto session = threads.next();
        std::promise<boost::asio::any_io_executor> told;
        boost::asio::post(session, [&] { told.set_value(threads.here()); });
        BOOST_TEST((thread_of(told.get_future().get()) == thread_of(session)));
    }
    BOOST_TEST((thread_of(threads.here()) != thread_of(threads.here())));
    threads.stop();
}

BOOST_AUTO_TEST_CASE(what_is_left_goes_with_the_threads)
{
    const auto left = std::make_shared<int>(1);
    {
        server::SessionThreads threads(1);
        threads.start();
        threads.stop();
        boost::asio::post(threads.next(), [left] {});
        BOOST_TEST(left.use_count() == 2);
    }
    BOOST_TEST(left.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
