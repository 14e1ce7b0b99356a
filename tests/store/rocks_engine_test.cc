// What only the RocksDB engine does: locks, reopening, reading only, damage, collecting, salvage.
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

#include "core/base/random.h"
#include "store/body/body_codec.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"
#include "store/store.h"
#include "tests/store/folder.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

Partition ann() { return keys::account(AccountId{1}); }

std::string noise(std::size_t octets, std::uint64_t seed)
{
    std::string text(octets, 'x');
    SeededRandom random(seed);
    random.fill({reinterpret_cast<std::uint8_t*>(text.data()), octets});
    return text;
}

BlobId blob(std::uint8_t number)
{
    BlobId id;
    id.octets.back() = number;
    return id;
}

/// A store in a folder of its own, with small segments.
struct Fixture {
    Fixture()
    {
        options.directory = folder.path() / "store";
        options.segment_octets = 1 << 20;
        options.collect_in_background = false;
        open();
    }
    void open()
    {
        engine.reset();
        auto opened = RocksEngine::open(options);
        BOOST_REQUIRE_MESSAGE(opened.has_value(), to_string(opened.error()));
        engine = std::move(*opened);
    }
    void put_blob(const BlobId& id, std::string_view body)
    {
        const auto writer = engine->blob_writer(ann(), id);
        must(writer->write(body));
        must(writer->finish());
    }
    void put_row(std::string key, std::string value)
    {
        Batch batch;
        batch.put.push_back({std::move(key), std::move(value)});
        must(engine->commit(ann(), std::move(batch)));
    }
    std::string row(std::string key)
    {
        Query query;
        query.keys.push_back(std::move(key));
        return must(engine->read(ann(), std::move(query))).values[0].value_or("(absent)");
    }
    std::filesystem::path segment(int number) const
    {
        return options.directory / "bodies" / body_segment_name(static_cast<std::uint32_t>(number));
    }
    unsigned collect()
    {
        const auto gone = engine->collect();
        BOOST_REQUIRE_MESSAGE(gone.has_value(), to_string(gone.error()));
        return *gone;
    }
    std::size_t segments() const
    {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(options.directory / "bodies"), {}));
    }

    tests::Folder folder;
    RocksOptions options;
    std::unique_ptr<RocksEngine> engine;
};

void flip_octet(const std::filesystem::path& path, std::streamoff at)
{
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char octet = static_cast<char>(file.get() ^ 0x20);
    file.seekp(at);
    file.put(octet);
}

