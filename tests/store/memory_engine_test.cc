// MemoryEngine's power cuts and failures.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "store/engine/memory_engine.h"
#include "store/keys.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

Batch put(std::string key)
{
    Batch batch;
    batch.put.push_back({std::move(key), "v"});
    return batch;
}

std::size_t rows_in(MemoryEngine& engine)
{
    Query query;
    query.ranges.push_back({});
    return must(engine.read(keys::journal(), query)).pages[0].rows.size();
}

/// A commit under way, and how it ended.
struct Pending {
    Pending(boost::asio::io_context& io, Engine& engine, std::string key)
    {
        boost::asio::co_spawn(io, engine.commit(keys::journal(), put(std::move(key))),
                              [this](std::exception_ptr, Result<> r) {
                                  ended = true;
                                  result = std::move(r);
                              });
        io.poll();
        io.restart();
    }
    bool ended = false;
    Result<> result;
};

} // namespace

BOOST_AUTO_TEST_CASE(held_writes_are_unseen_until_flushed)
{
    MemoryEngine engine;
    boost::asio::io_context io;
    engine.hold();
    const Pending first(io, engine, "a");
    const Pending second(io, engine, "b");
    BOOST_TEST(!first.ended);
    BOOST_TEST(rows_in(engine) == 0U);
    BOOST_TEST(engine.waiting() == 2U);
    BOOST_TEST(engine.flush() == 2U);
    io.poll();
    io.restart();
    BOOST_TEST((first.ended && first.result && second.ended && second.result));
    BOOST_TEST(rows_in(engine) == 2U);
    const Pending third(io, engine, "c");
    BOOST_TEST(!third.ended);
    engine.release();
    io.poll();
    BOOST_TEST(rows_in(engine) == 3U);
    must(engine.commit(keys::journal(), put("d")));
}

BOOST_AUTO_TEST_CASE(a_power_cut_loses_what_waits_and_keeps_what_was_acknowledged)
{
    auto engine = std::make_unique<MemoryEngine>();
    boost::asio::io_context io;
    must(engine->commit(keys::journal(), put("kept")));
    engine->hold();
    const Pending lost(io, *engine, "lost");
    BOOST_TEST(engine->lose_unsynced() == 1U);
    io.poll();
    BOOST_TEST(lost.ended);
    BOOST_TEST((lost.result.error().code() == Errc::InDoubt));
    const auto disk = engine->disk();
    engine = std::make_unique<MemoryEngine>(disk);
    BOOST_TEST(rows_in(*engine) == 1U);
}

BOOST_AUTO_TEST_CASE(the_nth_write_or_read_fails_once)
{
    MemoryEngine engine;
    engine.fail_write(2, Errc::Unavailable);
    must(engine.commit(keys::journal(), put("a")));
    BOOST_TEST((run(engine.commit(keys::journal(), put("b"))).error().code() == Errc::Unavailable));
    must(engine.commit(keys::journal(), put("c")));
    BOOST_TEST(rows_in(engine) == 2U);
    engine.fail_write(1, Errc::InDoubt, MemoryEngine::Applied::Yes);
    BOOST_TEST((run(engine.commit(keys::journal(), put("d"))).error().code() == Errc::InDoubt));
    BOOST_TEST(rows_in(engine) == 3U);
    engine.fail_read(1, Errc::Corrupt);
    BOOST_TEST((run(engine.read(keys::journal(), {})).error().code() == Errc::Corrupt));
    must(engine.read(keys::journal(), {}));
}
