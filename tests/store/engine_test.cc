// The engine contract: one body, run against each engine.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

#include "core/base/random.h"
#include "store/engine/memory_engine.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"
#include "tests/store/folder.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace asio = boost::asio;

namespace {

/// One kind of engine, empty and ready.
class Subject {
public:
    virtual ~Subject() = default;
    virtual Engine& engine() = 0;
};

class MemorySubject : public Subject {
public:
    Engine& engine() override { return engine_; }

private:
    MemoryEngine engine_;
};

class RocksSubject : public Subject {
public:
    RocksSubject()
    {
        RocksOptions options;
        options.directory = folder_.path() / "store";
        auto opened = RocksEngine::open(options);
        if (!opened)
            throw std::runtime_error(to_string(opened.error()));
        engine_ = std::move(*opened);
    }
    Engine& engine() override { return *engine_; }

private:
    tests::Folder folder_;
    std::unique_ptr<RocksEngine> engine_;
};

struct Kind {
    std::string_view name;
    std::unique_ptr<Subject> (*make)();
};

const Kind kKinds[] = {
    {"memory", [] { return std::unique_ptr<Subject>(std::make_unique<MemorySubject>()); }},
    {"rocks", [] { return std::unique_ptr<Subject>(std::make_unique<RocksSubject>()); }},
};

template <class Body>
void with_each_engine(Body body)
{
    for (const auto& kind : kKinds) {
        BOOST_TEST_CONTEXT(kind.name)
        {
            const auto subject = kind.make();
            body(subject->engine());
        }
    }
}

Partition ann() { return keys::account(AccountId{1}); }
Partition bob() { return keys::account(AccountId{2}); }

Batch put(std::string key, std::string value)
{
    Batch batch;
    batch.put.push_back({std::move(key), std::move(value)});
    return batch;
}

Query one_key(std::string key)
{
    Query query;
    query.keys.push_back(std::move(key));
    return query;
}

Query one_range(std::string prefix, std::string after = {}, std::uint32_t limit = 500)
{
    Query query;
    query.ranges.push_back({std::move(prefix), std::move(after), limit});
    return query;
}

std::string value_at(Engine& engine, const Partition& partition, const std::string& key)
{
    const auto answer = must(engine.read(partition, one_key(key)));
    return answer.values.at(0).value_or("(absent)");
}

/// The keys of the only range, with a "+" at the end where there is more.
std::string keys_in(Engine& engine, const Partition& partition, Query query)
{
    const auto answer = must(engine.read(partition, std::move(query)));
    std::string names;
    for (const auto& row : answer.pages.at(0).rows)
        names += row.key + " ";
    return names + (answer.pages.at(0).more ? "+" : "");
}

BlobId blob(std::uint8_t number)
{
    BlobId id;
    id.octets.back() = number;
    return id;
}

void put_blob(Engine& engine, const Partition& owner, const BlobId& id, std::string_view body,
              std::size_t piece)
{
    const auto writer = engine.blob_writer(owner, id);
    for (std::size_t at = 0; at < body.size(); at += piece)
        must(writer->write(body.substr(at, piece)));
    must(writer->finish());
}

/// Half noise, half text, so that it packs to something in between.
std::string body_of(std::size_t octets, std::uint64_t seed)
{
    SeededRandom random(seed);
    std::string body(octets, 'x');
    random.fill({reinterpret_cast<std::uint8_t*>(body.data()), octets / 2});
    return body;
}

} // namespace

BOOST_AUTO_TEST_CASE(rows_are_put_replaced_and_erased)
{
    with_each_engine([](Engine& engine) {
        must(engine.commit(ann(), put("a", "1")));
        must(engine.commit(bob(), put("a", "2")));
        BOOST_TEST(value_at(engine, ann(), "a") == "1");
        BOOST_TEST(value_at(engine, bob(), "a") == "2");
        must(engine.commit(ann(), put("a", "3")));
        BOOST_TEST(value_at(engine, ann(), "a") == "3");
        Batch erase;
        erase.erase = {"a", "never there"};
        must(engine.commit(ann(), erase));
        BOOST_TEST(value_at(engine, ann(), "a") == "(absent)");
        BOOST_TEST(value_at(engine, bob(), "a") == "2");
    });
}

