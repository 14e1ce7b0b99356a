// What a session may not pass: quota, keywords, its time; and bodies larger than any buffer.
#include <boost/test/unit_test.hpp>

#include "core/imap/limits.h"
#include "core/imap/message_url.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/session.h"
#include "store/appending.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/sharing.h"
#include "store/store.h"
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

/// One more user whose INBOX anyone may see.
Awaitable<> add_sharer(store::Store& store, unsigned number)
{
    store::User user;
    user.address = {"sharer" + std::to_string(number), "example.org"};
    const auto id = co_await store.directory().add_user(std::move(user));
    BOOST_REQUIRE(id.has_value());
    const auto account = co_await store.account(*id);
    BOOST_REQUIRE(account.has_value());
    const store::AclSubject anyone;
    const auto noted = co_await store::note_share(store.engine(), anyone, *id);
    BOOST_TEST(noted.has_value());
    const auto inbox = co_await (*account)->find_mailbox("INBOX");
    const auto given = co_await (*account)->acls().change_acl(
        inbox->id, anyone, store::AclChange::Set, store::MailboxRight::Lookup);
    BOOST_TEST(given.has_value());
}

/// The user's own account and those of others.
Awaitable<> watch_many(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    for (unsigned i = 1; i < imap::kNotifyAccounts; ++i)
        co_await add_sharer(*server.store, i);
    const auto at_limit =
        co_await client.run("NOTIFY SET (subtree \"Other Users\" (MailboxName))");
    BOOST_TEST(at_limit.is_ok());
    co_await add_sharer(*server.store, imap::kNotifyAccounts);
    const auto past = co_await client.run("NOTIFY SET (subtree \"Other Users\" (MailboxName))");
    BOOST_TEST(past.status == "NO [NOTIFICATIONOVERFLOW] Too much to watch");
    const auto own = co_await client.run("NOTIFY SET (personal (MailboxName))");
    BOOST_TEST(own.is_ok());
}

/// Changes flags of the first message, one commit and one entry of the log each.
Awaitable<> flag_often(store::Account& account, MailboxId inbox, std::size_t times)
{
    for (std::size_t i = 0; i < times; ++i) {
        store::FlagsUpdate update;
        update.uids.push_back(Uid{1});
        update.change = i % 2 == 0 ? store::FlagChange::Add : store::FlagChange::Remove;
        update.flags.set(store::SystemFlag::Flagged);
        const auto updated = co_await account.update_flags(inbox, std::move(update));
        BOOST_REQUIRE(updated.has_value());
    }
}

/// Lines up to the tagged one, joined.
Awaitable<std::string> read_answer(Client& client, std::string tag)
{
    std::string all;
    while (true) {
        const auto line = co_await client.reader().read_line(64 * 1024);
        all.append(line.text).append("\n");
        if (line.text.starts_with(tag))
            co_return all;
    }
}

