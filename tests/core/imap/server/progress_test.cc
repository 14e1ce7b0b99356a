// INPROGRESS: told of what takes long, and of nothing else. RFC 9585
#include "core/imap/server/progress.h"

#include <boost/test/unit_test.hpp>

#include <optional>

#include "core/imap/server/session.h"
#include "store/acl.h"
#include "tests/core/imap/server/client.h"
#include "tests/core/imap/server/imap_server.h"

using namespace mailctl;
using namespace mailctl::imap::test;

namespace {

/// Each look at it takes its time.
class SlowClock final : public Clock {
public:
    explicit SlowClock(milliseconds step) : step_(step) {}
    Time now() const override { return Time(step_ * ++looks_); }

private:
    milliseconds step_;
    mutable std::int64_t looks_ = 0;
};

std::string append(const std::string& message)
{
    return "APPEND INBOX {" + std::to_string(message.size()) + "+}\r\n" + message;
}

/// "6 of 40" of each INPROGRESS response.
std::vector<std::string> progress_in(const Answer& answer, const std::string& tag)
{
    std::vector<std::string> found;
    const std::string start = "* OK [INPROGRESS (\"" + tag + "\" ";
    for (const auto& line : answer.untagged)
        if (line.starts_with(start))
            found.push_back(line.substr(start.size(), line.find(')') - start.size()));
    return found;
}

constexpr unsigned kMessages = 40;

/// What is told while each of the commands runs, a line a command.
Awaitable<> run_commands(ImapServer& server, std::vector<std::string>& told)
{
    Client client(server.connect());
    co_await client.enter();
    unsigned tag = 2; // those of enter()
    for (unsigned i = 0; i < kMessages; ++i, ++tag) {
        const auto appended = co_await client.run(append("Subject: a\r\n\r\nx\r\n"));
        BOOST_TEST(appended.is_ok());
    }
    for (const char* text :
         {"SEARCH BODY y", "SORT (SUBJECT) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL",
          "ESEARCH IN (personal) ALL", "COPY 1:* \"Other Users/bob@example.org/INBOX\"", "NOOP",
          "FETCH 1:* FLAGS"}) {
        const auto answer = co_await client.run(text);
        BOOST_TEST(answer.is_ok(), answer.status);
        std::string line = std::string(text).substr(0, std::string(text).find(' ')) + ":";
        for (const auto& one : progress_in(answer, "t" + std::to_string(++tag)))
            line += " " + one;
        told.push_back(std::move(line));
    }
}

/// Anybody may put messages into his INBOX.
Awaitable<> open_inbox(std::shared_ptr<store::Account> account)
{
    using enum store::MailboxRight;
    const auto inbox = co_await account->find_mailbox("INBOX");
    BOOST_REQUIRE(inbox.has_value());
    const store::AclSubject anyone;
    const auto done = co_await account->acls().change_acl(
        inbox->id, anyone, store::AclChange::Set, Lookup | Read | Insert);
    BOOST_TEST(done.has_value());
}

std::vector<std::string> told_by(milliseconds step)
{
    ImapServer server;
    server.run(open_inbox(server.account(kBob)));
    const SlowClock clock(step);
    server.session_clock = &clock;
    std::vector<std::string> told;
    server.run(run_commands(server, told));
    return told;
}

/// As a session sees one command.
Awaitable<> look_at_times(ImapServer& server)
{
    auto [near, far] = net::memory_stream_pair(server.io.get_executor());
    auto services = std::make_shared<delivery::Services>();
    services->config = std::make_shared<const conf::Config>(server.config);
    services->store = server.store.get();
    services->clock = &server.clock;
    auto face = std::make_shared<net::SessionInfo>(net::SessionInfo::View{});
    imap::Session session(std::move(near), services, server.listener, std::move(face));
    net::LineReader reader(*far);
    const milliseconds one(1);
    imap::Progress progress(session, "a1");
    BOOST_TEST(session.progress == &progress);
    progress.expect(3);
    server.clock.advance(imap::kStopLookEvery - one);
    BOOST_TEST(!progress.advance());
    server.clock.advance(imap::kFirstProgress - imap::kStopLookEvery);
    BOOST_TEST(progress.advance());
    co_await progress.tell(); // looks, and has nothing to tell
    BOOST_TEST(!progress.advance(0));
    server.clock.advance(one);
    BOOST_TEST(progress.advance(0));
    co_await progress.tell();
    const auto first = co_await reader.read_line(1000);
    BOOST_TEST(first.text == "* OK [INPROGRESS (\"a1\" 2 3)] Still at work");
    server.clock.advance(imap::kProgressEvery - one);
    BOOST_TEST(progress.advance());
    co_await progress.tell(); // looks again
    BOOST_TEST(!progress.advance(0));
    server.clock.advance(one);
    BOOST_TEST(progress.advance());
    co_await progress.tell(); // more was done than was expected
    const auto second = co_await reader.read_line(1000);
    BOOST_TEST(second.text == "* OK [INPROGRESS (\"a1\" 4 NIL)] Still at work");

    // The session is to end: it is told of at the next look.
    session.stream->close();
    BOOST_TEST(!progress.advance());
    server.clock.advance(imap::kStopLookEvery);
    BOOST_TEST(progress.advance());
    std::optional<net::Disconnected::Why> why;
    try {
        co_await progress.tell();
    } catch (const net::Disconnected& e) {
        why = e.why();
    }
    BOOST_TEST((why == net::Disconnected::Why::Stopping));
}

} // namespace

BOOST_AUTO_TEST_CASE(times)
{
    ImapServer server;
    server.run(look_at_times(server));
}

BOOST_AUTO_TEST_CASE(quick_commands)
{
    for (const auto& line : told_by(milliseconds(1)))
        BOOST_TEST(line.back() == ':', line);
}

// Each message takes a second.
BOOST_AUTO_TEST_CASE(slow_commands)
{
    const auto told = told_by(seconds(1));
    BOOST_TEST(told.size() == 7u);
    for (std::size_t i = 0; i < told.size(); ++i) {
        const bool is_long = i < 5;
        BOOST_TEST((told[i].find(" 40") != std::string::npos) == is_long, told[i]);
        BOOST_TEST((told[i].back() == ':') != is_long, told[i]);
    }
    BOOST_TEST(told[0].find(" 4 40") != std::string::npos, told[0]);
    BOOST_TEST(told[2].find(" 80") != std::string::npos, told[2]); // looked for, then joined
}