BOOST_AUTO_TEST_CASE(a_batch_applies_prefix_erases_then_erases_then_puts)
{
    with_each_engine([](Engine& engine) {
        for (const char* key : {"k", "ka", "kb", "l", "k\xFF"})
            must(engine.commit(ann(), put(key, "old")));
        Batch batch = put("ka", "new");
        batch.erase = {"l"};
        batch.erase_prefix = {"k"};
        must(engine.commit(ann(), batch));
        BOOST_TEST(keys_in(engine, ann(), one_range("")) == "ka ");
        BOOST_TEST(value_at(engine, ann(), "ka") == "new");
    });
}

BOOST_AUTO_TEST_CASE(expectations_are_all_or_nothing)
{
    with_each_engine([](Engine& engine) {
        Batch first = put("cell", "1");
        first.expect.push_back({"cell", std::nullopt});
        must(engine.commit(ann(), first));
        BOOST_TEST((run(engine.commit(ann(), first)).error().code() == Errc::Conflict));

        Batch second = put("cell", "2");
        second.put.push_back({"other", "x"});
        second.expect.push_back({"cell", "1"});
        second.expect.push_back({"gone", "y"});
        BOOST_TEST((run(engine.commit(ann(), second)).error().code() == Errc::Conflict));
        BOOST_TEST(value_at(engine, ann(), "cell") == "1");
        BOOST_TEST(value_at(engine, ann(), "other") == "(absent)");
        second.expect.pop_back();
        must(engine.commit(ann(), second));
        BOOST_TEST(value_at(engine, ann(), "cell") == "2");
    });
}

BOOST_AUTO_TEST_CASE(ranges_ascend_and_page)
{
    with_each_engine([](Engine& engine) {
        for (const char* key : {"b", "a", "c", "ca", "cb", "d"})
            must(engine.commit(ann(), put(key, key)));
        must(engine.commit(bob(), put("cx", "of another")));
        BOOST_TEST(keys_in(engine, ann(), one_range("")) == "a b c ca cb d ");
        BOOST_TEST(keys_in(engine, ann(), one_range("c")) == "c ca cb ");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "c")) == "ca cb ");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "caa")) == "cb ");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "a")) == "c ca cb ");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "z")) == "");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "", 2)) == "c ca +");
        BOOST_TEST(keys_in(engine, ann(), one_range("c", "ca", 1)) == "cb ");
        BOOST_TEST(keys_in(engine, keys::account(AccountId{3}), one_range("")) == "");
    });
}

BOOST_AUTO_TEST_CASE(one_query_asks_several_things_in_order)
{
    with_each_engine([](Engine& engine) {
        for (const char* key : {"a", "b1", "b2", "c1"})
            must(engine.commit(ann(), put(key, key)));
        Query query;
        query.keys = {"c1", "nothing", "a"};
        query.ranges.push_back({"c", "", 10});
        query.ranges.push_back({"b", "", 10});
        const auto answer = must(engine.read(ann(), query));
        BOOST_REQUIRE(answer.values.size() == 3U);
        BOOST_TEST(*answer.values[0] == "c1");
        BOOST_TEST(!answer.values[1].has_value());
        BOOST_TEST(*answer.values[2] == "a");
        BOOST_REQUIRE(answer.pages.size() == 2U);
        BOOST_TEST(answer.pages[0].rows.size() == 1U);
        BOOST_TEST(answer.pages[1].rows.size() == 2U);
        BOOST_TEST(answer.pages[1].rows[1].value == "b2");
    });
}

BOOST_AUTO_TEST_CASE(keys_and_values_hold_any_octets)
{
    with_each_engine([](Engine& engine) {
        const std::string key("\0\xFF\0", 3);
        const std::string value("\0", 1);
        must(engine.commit(ann(), put(key, value)));
        must(engine.commit(ann(), put(std::string(kMaxKeyOctets, '\xFF'),
                                      std::string(kMaxValueOctets, 'v'))));
        BOOST_TEST(value_at(engine, ann(), key) == value);
        const auto answer = must(engine.read(ann(), one_range("")));
        BOOST_REQUIRE(answer.pages[0].rows.size() == 2U);
        BOOST_TEST(answer.pages[0].rows[0].key == key);
        BOOST_TEST(answer.pages[0].rows[1].value.size() == kMaxValueOctets);
    });
}

BOOST_AUTO_TEST_CASE(batches_past_a_limit_are_refused)
{
    with_each_engine([](Engine& engine) {
        const auto refused = [&](const Batch& batch) {
            const auto result = run(engine.commit(ann(), batch));
            return !result && result.error().code() == Errc::Invalid;
        };
        BOOST_TEST(refused(put("", "v")));
        BOOST_TEST(refused(put("k", "")));
        BOOST_TEST(refused(put(std::string(kMaxKeyOctets + 1, 'k'), "v")));
        BOOST_TEST(refused(put("k", std::string(kMaxValueOctets + 1, 'v'))));
        Batch many;
        for (std::size_t i = 0; i <= kMaxBatchRows; ++i)
            many.put.push_back({std::to_string(i), "v"});
        BOOST_TEST(refused(many));
        many.put.pop_back();
        must(engine.commit(ann(), many));
    });
}

