// Bodies that are read before they are asked for.
#include "store/bodies_ahead.h"

#include <boost/test/unit_test.hpp>

#include "store/emails.h"
#include "store/engine/rocks_engine.h"
#include "store/store.h"
#include "tests/store/account_fixture.h"
#include "tests/store/folder.h"

using namespace mailctl;
using namespace mailctl::tests;

namespace {

/// An account over RocksDB, whose engine has a thread for it, or over memory, which has none.
struct Bodies {
    explicit Bodies(bool over_rocks)
    {
        if (over_rocks) {
            RocksOptions options;
            options.directory = folder.path();
            engine = must_have(RocksEngine::open(options));
        } else {
            engine = std::make_unique<MemoryEngine>();
        }
        must(engine->commit(keys::account(kAnn), new_account(clock.now(), {})));
        account = must(MailAccount::open({*engine, clock, system_random()}, kAnn));
    }
    ~Bodies() { account.reset(); }

    static std::unique_ptr<Engine> must_have(Result<std::unique_ptr<RocksEngine>> opened)
    {
        BOOST_REQUIRE(opened.has_value());
        return std::move(*opened);
    }
    BodyRef append(std::size_t octets)
    {
        auto text = letter(std::to_string(octets) + " " + std::to_string(texts.size()));
        text.resize(octets, static_cast<char>('a' + texts.size() % 26));
        texts.push_back(text);
        if (octets > kInlineBodyOctets)
            return append_large(text);
        const auto box = must(account->find_mailbox("INBOX")).id;
        const auto appended = must(account->append(box, message_of(text)));
        const auto rows = must(account->messages(box, {appended.uid, appended.uid}, 1));
        return must(account->email(rows.at(0).email)).body;
    }
    BodyRef append_large(const std::string& text)
    {
        const auto id = new_blob_id(clock.now(), system_random());
        auto writer = engine->blob_writer(account->partition(), id);
        for (std::size_t at = 0; at < text.size(); at += kBlobChunkOctets)
            must(writer->write(text.substr(at, kBlobChunkOctets)));
        must(writer->finish());
        return {id, false, text.size()};
    }
    /// Which bodies are given: "-" for one that is not.
    std::string given(const std::vector<BodyRef>& bodies)
    {
        BodiesAhead ahead(*account, bodies);
        std::string told;
        for (std::size_t i = 0; i <= bodies.size(); ++i) {
            const auto body = must(next(ahead));
            const auto is = body ? std::find(texts.begin(), texts.end(), *body) : texts.end();
            told += body ? is == texts.end() ? "?" : std::to_string(is - texts.begin()) : "-";
            told += ' ';
        }
        return told;
    }
    static Awaitable<Result<std::optional<std::string>>> next(BodiesAhead& ahead)
    {
        auto body = co_await ahead.next();
        co_return Result<std::optional<std::string>>(std::move(body));
    }

    Folder folder;
    ManualClock clock{Time(seconds(1'700'000'000))};
    std::unique_ptr<Engine> engine;
    std::shared_ptr<MailAccount> account;
    std::vector<std::string> texts;
};

} // namespace

BOOST_AUTO_TEST_SUITE(bodies_ahead)

BOOST_AUTO_TEST_CASE(in_their_order_as_far_as_they_are_there)
{
    for (const bool over_rocks : {true, false}) {
        Bodies all(over_rocks);
        std::vector<BodyRef> bodies;
        for (const std::size_t octets : {100, 10'000, 16'384, 200, 16'385, 300})
            bodies.push_back(all.append(octets));
        BOOST_TEST(all.given({}) == "- ");
        BOOST_TEST(all.given({bodies[0]}) == "- - "); // one alone is nothing to be read ahead
        BOOST_TEST(all.given({bodies[4], bodies[0], bodies[0]}) == "4 0 0 - ");
        for (int i = 0; i < 50; ++i)
            BOOST_TEST(all.given(bodies) == "0 1 2 3 4 5 - ");
        auto gone = bodies;
        gone[2].blob = new_blob_id(all.clock.now(), system_random());
        BOOST_TEST(all.given(gone) == "0 1 - 3 4 5 - ");
    }
}

BOOST_AUTO_TEST_CASE(limits)
{
    Bodies all(true);
    const auto small = all.append(100);
    const auto most = all.append(kAheadBodyOctets);
    const auto more = all.append(kAheadBodyOctets + 1);
    BOOST_TEST(all.given({most, small, more, small}) == "1 0 - 0 - ");
    const auto rest = all.append(kAheadOctets - 3 * kAheadBodyOctets);
    BOOST_TEST(all.given({most, most, most, rest}) == "1 1 1 3 - ");
    BOOST_TEST(all.given({small, most, most, most, rest, small}) == "0 1 1 1 - 0 - ");
}

// What was begun ends by itself; the engine ends after it.
BOOST_AUTO_TEST_CASE(given_up_on_the_way)
{
    Bodies all(true);
    std::vector<BodyRef> bodies;
    for (int i = 0; i < 40; ++i)
        bodies.push_back(all.append(12'000));
    for (std::size_t wanted = 0; wanted < 20; ++wanted) {
        BodiesAhead ahead(*all.account, bodies);
        for (std::size_t i = 0; i < wanted; ++i)
            BOOST_TEST((*must(Bodies::next(ahead)) == all.texts[i]));
        if (wanted % 2 == 1)
            ahead = BodiesAhead(*all.account, bodies);
    }
}

BOOST_AUTO_TEST_SUITE_END()
