// Queued mail that is taken in again: into mailboxes when its time has come, and as attachments.
#include "core/delivery/mailroom.h"

#include <boost/test/unit_test.hpp>

#include "tests/fixture/server_fixture.h"

namespace mailctl::delivery {
namespace {

struct Fixture {
    Fixture() : mailroom(make_mailroom(*server.store, [this] { return server.services; }))
    {
        server.add_alias("team@example.org", {"ann@example.org", "bob@example.org"});
        server.add_user("off@example.org", "",
                        [](store::User& u) { u.state = store::UserState::Disabled; });
        server.add_user("held@example.org", "",
                        [](store::User& u) { u.state = store::UserState::Suspended; });
        server.add_user("moved@example.org", "",
                        [](store::User& u) { u.forward_to = {"ann@far.example"}; u.keep_copy = false; });
        entry.id = QueueId{7};
        entry.sender = "carol@example.net";
        entry.inline_body = "Return-Path: <carol@example.net>\r\nSubject: hello\r\n\r\ntext\r\n";
        entry.body.octets = entry.inline_body.size();
    }

    Result<queue::Taken> take(const std::string& recipient, const std::string& route = "here")
    {
        store::QueueRecipient to;
        to.address = recipient;
        to.route = route;
        entry.recipients = {to};
        return server.run(mailroom->take(std::make_shared<const store::QueueEntry>(entry), 0));
    }

    fixture::Server server;
    std::unique_ptr<queue::Mailroom> mailroom;
    store::QueueEntry entry;
};

BOOST_FIXTURE_TEST_CASE(mailboxes_have_it_once, Fixture)
{
    entry.prefix = "DKIM-Signature: x\r\n";
    for (const auto* address : {"team@example.org", "ann@example.org", "team@example.org"}) {
        const auto taken = take(address);
        BOOST_REQUIRE(taken.has_value());
        BOOST_TEST((*taken == queue::Taken::Kept));
    }
    const std::vector<std::string> one{entry.inline_body};
    BOOST_TEST(server.messages("ann@example.org") == one);
    BOOST_TEST(server.messages("bob@example.org") == one);
    BOOST_TEST(server.queue().empty());
}

BOOST_FIXTURE_TEST_CASE(what_is_forwarded_meanwhile_goes_there, Fixture)
{
    entry.prefix = "DKIM-Signature: x\r\n";
    const auto taken = take("moved@example.org");
    BOOST_REQUIRE(taken.has_value());
    BOOST_TEST((*taken == queue::Taken::SentOn));
    BOOST_REQUIRE(server.queue().size() == 1U);
    const auto queued = server.queue().front();
    BOOST_TEST(queued.recipients.front().address == "ann@far.example");
    BOOST_TEST(queued.recipients.front().route.empty());
    BOOST_TEST(queued.recipients.front().sender.starts_with("SRS0="));
    BOOST_TEST(queued.prefix == entry.prefix);
    BOOST_TEST(server.queued_body(queued) == "Subject: hello\r\n\r\ntext\r\n");
}

BOOST_FIXTURE_TEST_CASE(who_is_not_there_and_who_is_not_there_now, Fixture)
{
    BOOST_TEST((take("nobody@example.org").error().code() == Errc::NotFound));
    BOOST_TEST((take("off@example.org").error().code() == Errc::Denied));
    BOOST_TEST((take("held@example.org").error().code() == Errc::Busy));
    BOOST_TEST((take("no address").error().code() == Errc::Invalid));
}

BOOST_FIXTURE_TEST_CASE(a_large_message_goes_piece_by_piece, Fixture)
{
    const std::string body = "Subject: large\r\n\r\n" + std::string(5U << 20, 'x') + "\r\n";
    store::BodyOwners owners;
    owners.queued = true;
    const auto spool = server.store->spool(std::move(owners));
    BOOST_REQUIRE(server.run(spool->write(body)).has_value());
    const auto stored = server.run(spool->finish());
    BOOST_REQUIRE(stored.has_value());
    entry.inline_body = stored->inline_body;
    entry.body = stored->body;
    const auto kept = take("ann@example.org");
    BOOST_REQUIRE(kept.has_value());
    BOOST_REQUIRE(server.messages("ann@example.org").size() == 1U);
    BOOST_TEST((server.messages("ann@example.org").front() ==
                "Return-Path: <carol@example.net>\r\n" + body));
    BOOST_REQUIRE(take("far@far.example", "attach:ann@example.org").has_value());
    const std::string wrapped = server.queued_body(server.queue().front());
    BOOST_TEST(wrapped.ends_with("\r\n\r\n" + body));
}

BOOST_FIXTURE_TEST_CASE(a_forward_as_attachment, Fixture)
{
    entry.prefix = "Forward-Count: 2\r\n";
    entry.body_8bit = true;
    for (int run = 0; run < 2; ++run) {
        const auto taken = take("far@far.example", "attach:ann@example.org");
        BOOST_REQUIRE(taken.has_value());
        BOOST_TEST((*taken == queue::Taken::SentOn));
    }
    BOOST_REQUIRE(server.queue().size() == 1U);
    const auto queued = server.queue().front();
    BOOST_TEST(queued.sender == "ann@example.org");
    BOOST_TEST(queued.account == "ann@example.org");
    BOOST_TEST(queued.recipients.front().address == "far@far.example");
    BOOST_TEST(queued.recipients.front().route.empty());
    const std::string body = server.queued_body(queued);
    BOOST_TEST(body.starts_with("From: <ann@example.org>\r\nTo: <far@far.example>\r\n"
                                "Subject: Fwd: hello\r\n"));
    for (const auto* text : {"\r\nForward-Count: 2\r\n", "\r\nContent-Type: message/rfc822\r\n",
                             "\r\nContent-Transfer-Encoding: 8bit\r\n",
                             "\r\nAuto-Submitted: auto-generated\r\n"})
        BOOST_TEST((body.find(text) != std::string::npos), text << " is not in " << body);
    BOOST_TEST(body.ends_with("\r\n\r\nSubject: hello\r\n\r\ntext\r\n"));
}

// RFC 5321 §4.5.5: else a bounce could come of a bounce.
BOOST_FIXTURE_TEST_CASE(a_null_reverse_path_stays, Fixture)
{
    entry.sender.clear();
    BOOST_REQUIRE(take("far@far.example", "attach:ann@example.org").has_value());
    BOOST_TEST(server.queue().front().sender.empty());
}

// RFC 6532 §3.7
BOOST_FIXTURE_TEST_CASE(a_header_in_utf8_is_attached_as_such, Fixture)
{
    entry.smtp_utf8 = true;
    entry.inline_body = "Subject: Gr\xC3\xBC\xC3\x9F" "e\r\n\r\n";
    entry.body.octets = entry.inline_body.size();
    BOOST_REQUIRE(take("far@far.example", "attach:ann@example.org").has_value());
    const std::string body = server.queued_body(server.queue().front());
    BOOST_TEST((body.find("\r\nContent-Type: message/global\r\n") != std::string::npos));
    BOOST_TEST((body.find("\r\nSubject: Fwd: =?utf-8?") != std::string::npos));
}

} // namespace
} // namespace mailctl::delivery
