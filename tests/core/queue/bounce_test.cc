// Notices: who is told, and what the message holds.
#include "core/queue/bounce.h"

#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/mime/card.h"
#include "core/queue/notice_text.h"

using namespace mailctl;
using queue::BounceClass;
using queue::Notice;

namespace {

store::QueueEntry entry_from(const std::string& sender, const std::string& account)
{
    store::QueueEntry entry;
    entry.id = QueueId{42};
    entry.sender = sender;
    entry.account = account;
    entry.peer = "192.0.2.1";
    entry.arrived = Time(milliseconds(1'764'000'000'000));
    return entry;
}

std::vector<queue::NoticeRecipient> one_failure()
{
    queue::NoticeRecipient failed;
    failed.recipient.address = "bob@example.net";
    failed.recipient.original_recipient = "rfc822;bob@old.example";
    failed.status = "5.1.1";
    failed.diagnostic = "smtp; 550 5.1.1 No such user";
    failed.remote_host = "mx.example.net";
    return {failed};
}

const std::string kHeader =
    "From: ann@example.org\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"
    "Message-ID: <one@example.org>\r\n\r\n";

std::string notice(const conf::Config& config, Notice kind, std::optional<std::string_view> body,
                   store::QueueEntry entry = entry_from("ann@example.org", "ann@example.org"))
{
    SeededRandom random(1);
    return queue::make_notice(config, "mx.example.org", Time(milliseconds(1'764'000'100'000)),
                              entry, kind, one_failure(), kHeader, body, random)
        .message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(bounce)

BOOST_AUTO_TEST_CASE(classes)
{
    struct Case {
        std::string_view name;
        int code;
        std::string_view enhanced, text;
        BounceClass kind;
    };
    const Case cases[] = {
        {"status", 550, "5.1.1", "anything", BounceClass::BadMailbox},
        {"full", 452, "4.2.2", "", BounceClass::MailboxFull},
        {"words under a policy status", 550, "5.7.1", "listed by Spamhaus",
         BounceClass::Reputation},
        {"policy alone", 550, "5.7.1", "not for you", BounceClass::Policy},
        {"relaying", 554, "5.7.1", "Relay access denied", BounceClass::Relaying},
        {"no status, words", 550, "", "User unknown in table", BounceClass::BadMailbox},
        {"code alone", 552, "", "no", BounceClass::MailboxFull},
        {"expired", 0, "4.4.7", "", BounceClass::Expired},
        {"nothing known", 451, "", "please wait", BounceClass::Other},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(queue::name_of(queue::classify(c.code, c.enhanced, c.text)) ==
                       queue::name_of(c.kind));
        }
    }
}

BOOST_AUTO_TEST_CASE(who_is_told)
{
    conf::Config config;
    store::QueueRecipient recipient;
    const auto ann = entry_from("ann@example.org", "ann@example.org");
    BOOST_TEST(queue::is_wanted(config, ann, recipient, Notice::Failure));
    BOOST_TEST(queue::is_wanted(config, ann, recipient, Notice::Delay));
    BOOST_TEST(!queue::is_wanted(config, ann, recipient, Notice::Success));
    // RFC 3461 §4.1
    recipient.notify = static_cast<std::uint8_t>(store::DsnNotify::Success);
    BOOST_TEST(queue::is_wanted(config, ann, recipient, Notice::Success));
    BOOST_TEST(queue::is_wanted(config, ann, recipient, Notice::Relayed));
    BOOST_TEST(!queue::is_wanted(config, ann, recipient, Notice::Failure));
    recipient.notify = static_cast<std::uint8_t>(store::DsnNotify::Never);
    BOOST_TEST(!queue::is_wanted(config, ann, recipient, Notice::Failure));
    recipient.notify = 0;
    // No backscatter: strangers, null senders, automatic mail.
    const auto stranger = entry_from("eve@elsewhere.example", "");
    BOOST_TEST(!queue::is_wanted(config, stranger, recipient, Notice::Failure));
    // Of strangers those whose domain said so when the mail came.
    config.bounce.to = conf::BounceTo::SpfPassed;
    BOOST_TEST(queue::is_wanted(config, ann, recipient, Notice::Failure));
    for (const char* said : {"", "none", "neutral", "fail", "softfail", "temperror", "permerror"}) {
        auto other = stranger;
        other.spf = said;
        BOOST_TEST_CONTEXT(said)
        BOOST_TEST(!queue::is_wanted(config, other, recipient, Notice::Failure));
    }
    auto passed = stranger;
    passed.spf = "pass";
    BOOST_TEST(queue::is_wanted(config, passed, recipient, Notice::Failure));
    BOOST_TEST(queue::is_wanted(config, passed, recipient, Notice::Delay));
    config.bounce.to = conf::BounceTo::Authenticated;
    BOOST_TEST(!queue::is_wanted(config, passed, recipient, Notice::Failure));
    config.bounce.to = conf::BounceTo::All;
    BOOST_TEST(queue::is_wanted(config, stranger, recipient, Notice::Failure));
    BOOST_TEST(!queue::is_wanted(config, entry_from("", ""), recipient, Notice::Failure));
    for (const char* daemon : {"MAILER-DAEMON@elsewhere.example", "mailer-daemon@example.org"})
        BOOST_TEST(!queue::is_wanted(config, entry_from(daemon, "ann@example.org"), recipient,
                                     Notice::Failure));
    BOOST_TEST(queue::is_wanted(config, entry_from("mailer-daemons@far.example", ""), recipient,
                                Notice::Failure));
    auto automatic = ann;
    automatic.mail_class = store::MailClass::AutoReply;
    BOOST_TEST(!queue::is_wanted(config, automatic, recipient, Notice::Failure));
    config.bounce.double_to = "postmaster@example.org";
    BOOST_TEST(queue::is_wanted(config, entry_from("", ""), recipient, Notice::Failure));
    BOOST_TEST(!queue::is_wanted(config, entry_from("", ""), recipient, Notice::Delay));
    config.bounce.to = conf::BounceTo::None;
    BOOST_TEST(!queue::is_wanted(config, ann, recipient, Notice::Failure));
}

/// RFC 6522 §3: three parts, of which the third is the message or its header.
BOOST_AUTO_TEST_CASE(report_with_header_only)
{
    const std::string text = notice({}, Notice::Failure, std::nullopt);
    const auto card = mime::make_card(text);
    BOOST_TEST(card.root.type == "multipart");
    BOOST_TEST(card.root.subtype == "report");
    BOOST_REQUIRE(card.root.children.size() == 3U);
    BOOST_TEST(card.root.children[1].subtype == "delivery-status");
    BOOST_TEST(card.root.children[2].subtype == "rfc822-headers");
    BOOST_TEST(card.envelope.subject.starts_with("=?utf-8?B?"));
    const auto& status = card.root.children[1];
    const std::string report = text.substr(status.body_offset(), status.body_octets);
    for (const char* line : {"Reporting-MTA: dns; mx.example.org\r\n",
                             "Original-Recipient: rfc822; bob@old.example\r\n",
                             "Final-Recipient: rfc822; bob@example.net\r\n", "Action: failed\r\n",
                             "Status: 5.1.1\r\n", "Remote-MTA: dns; mx.example.net\r\n",
                             "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n"})
        BOOST_TEST(report.find(line) != std::string::npos, line);
    BOOST_TEST(text.find("Auto-Submitted: auto-replied\r\n") != std::string::npos);
    BOOST_TEST(text.find("References: <one@example.org>\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(report_with_whole_message)
{
    const std::string body = kHeader + "Hello\r\n";
    const std::string text = notice({}, Notice::Failure, body);
    const auto card = mime::make_card(text);
    BOOST_REQUIRE(card.root.children.size() == 3U);
    const auto& returned = card.root.children[2];
    BOOST_TEST(returned.subtype == "rfc822");
    BOOST_TEST(text.substr(returned.body_offset(), returned.body_octets).starts_with(body));
}

BOOST_AUTO_TEST_CASE(languages_and_templates)
{
    conf::Config config;
    config.bounce.language = "de-AT";
    BOOST_TEST(
        notice(config, Notice::Failure, std::nullopt).find("konnte nicht zugestellt werden") !=
        std::string::npos);
    config.bounce.language = "xx"; // unknown: English
    BOOST_TEST(notice(config, Notice::Failure, std::nullopt).find("could not be delivered") !=
               std::string::npos);
    BOOST_TEST(queue::filled_in("{a}-{b} {", {{"a", "1"}}) == "1-{b} {");
}

/// What a peer said cannot end a line of the report.
BOOST_AUTO_TEST_CASE(strangers_words_stay_words)
{
    SeededRandom random(1);
    auto recipients = one_failure();
    recipients.front().diagnostic = "smtp; 550 no\r\nAction: delivered\r\n";
    const auto made =
        queue::make_notice({}, "mx.example.org", Time{}, entry_from("ann@example.org", "ann"),
                           Notice::Failure, recipients, kHeader, std::nullopt, random);
    BOOST_TEST(made.message.find("\r\nAction: delivered") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