/// So much happens while a command of the client is under way. What it was given for the client's
/// own message counts too.
Awaitable<> overflow(ImapServer& server, store::Account& account, std::size_t changes, bool is_over)
{
    Client client(server.connect());
    co_await client.enter();
    const auto inbox = co_await account.find_mailbox("INBOX");
    BOOST_REQUIRE(inbox.has_value());
    co_await client.run(append("a: b\r\n\r\n"));
    const auto set =
        co_await client.run("NOTIFY SET (mailboxes Sent (MessageNew MessageExpunge))");
    BOOST_TEST(set.is_ok());
    co_await client.stream().write("late APPEND Drafts {8}\r\n");
    const auto ready = co_await client.reader().read_line(64 * 1024);
    BOOST_TEST(ready.text == "+ Ready");
    co_await flag_often(account, inbox->id, changes);
    co_await client.stream().write("a: b\r\n\r\n\r\n");
    const auto answer = co_await read_answer(client, "late");
    BOOST_TEST((answer.find("NOTIFICATIONOVERFLOW") != std::string::npos) == is_over);
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

std::string repeat(const std::string& text, std::size_t count)
{
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

Awaitable<> append_many(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    const auto most = "APPEND INBOX" + repeat(" {6+}\r\na: b\r\n", store::kAppendedAtOnce);
    const auto at_limit = co_await client.run(most);
    BOOST_TEST(at_limit.is_ok());
    BOOST_TEST(at_limit.status.find(" 1:500] ") != std::string::npos, at_limit.status);
    const auto one_more = most + " {6+}\r\na: b\r\n";
    const auto past = co_await client.run(one_more);
    BOOST_TEST(past.status == "NO [LIMIT] At most 500 messages at once");
    const auto counted = co_await client.run("STATUS INBOX (MESSAGES)");
    BOOST_TEST(counted.untagged.at(0) == "* STATUS INBOX (MESSAGES 500)");
}

Awaitable<> name_many_mailboxes(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    for (const std::size_t count : {100U, 101U}) {
        const auto text = "ESEARCH IN (mailboxes (INBOX" + repeat(" a", count - 1) + ")) ALL";
        const auto answer = co_await client.run(text);
        BOOST_TEST(answer.status ==
                   (count == 100 ? "OK ESEARCH completed" : "BAD Too many mailboxes"));
    }
}

constexpr const char* kTooManyUrls = "BAD Too many URLs";

Awaitable<> name_many_urls(ImapServer& server)
{
    const std::string url =
        " \"imap://ann%40example.org@mx.example.org/INBOX/;uid=1;urlauth=anonymous\"";
    for (const auto count : {imap::kUrlsOfOneCommand, imap::kUrlsOfOneCommand + 1}) {
        Client client(server.connect());
        co_await client.enter();
        const bool is_over = count > imap::kUrlsOfOneCommand;
        const auto fetched = co_await client.run("URLFETCH" + repeat(url, count));
        BOOST_TEST(fetched.status == (is_over ? kTooManyUrls : "OK URLFETCH completed"));
        const auto made = co_await client.run("GENURLAUTH" + repeat(url + " INTERNAL", count));
        BOOST_TEST(made.status == (is_over ? kTooManyUrls : "OK GENURLAUTH completed"));
    }
}

/// The longest that is signed is one that is fetched.
Awaitable<> sign_long_url(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    co_await client.run(append("Subject: x\r\n\r\n"));
    const std::string start = "imap://ann%40example.org@mx.example.org/INBOX/;uid=1/;section="
                              "HEADER.FIELDS%20(SUBJECT%20";
    const std::string end = ");urlauth=anonymous";
    const auto most = imap::kUrlOctets - imap::kUrlTokenOctets;
    const auto fill = most - start.size() - end.size();
    const auto url = start + std::string(fill, 'x') + end;
    const auto made = co_await client.run("GENURLAUTH \"" + url + "\" INTERNAL");
    BOOST_REQUIRE(made.is_ok());
    BOOST_REQUIRE(made.literals.size() == 1u); // no quoted string is so long
    const auto fetched = co_await client.run("URLFETCH \"" + made.literals[0] + "\"");
    BOOST_REQUIRE(fetched.literals.size() == 2u);
    BOOST_TEST(fetched.literals[1] == "Subject: x\r\n\r\n");
    const auto past = start + std::string(fill + 1, 'x') + end;
    const auto refused = co_await client.run("GENURLAUTH \"" + past + "\" INTERNAL");
    BOOST_TEST(refused.status == "BAD URL too long");
}

Awaitable<> name_many_comparators(ImapServer& server)
{
    Client client(server.connect());
    co_await client.enter();
    const auto others = repeat(" x", imap::kComparatorsAsked - 1);
    const auto at_limit = co_await client.run("COMPARATOR" + others + " i;octet");
    BOOST_TEST(at_limit.is_ok());
    const auto past = co_await client.run("COMPARATOR" + others + " x i;octet");
    BOOST_TEST(past.status == "BAD Too many comparators");
    const auto longest =
        co_await client.run("COMPARATOR " + std::string(imap::kComparatorOctets, 'x'));
    BOOST_TEST(longest.status == "NO [BADCOMPARATOR] No such comparator");
    const auto longer =
        co_await client.run("COMPARATOR " + std::string(imap::kComparatorOctets + 1, 'x'));
    BOOST_TEST(longer.status == "BAD Comparator name too long");
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

BOOST_AUTO_TEST_CASE(notifications_of_many_accounts)
{
    ImapServer server;
    server.run(watch_many(server));
}

BOOST_AUTO_TEST_CASE(notifications_of_many_changes)
{
    for (const bool is_over : {false, true}) {
        ImapServer server;
        const auto account = server.account(kAnn);
        const auto changes = imap::kNotifyChanges - 1 + is_over; // and the message that comes last
        server.run(overflow(server, *account, changes, is_over));
    }
}

BOOST_AUTO_TEST_CASE(messages_of_one_append)
{
    ImapServer server;
    server.run(append_many(server));
}

BOOST_AUTO_TEST_CASE(mailboxes_of_one_search)
{
    ImapServer server;
    server.run(name_many_mailboxes(server));
}

BOOST_AUTO_TEST_CASE(urls_of_one_command)
{
    ImapServer server;
    server.run(name_many_urls(server));
}

BOOST_AUTO_TEST_CASE(long_urls)
{
    ImapServer server;
    server.run(sign_long_url(server));
}

BOOST_AUTO_TEST_CASE(comparators_of_one_command)
{
    ImapServer server;
    server.run(name_many_comparators(server));
}
