// What a transcript cannot say: failing disks, many writes in one, a 100 MiB message.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/line_reader.h"
#include "core/smtp/server/callout.h"
#include "core/smtp/server/serve.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;

namespace {

constexpr std::string_view kEnvelope = "EHLO client.example\r\nMAIL FROM:<carol@example.net>\r\n"
                                       "RCPT TO:<ann@example.org>\r\nDATA\r\n";

/// Sends everything, reads until the server closes; `writes` counts what came in one piece.
Awaitable<> converse(std::unique_ptr<net::Stream> stream, std::string text, std::string& out,
                     unsigned& reads)
{
    stream->set_deadline(std::chrono::seconds(30));
    try {
        co_await stream->write(text);
        std::string buffer(1 << 16, '\0');
        for (;;) {
            const std::size_t octets = co_await stream->read_some(buffer.data(), buffer.size());
            out.append(buffer, 0, octets);
            ++reads;
        }
    } catch (const net::Disconnected&) {
        co_return;
    }
}

struct Talk {
    std::string replies;
    unsigned reads = 0;
};

Talk talk(fixture::Server& server, std::string text, conf::Protocol protocol = conf::Protocol::Smtp)
{
    Talk out;
    auto connect = server.connect(smtp::serve, fixture::Server::listener(protocol));
    boost::asio::co_spawn(server.io, converse(connect(1), std::move(text), out.replies, out.reads),
                          boost::asio::detached);
    server.io.restart();
    server.io.run();
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(pipelined_replies_go_out_together)
{
    // RFC 2920 §3.2: one write for the greeting, one for each batch.
    fixture::Server server;
    const Talk said = talk(server, std::string(kEnvelope) + "Subject: x\r\n\r\n.\r\nQUIT\r\n");
    BOOST_TEST(said.replies.ends_with("221 2.0.0 Bye\r\n"));
    BOOST_TEST(said.reads <= 2U);
    BOOST_TEST(server.messages("ann@example.org").size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_is_promised_before_it_is_durable)
{
    // RFC 5321 §6.1. The power is cut while the commit waits.
    fixture::Server server;
    server.engine->hold();
    Talk said;
    auto connect = server.connect(smtp::serve, fixture::Server::listener(conf::Protocol::Smtp));
    boost::asio::co_spawn(server.io,
                          converse(connect(1), std::string(kEnvelope) + "Subject: x\r\n\r\n.\r\nQUIT\r\n",
                                   said.replies, said.reads),
                          boost::asio::detached);
    server.io.restart();
    server.io.poll();
    BOOST_TEST(said.replies.find("Accepted") == std::string::npos);
    BOOST_TEST(server.engine->waiting() > 0U);
    server.engine->release();
    server.io.restart();
    server.io.run();
    BOOST_TEST(said.replies.find("250 2.0.0 Accepted as ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_large_message_streams)
{
    fixture::Server server;
    std::string text(kEnvelope);
    text += "Subject: large\r\n\r\n";
    const std::string line(998, 'x');
    while (text.size() < (20U << 20))
        text += line + "\r\n";
    const std::size_t before = text.size();
    text += ".\r\nQUIT\r\n";
    const Talk said = talk(server, text);
    BOOST_TEST(said.replies.find("250 2.0.0 Accepted as ") != std::string::npos);
    const auto messages = server.messages("ann@example.org");
    BOOST_REQUIRE(messages.size() == 1U);
    const std::string body = text.substr(kEnvelope.size(), before - kEnvelope.size());
    BOOST_TEST(messages[0].ends_with(body));
}

BOOST_AUTO_TEST_CASE(text_without_a_header_stays_text)
{
    fixture::Server server;
    talk(server, std::string(kEnvelope) + "Hello Ann\r\n.\r\nQUIT\r\n");
    const auto messages = server.messages("ann@example.org");
    BOOST_REQUIRE(messages.size() == 1U);
    BOOST_TEST(messages[0].ends_with("\r\n\r\nHello Ann\r\n"));
}

BOOST_AUTO_TEST_CASE(a_message_has_the_priority_of_its_class)
{
    using store::MailClass;
    struct Case {
        std::string_view name, header;
        MailClass mail_class;
        unsigned priority;
    };
    const Case cases[] = {
        {"person", "Subject: x\r\n", MailClass::Normal, 5},
        {"list", "List-Id: <l.example>\r\n", MailClass::List, 2},
        {"answer", "Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\n", MailClass::AutoReply, 3},
        {"read receipt",
         "Content-Type: Multipart/Report; report-type=disposition-notification; boundary=b\r\n"
         "Auto-Submitted: auto-replied\r\n",
         MailClass::Report, 1},
        {"delivery status",
         "Auto-Submitted: auto-replied\r\n"
         "Content-Type: multipart/report; boundary=b; report-type=\"delivery-status\"\r\n",
         MailClass::Bounce, 4},
        {"parts", "Content-Type: multipart/mixed; boundary=b\r\n", MailClass::Normal, 5},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            fixture::Server server([](conf::Config& config) {
                config.access.trusted = {"192.0.2.1"};
                config.queue.priority = {
                    {"list", "2"}, {"auto_reply", "3"}, {"report", "1"}, {"bounce", "4"}};
            });
            talk(server, "EHLO client.example\r\nMAIL FROM:<carol@example.net>\r\n"
                         "RCPT TO:<dave@example.com>\r\nDATA\r\n" +
                             std::string(c.header) + "\r\n.\r\nQUIT\r\n");
            const auto queue = server.queue();
            BOOST_REQUIRE(queue.size() == 1U);
            BOOST_TEST((queue[0].mail_class == c.mail_class));
            BOOST_TEST(unsigned{queue[0].priority} == c.priority);
        }
    }
}

BOOST_AUTO_TEST_CASE(queued_mail_keeps_what_dsn_asked_for)
{
    // RFC 3461 §4
    fixture::Server server([](conf::Config& c) { c.access.trusted = {"192.0.2.1"}; });
    talk(server, "EHLO client.example\r\n"
                 "MAIL FROM:<carol@example.net> RET=FULL ENVID=QQ+2B7\r\n"
                 "RCPT TO:<dave@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;D+2Bx@example.com\r\n"
                 "RCPT TO:<ann@example.org>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n");
    BOOST_TEST(server.messages("ann@example.org").size() == 1U);
    const auto queue = server.queue();
    BOOST_REQUIRE(queue.size() == 1U);
    BOOST_TEST(queue[0].sender == "carol@example.net");
    BOOST_TEST(queue[0].envelope_id == "QQ+7");
    BOOST_TEST(queue[0].return_full);
    BOOST_REQUIRE(queue[0].recipients.size() == 1U);
    BOOST_TEST(queue[0].recipients[0].address == "dave@example.com");
    BOOST_TEST(queue[0].recipients[0].original_recipient == "rfc822;D+x@example.com");
    BOOST_TEST(queue[0].recipients[0].notify == 10);
    BOOST_TEST(server.queued_body(queue[0]).find("Subject: x\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_certificate_no_starttls)
{
    // RFC 3207 §4: 454 where TLS is not available.
    fixture::Server server;
    auto without = std::make_shared<delivery::Services>(*server.services);
    without->tls = nullptr;
    server.services = without;
    const Talk said = talk(server, "EHLO client.example\r\nSTARTTLS\r\nQUIT\r\n");
    BOOST_TEST(said.replies.find("250-STARTTLS") == std::string::npos);
    BOOST_TEST(said.replies.find("454 4.7.0 ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failing_disk_is_never_told_as_success)
{
    // Every write, then every read, fails once: the message is there if and only if 250 was said.
    const std::string session = std::string(kEnvelope) + "Subject: x\r\n\r\ntext\r\n.\r\nQUIT\r\n";
    enum class What { Write, Read };
    for (const What what : {What::Write, What::Read}) {
        for (unsigned nth = 1;; ++nth) {
            fixture::Server server;
            const unsigned before = what == What::Write ? server.engine->writes() : server.engine->reads();
            if (what == What::Write)
                server.engine->fail_write(nth, Errc::Unavailable);
            else
                server.engine->fail_read(nth, Errc::Unavailable);
            const Talk said = talk(server, session);
            const unsigned after = what == What::Write ? server.engine->writes() : server.engine->reads();
            const bool reached = after - before >= nth;
            const bool accepted = said.replies.find("250 2.0.0 Accepted as ") != std::string::npos;
            BOOST_TEST_CONTEXT((what == What::Write ? "write " : "read ") << nth << ": " << said.replies)
            {
                BOOST_TEST(said.replies.ends_with("221 2.0.0 Bye\r\n"));
                BOOST_TEST(said.replies.find("\r\n550 ") == std::string::npos);
                if (!reached)
                    server.engine->fail_read(1'000'000, Errc::Unavailable);
                BOOST_TEST(server.messages("ann@example.org").size() == (accepted ? 1U : 0U));
            }
            if (!reached)
                break;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_taken_up_login_is_looked_at_again)
{
    // AUTH-03: the account is disabled between two messages of one session.
    fixture::Server server;
    net::MemoryStreamOptions tls;
    tls.tls = net::TlsInfo{"TLS1.3", "TLS_AES_256_GCM_SHA384", "", "", ""};
    Talk said;
    auto connect = server.connect(smtp::serve, fixture::Server::listener(conf::Protocol::Submission), tls);
    auto client = connect(1);
    auto* const wire = client.get();
    boost::asio::co_spawn(server.io,
                          converse(std::move(client),
                                   "EHLO c\r\nAUTH PLAIN AGFubkBleGFtcGxlLm9yZwBhbm4tc2VjcmV0\r\n"
                                   "MAIL FROM:<ann@example.org>\r\nRSET\r\n",
                                   said.replies, said.reads),
                          boost::asio::detached);
    server.io.restart();
    server.io.poll();
    BOOST_TEST(said.replies.ends_with("250 2.1.0 Sender accepted\r\n250 2.0.0 OK\r\n"));
    auto entry = server.run(server.store->directory().find(*address::parse("ann@example.org")));
    store::User ann = std::get<store::User>(*entry);
    ann.state = store::UserState::NoLogin;
    BOOST_REQUIRE(server.run(server.store->directory().set_user(ann)).has_value());
    boost::asio::co_spawn(server.io, wire->write("MAIL FROM:<ann@example.org>\r\nQUIT\r\n"),
                          boost::asio::detached);
    server.io.restart();
    server.io.run();
    BOOST_TEST(said.replies.find("550 5.7.1 Account may not send any more") != std::string::npos);
}

namespace {

/// A next host in the test's hands.
struct NextHost {
    smtp::CalloutVerdict verdict = smtp::CalloutVerdict::Exists;
    unsigned asked = 0;
};

Awaitable<smtp::CalloutVerdict> answer_of(NextHost& host)
{
    ++host.asked;
    co_return host.verdict;
}

/// The reply to one stranger's RCPT at a gateway whose next host says so.
std::string rcpt_at_gateway(fixture::Server& server, smtp::Callouts& callouts)
{
    auto services = std::make_shared<delivery::Services>(*server.services);
    services->callouts = &callouts;
    server.services = services;
    const Talk said = talk(server, "EHLO client.example\r\nMAIL FROM:<carol@example.net>\r\n"
                                   "RCPT TO:<ann@far.example>\r\nQUIT\r\n");
    const auto at = said.replies.rfind("2.1.0 ");
    const auto line = said.replies.find("\r\n", at) + 2;
    return said.replies.substr(line, 9);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_gateway_asks_the_next_host_and_remembers)
{
    fixture::Server server([](conf::Config& config) {
        conf::Route route;
        route.name = "inside";
        route.recipients = {"far.example"};
        route.accept = true;
        route.verify = conf::RouteVerify::Callout;
        config.routes.push_back(route);
    });
    NextHost host;
    smtp::Callouts callouts([&host](const delivery::Services&, std::string) { return answer_of(host); });
    // Nothing is remembered while nobody answers, and mail is taken: that is what a backup is for.
    host.verdict = smtp::CalloutVerdict::NoAnswer;
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "250 2.1.5");
    host.verdict = smtp::CalloutVerdict::Unknown;
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "550 5.1.1");
    BOOST_TEST(host.asked == 2U);
    host.verdict = smtp::CalloutVerdict::Exists;
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "550 5.1.1");
    server.clock.advance(smtp::Callouts::kUnknown);
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "250 2.1.5");
    BOOST_TEST(host.asked == 3U);
    host.verdict = smtp::CalloutVerdict::Unknown;
    server.clock.advance(smtp::Callouts::kExists - std::chrono::seconds(1));
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "250 2.1.5");
    server.clock.advance(std::chrono::seconds(1));
    BOOST_TEST(rcpt_at_gateway(server, callouts) == "550 5.1.1");
}