BOOST_AUTO_TEST_CASE(partitions_are_dropped_and_listed)
{
    with_each_engine([](Engine& engine) {
        for (const auto& partition : {keys::journal(), ann(), keys::queue(7), bob(), keys::queue(1),
                                      keys::account(AccountId{0xFFFFFFFFFFFFFFFF})})
            must(engine.commit(partition, put("k", "v")));
        const auto all = must(engine.partitions("", "", 100));
        const std::vector<Partition> expected = {
            ann(),           bob(),          keys::account(AccountId{0xFFFFFFFFFFFFFFFF}),
            keys::journal(), keys::queue(1), keys::queue(7)};
        BOOST_TEST((all == expected));
        BOOST_TEST((must(engine.partitions("", ann(), 1)) == std::vector{bob()}));
        BOOST_TEST((must(engine.partitions("Q", keys::queue(1), 9)) == std::vector{keys::queue(7)}));
        must(engine.drop(ann()));
        BOOST_TEST(keys_in(engine, ann(), one_range("")) == "");
        BOOST_TEST((must(engine.partitions("A", "", 1)) == std::vector{bob()}));
        must(engine.drop(ann()));
    });
}

BOOST_AUTO_TEST_CASE(bodies_read_back_from_any_offset)
{
    struct Case {
        std::string_view name;
        std::size_t octets, piece;
    };
    constexpr Case kCases[] = {{"empty", 0, 1},
                               {"one octet", 1, 1},
                               {"small", 3000, 700},
                               {"one chunk exactly", kBlobChunkOctets, 10'000},
                               {"an octet more", kBlobChunkOctets + 1, kBlobChunkOctets + 1},
                               {"several chunks", 3 * kBlobChunkOctets + 77, 300'000}};
    with_each_engine([&](Engine& engine) {
        std::uint8_t number = 0;
        for (const auto& c : kCases) {
            BOOST_TEST_CONTEXT(c.name)
            {
                const auto id = blob(++number);
                const auto body = body_of(c.octets, number);
                put_blob(engine, ann(), id, body, c.piece);
                BOOST_TEST((must(engine.blob_get(ann(), id, 0, c.octets)) == body));
                BOOST_TEST((must(engine.blob_get(ann(), id, 0, ~std::uint64_t{0})) == body));
                BOOST_TEST(must(engine.blob_get(ann(), id, c.octets, 5)) == "");
                BOOST_TEST(must(engine.blob_get(ann(), id, c.octets + 9, 5)) == "");
                const auto middle = c.octets > 20 ? c.octets - 20 : 0;
                BOOST_TEST((must(engine.blob_get(ann(), id, middle, 10)) ==
                            body.substr(middle, 10)));
                if (c.octets > kBlobChunkOctets)
                    BOOST_TEST((must(engine.blob_get(ann(), id, kBlobChunkOctets - 5, 10)) ==
                                body.substr(kBlobChunkOctets - 5, 10)));
                BOOST_TEST(must(engine.blob_size(ann(), id)).octets == c.octets);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(bodies_belong_to_their_owner)
{
    with_each_engine([](Engine& engine) {
        put_blob(engine, ann(), blob(1), "hers", 4);
        put_blob(engine, bob(), blob(1), "his", 4);
        put_blob(engine, ann(), blob(2), "hers too", 4);
        BOOST_TEST(must(engine.blob_get(bob(), blob(1), 0, 99)) == "his");
        BOOST_TEST((must(engine.blobs(ann(), {}, 10)) == std::vector{blob(1), blob(2)}));
        BOOST_TEST((must(engine.blobs(ann(), blob(1), 10)) == std::vector{blob(2)}));
        BOOST_TEST((must(engine.blobs(ann(), {}, 1)) == std::vector{blob(1)}));
        must(engine.blob_erase(ann(), blob(1)));
        must(engine.blob_erase(ann(), blob(1)));
        BOOST_TEST((run(engine.blob_get(ann(), blob(1), 0, 1)).error().code() == Errc::NotFound));
        BOOST_TEST((run(engine.blob_size(ann(), blob(1))).error().code() == Errc::NotFound));
        BOOST_TEST(must(engine.blob_get(bob(), blob(1), 0, 99)) == "his");
        BOOST_TEST((must(engine.blobs(ann(), {}, 10)) == std::vector{blob(2)}));
    });
}

BOOST_AUTO_TEST_CASE(an_unfinished_body_is_not_there)
{
    with_each_engine([](Engine& engine) {
        {
            const auto writer = engine.blob_writer(ann(), blob(1));
            must(writer->write(body_of(2 * kBlobChunkOctets, 1)));
        }
        BOOST_TEST((run(engine.blob_size(ann(), blob(1))).error().code() == Errc::NotFound));
        BOOST_TEST(must(engine.blobs(ann(), {}, 10)).empty());
    });
}

BOOST_AUTO_TEST_CASE(inline_bodies_are_rows_like_any_other)
{
    with_each_engine([](Engine& engine) {
        const auto key = keys::inline_body(blob(1));
        const auto body = body_of(16'000, 1);
        must(engine.commit(ann(), put(key, body)));
        must(engine.commit(ann(), put(keys::inline_body(blob(2)), "tiny")));
        BOOST_TEST((value_at(engine, ann(), key) == body));
        const auto page = must(engine.read(ann(), one_range("y"))).pages[0];
        BOOST_REQUIRE(page.rows.size() == 2U);
        BOOST_TEST((page.rows[0].value == body));
        BOOST_TEST(page.rows[1].value == "tiny");
        Batch guarded = put(key, "shorter");
        guarded.expect.push_back({key, body});
        must(engine.commit(ann(), guarded));
        BOOST_TEST(value_at(engine, ann(), key) == "shorter");
        must(engine.drop(ann()));
        BOOST_TEST(value_at(engine, ann(), key) == "(absent)");
    });
}

BOOST_AUTO_TEST_CASE(a_watch_hears_commits_of_its_partition_until_it_is_dropped)
{
    with_each_engine([](Engine& engine) {
        std::atomic<int> heard = 0;
        auto watch = engine.watch(ann(), [&] { ++heard; });
        must(engine.commit(bob(), put("k", "v")));
        BOOST_TEST(heard == 0);
        must(engine.commit(ann(), put("k", "v")));
        BOOST_TEST(heard == 1);
        watch.reset();
        must(engine.commit(ann(), put("k", "w")));
        BOOST_TEST(heard == 1);
    });
}

namespace {

Awaitable<void> count_up(Engine& engine, Partition partition, int times, std::atomic<int>& conflicts)
{
    for (int done = 0; done < times;) {
        auto query = one_key("n");
        auto answer = co_await engine.read(partition, std::move(query));
        const auto before = answer->values[0];
        auto batch = put("n", std::to_string(before ? std::stoi(*before) + 1 : 1));
        batch.expect.push_back({"n", before});
        const auto result = co_await engine.commit(partition, std::move(batch));
        if (result)
            ++done;
        else if (result.error().code() == Errc::Conflict)
            ++conflicts;
        else
            throw std::runtime_error(to_string(result.error()));
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(racing_writers_of_one_cell_lose_no_change)
{
    with_each_engine([](Engine& engine) {
        asio::io_context io;
        std::atomic<int> conflicts = 0;
        for (int writer = 0; writer < 8; ++writer)
            asio::co_spawn(asio::make_strand(io), count_up(engine, ann(), 20, conflicts),
                           [](std::exception_ptr e) { BOOST_TEST(!e); });
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { io.run(); });
        for (auto& thread : threads)
            thread.join();
        BOOST_TEST(value_at(engine, ann(), "n") == "160");
    });
}

namespace {

Awaitable<void> commit_on_strand(Engine& engine, asio::strand<asio::io_context::executor_type> strand,
                                 int number, int& running, int& done)
{
    auto batch = put(std::to_string(number), "v");
    auto result = co_await engine.commit(ann(), std::move(batch));
    BOOST_TEST(result.has_value());
    BOOST_TEST(strand.running_in_this_thread());
    BOOST_TEST(++running == 1); // nobody else is on the strand
    ++done;
    --running;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_caller_goes_on_on_its_own_strand)
{
    with_each_engine([](Engine& engine) {
        asio::io_context io;
        auto strand = asio::make_strand(io);
        int running = 0;
        int done = 0;
        for (int i = 0; i < 50; ++i)
            asio::co_spawn(strand, commit_on_strand(engine, strand, i, running, done),
                           asio::detached);
        std::thread other([&] { io.run(); });
        io.run();
        other.join();
        BOOST_TEST(done == 50);
    });
}