std::string contents(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

BOOST_FIXTURE_TEST_CASE(writes_that_are_finished_have_resumed_their_callers, Fixture)
{
    constexpr int kWrites = 100;
    boost::asio::io_context io;
    int ended = 0;
    for (int i = 0; i < kWrites; ++i) {
        Batch batch;
        batch.put.push_back({"k", std::to_string(i)}); // one row: each in a group of its own
        boost::asio::co_spawn(io, engine->commit(ann(), std::move(batch)),
                              [&](std::exception_ptr, Result<> result) { ended += result.has_value(); });
    }
    engine->finish_writes(); // nothing was handed in
    io.poll();
    engine->finish_writes();
    io.poll();
    BOOST_TEST(ended == kWrites);
    BOOST_TEST(row("k") == "99");
}

BOOST_FIXTURE_TEST_CASE(what_was_committed_is_there_after_a_restart, Fixture)
{
    const auto body = noise(700'000, 1);
    put_blob(blob(1), body);
    put_row(keys::inline_body(blob(2)), noise(9'000, 2));
    put_row("k", "v");
    open();
    BOOST_TEST((must(engine->blob_get(ann(), blob(1), 0, 1 << 20)) == body));
    BOOST_TEST((row(keys::inline_body(blob(2))) == noise(9'000, 2)));
    BOOST_TEST(row("k") == "v");
    put_blob(blob(3), "after the restart");
    BOOST_TEST((must(engine->blob_get(ann(), blob(1), 0, 1 << 20)) == body));
    BOOST_TEST(must(engine->blob_get(ann(), blob(3), 0, 99)) == "after the restart");
    BOOST_TEST(engine->verify().has_value());
}

BOOST_FIXTURE_TEST_CASE(an_open_store_is_busy_for_others_but_can_be_read, Fixture)
{
    put_row("k", "v");
    const auto second = RocksEngine::open(options);
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST((second.error().code() == Errc::Busy));

    put_blob(blob(1), "body");
    auto reading = options;
    reading.read_only = true;
    const auto reader = RocksEngine::open(reading);
    BOOST_REQUIRE_MESSAGE(reader.has_value(), to_string(reader.error()));
    BOOST_TEST(must((*reader)->blob_get(ann(), blob(1), 0, 9)) == "body");
    Batch batch;
    batch.put.push_back({"k", "w"});
    BOOST_TEST((run((*reader)->commit(ann(), batch)).error().code() == Errc::Denied));
    reading.directory = folder.path() / "nothing";
    BOOST_TEST((RocksEngine::open(reading).error().code() == Errc::NotFound));
}

BOOST_FIXTURE_TEST_CASE(damage_to_a_body_is_corrupt_and_never_other_octets, Fixture)
{
    put_blob(blob(1), noise(50'000, 1));
    put_row(keys::inline_body(blob(2)), noise(9'000, 2));
    flip_octet(segment(1), 20'000);
    flip_octet(segment(1), 52'000);
    BOOST_TEST((run(engine->blob_get(ann(), blob(1), 0, 10)).error().code() == Errc::Corrupt));
    Query query;
    query.keys.push_back(keys::inline_body(blob(2)));
    BOOST_TEST((run(engine->read(ann(), query)).error().code() == Errc::Corrupt));
}

BOOST_FIXTURE_TEST_CASE(segments_that_are_mostly_dead_are_rewritten_and_removed, Fixture)
{
    for (std::uint8_t i = 0; i < 40; ++i) {
        put_blob(blob(i), noise(90'000, i));
        put_row(keys::inline_body(blob(i)), noise(9'000, 1000U + i));
    }
    const auto before = segments();
    BOOST_TEST(before >= 4U);
    BOOST_TEST(collect() == 0U); // nothing is dead
    for (std::uint8_t i = 0; i < 40; ++i) {
        if (i % 4 == 0)
            continue;
        must(engine->blob_erase(ann(), blob(i)));
        Batch batch;
        batch.erase.push_back(keys::inline_body(blob(i)));
        must(engine->commit(ann(), std::move(batch)));
    }
    open(); // live octets are counted again
    BOOST_TEST(collect() >= 3U);
    BOOST_TEST(segments() < before);
    const auto check = [&] {
        for (std::uint8_t i = 0; i < 40; i = static_cast<std::uint8_t>(i + 4)) {
            BOOST_TEST((must(engine->blob_get(ann(), blob(i), 0, 1 << 20)) == noise(90'000, i)));
            BOOST_TEST((row(keys::inline_body(blob(i))) == noise(9'000, 1000U + i)));
        }
    };
    check();
    open();
    check();
}

// The row of an inline body tells where its record was at first: that place goes away with its
// segment, and after a restart another record may be there.
BOOST_FIXTURE_TEST_CASE(inline_bodies_that_moved_are_found, Fixture)
{
    const auto value_of = [](std::uint8_t i) { return encode_inline_body(noise(12'000, i)); };
    put_row(keys::inline_body(blob(1)), value_of(1));
    for (std::uint8_t i = 10; i < 100; ++i)
        put_row(keys::inline_body(blob(i)), value_of(i));
    put_blob(blob(9), noise(2'000'000, 9)); // the next segments
    for (std::uint8_t i = 10; i < 100; ++i) {
        Batch batch;
        batch.erase.push_back(keys::inline_body(blob(i)));
        must(engine->commit(ann(), std::move(batch)));
    }
    BOOST_TEST(collect() >= 1U);
    BOOST_TEST(!std::filesystem::exists(segment(1)));
    BOOST_TEST((row(keys::inline_body(blob(1))) == value_of(1)));
    BOOST_TEST(row(keys::inline_body(blob(10))) == "(absent)");
    engine.reset();
    // Another record stands where the first was, as if the number had been given again.
    std::filesystem::copy_file(segment(2), segment(1));
    open();
    BOOST_TEST((row(keys::inline_body(blob(1))) == value_of(1)));
    Query all;
    all.ranges.push_back({std::string(1, keys::kInlineBodyPrefix), "", 10});
    const auto answer = must(engine->read(ann(), std::move(all)));
    BOOST_REQUIRE(answer.pages[0].rows.size() == 1U);
    BOOST_TEST((answer.pages[0].rows[0].value == value_of(1)));
}

BOOST_FIXTURE_TEST_CASE(a_body_under_way_survives_a_collection, Fixture)
{
    const auto body = noise(3'000'000, 1); // over three segments
    const auto writer = engine->blob_writer(ann(), blob(1));
    must(writer->write(body));
    collect();
    must(writer->finish());
    collect();
    BOOST_TEST((must(engine->blob_get(ann(), blob(1), 0, 1 << 22)) == body));
}

BOOST_FIXTURE_TEST_CASE(bodies_whose_chunks_alternate_in_a_segment_move_whole, Fixture)
{
    options.segment_octets = 8 << 20;
    open();
    for (std::uint8_t i = 10; i < 18; ++i)
        put_blob(blob(i), noise(600'000, i)); // to be erased: the segment is mostly dead
    std::vector<std::unique_ptr<BlobWriter>> writers;
    for (std::uint8_t i = 0; i < 3; ++i)
        writers.push_back(engine->blob_writer(ann(), blob(i)));
    for (std::size_t at = 0; at < 900'000; at += 100'000)
        for (std::uint8_t i = 0; i < 3; ++i)
            must(writers[i]->write(std::string_view(noise(900'000, i)).substr(at, 100'000)));
    for (const auto& writer : writers)
        must(writer->finish());
    put_blob(blob(20), noise(2'000'000, 20)); // goes to the next segment
    for (std::uint8_t i = 10; i < 18; ++i)
        must(engine->blob_erase(ann(), blob(i)));
    BOOST_TEST(collect() == 1U);
    BOOST_TEST(!std::filesystem::exists(segment(1)));
    open();
    for (std::uint8_t i = 0; i < 3; ++i)
        BOOST_TEST((must(engine->blob_get(ann(), blob(i), 0, 1 << 20)) == noise(900'000, i)));
}

BOOST_FIXTURE_TEST_CASE(a_damaged_segment_is_kept, Fixture)
{
    for (std::uint8_t i = 0; i < 30; ++i)
        put_blob(blob(i), noise(90'000, i));
    for (std::uint8_t i = 1; i < 30; ++i)
        must(engine->blob_erase(ann(), blob(i)));
    flip_octet(segment(1), 10'000); // in blob 0, which is live
    collect();
    BOOST_TEST(std::filesystem::exists(segment(1)));
    BOOST_TEST(!std::filesystem::exists(segment(2)));
    BOOST_TEST((run(engine->blob_get(ann(), blob(0), 0, 10)).error().code() == Errc::Corrupt));
}

BOOST_FIXTURE_TEST_CASE(salvage_reads_past_damage_and_without_rocksdb, Fixture)
{
    const std::string small = "Subject: small\r\n\r\nx";
    const auto middle = noise(12'000, 2);
    put_blob(blob(1), noise(600'000, 1));
    put_row(keys::inline_body(blob(2)), encode_inline_body(middle));
    put_row(keys::inline_body(blob(3)), encode_inline_body(small));
    put_blob(blob(4), noise(40'000, 4));
    put_blob(blob(5), noise(30'000, 5));
    engine.reset();
    const auto folder_of_ann = [](const std::filesystem::path& into) {
        return into / to_string(AccountId{1});
    };
    const auto name = [](std::uint8_t number) { return to_string(blob(number)) + ".eml"; };

    const auto whole = folder.path() / "whole";
    auto findings = salvage(options.directory, whole);
    BOOST_REQUIRE_MESSAGE(findings.has_value(), to_string(findings.error()));
    BOOST_TEST(findings->empty());
    BOOST_TEST((contents(folder_of_ann(whole) / name(1)) == noise(600'000, 1)));
    BOOST_TEST((contents(folder_of_ann(whole) / name(2)) == middle));
    BOOST_TEST(contents(folder_of_ann(whole) / name(3)) == small);

    // Without RocksDB, and with damage in the fourth body.
    std::filesystem::remove_all(options.directory / "rows");
    flip_octet(segment(1), 600'000 + 12'000 + 20'000);
    const auto part = folder.path() / "part";
    findings = salvage(options.directory, part);
    BOOST_REQUIRE(findings.has_value());
    BOOST_TEST(findings->size() == 2U); // the damage, and the rows
    BOOST_TEST((contents(folder_of_ann(part) / name(1)) == noise(600'000, 1)));
    BOOST_TEST((contents(folder_of_ann(part) / name(2)) == middle));
    BOOST_TEST((contents(folder_of_ann(part) / name(5)) == noise(30'000, 5)));
    BOOST_TEST(!std::filesystem::exists(folder_of_ann(part) / name(4)));
    BOOST_TEST(!std::filesystem::exists(folder_of_ann(part) / name(3)));
    BOOST_TEST((salvage(folder.path() / "nothing", part).error().code() == Errc::Unavailable));
}
