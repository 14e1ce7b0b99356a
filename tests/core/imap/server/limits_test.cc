// What a session may not pass: quota, keywords, its time; and bodies larger than any buffer.
#include <boost/test/unit_test.hpp>

#include "core/imap/server/session.h"
#include "tests/core/imap/server/client.h"
#include "tests/core/imap/server/imap_server.h"

using namespace mailctl;
using namespace mailctl::imap::test;

namespace {

std::string append(const std::string& message)
{
    return "APPEND INBOX {" + std::to_string(message.size()) + "+}\r\n" + message;
}

Awaitable<> fill_quota(ImapServer& server, store::Account& account)
{
    store::Usage limits;
    limits.octets = 100;
    co_await account.set_limits(limits);
    Client client(server.connect());
    co_await client.enter();
    const auto past = co_await client.run(append(std::string(101, 'x')));
    BOOST_TEST(past.status == "NO [OVERQUOTA] Quota exceeded");
    const auto at_limit = co_await client.run(append(std::string(100, 'x')));
    BOOST_TEST(at_limit.is_ok());
    const auto copied = co_await client.run("COPY 1 Trash");
    BOOST_TEST(copied.status == "NO [OVERQUOTA] Quota exceeded");
    const auto moved = co_await client.run("MOVE 1 Trash");
    BOOST_TEST(moved.is_ok());
}

Awaitable<> fill_keywords(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    co_await client.run(append("a: b\r\n\r\n"));
    for (unsigned i = 0; i < store::kMaxKeywords; ++i) {
        const auto text = "STORE 1 +FLAGS.SILENT (k" + std::to_string(i) + ")";
        const auto stored = co_await client.run(text);
        BOOST_TEST(stored.is_ok());
    }
    const auto past = co_await client.run("STORE 1 +FLAGS.SILENT (one-more)");
    BOOST_TEST(past.status == "NO [LIMIT] Too many keywords");
    const auto known = co_await client.run("STORE 1 -FLAGS.SILENT (k7)");
    BOOST_TEST(known.is_ok());
    const auto selected = co_await client.run("SELECT INBOX");
    BOOST_TEST(selected.untagged.at(1).find("\\*") == std::string::npos);
}

/// 3 MiB in lines, unlike at every offset.
std::string large_message()
{
    std::string text = "Subject: large\r\n\r\n";
    for (unsigned i = 0; text.size() < 3U << 20; ++i)
        text += "line " + std::to_string(i) + "\r\n";
    return text;
}

Awaitable<> stream_body(ImapServer& server)
{
    const auto message = large_message();
    Client client(server.connect());
    co_await client.enter();
    const auto appended = co_await client.run(append(message));
    BOOST_TEST(appended.is_ok());
    const auto whole = co_await client.run("FETCH 1 BODY.PEEK[]");
    BOOST_TEST(whole.is_ok());
    BOOST_REQUIRE(whole.literals.size() == 1);
    BOOST_TEST((whole.literals[0] == message));
    // A slice over the edge of a chunk.
    const auto slice = co_await client.run("FETCH 1 BODY.PEEK[TEXT]<262100.100>");
    BOOST_REQUIRE(slice.literals.size() == 1);
    BOOST_TEST(slice.literals[0] == message.substr(18 + 262100, 100));
    const auto found = co_await client.run("SEARCH BODY \"line 200000\" NOT BODY \"line 9999999\"");
    BOOST_TEST(found.untagged.at(0) == "* SEARCH 1");
}

} // namespace

BOOST_AUTO_TEST_CASE(quota)
{
    ImapServer server;
    const auto account = server.account(kAnn);
    server.run(fill_quota(server, *account));
}

BOOST_AUTO_TEST_CASE(keywords)
{
    ImapServer server;
    server.run(fill_keywords(server));
}

BOOST_AUTO_TEST_CASE(large_bodies)
{
    ImapServer server;
    server.run(stream_body(server));
}
