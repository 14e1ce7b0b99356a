// AUTH over the session; and ETRN, asking for recipients, QUIT.
#include <boost/test/unit_test.hpp>

#include "core/crypto/base64.h"
#include "core/net/tls.h"
#include "tests/core/smtp/client/scripted_peer.h"

using namespace mailctl;
using namespace mailctl::smtp;
using namespace mailctl::smtp::testing;

namespace {

ClientOptions with_login(std::vector<std::string> mechanisms = {}, std::string secret = "secret")
{
    ClientOptions options = plain_options();
    options.credentials.emplace();
    options.credentials->user = "ann";
    options.credentials->secret = std::move(secret);
    options.credentials->mechanisms = std::move(mechanisms);
    return options;
}

ClientOptions under_tls(ClientOptions options)
{
    options.tls = ClientTls::Implicit;
    options.tls_context = net::make_insecure_client_context();
    return options;
}

std::string offering(std::string_view auth)
{
    return "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 AUTH " + std::string(auth) + "\n";
}

Talk open(const std::string& script, ClientOptions options)
{
    return send(script, {}, std::move(options));
}

std::string base64(std::string_view octets)
{
    return crypto::encode_base64(octets);
}

Awaitable<> ask_both(Client& client, Talk& talk)
{
    Envelope envelope;
    envelope.recipients.resize(2);
    envelope.recipients[0].address = "a@b.example";
    envelope.recipients[1].address = "b@b.example";
    Outcome outcome = co_await client.ask(std::move(envelope));
    talk.outcomes.push_back(std::move(outcome));
}

Awaitable<> ask_etrn(Client& client, Talk& talk)
{
    std::string domain = "b.example";
    PeerReply reply = co_await client.etrn(domain);
    talk.replies.push_back(std::move(reply));
}

Awaitable<> say_quit(Client& client, Talk&)
{
    co_await client.quit();
}

} // namespace

BOOST_AUTO_TEST_CASE(plain_with_its_first_response)
{
    const Talk talk = open("TLS\n" + offering("PLAIN LOGIN") + "C: AUTH PLAIN " +
                               base64(std::string("\0ann\0secret", 11)) + "\nS: 235 2.7.0 ok\n",
                           under_tls(with_login()));
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST(talk.is_opened);
}

// RFC 4954 §4: what does not fit the command follows the empty challenge.
BOOST_AUTO_TEST_CASE(a_long_first_response_waits_for_its_turn)
{
    const std::string token(600, 't');
    const Talk talk =
        open("TLS\n" + offering("XOAUTH2") + "C: AUTH XOAUTH2\nS: 334 \nC: " +
                 base64("user=ann\x01" "auth=Bearer " + token + "\x01\x01") + "\nS: 235 2.7.0 ok\n",
             under_tls(with_login({"XOAUTH2"}, token)));
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST(talk.is_opened);
}

BOOST_AUTO_TEST_CASE(login_and_cram)
{
    const Talk login = open("TLS\n" + offering("LOGIN") + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: " +
                                base64("ann") + "\nS: 334 UGFzc3dvcmQ6\nC: " + base64("secret") +
                                "\nS: 235 ok\n",
                            under_tls(with_login()));
    BOOST_TEST(login.script_error == "");
    BOOST_TEST(login.is_opened);
    // HMAC-MD5 of "<1@x>" under "secret"; in the clear, since it does not tell the secret.
    const Talk cram = open(offering("PLAIN CRAM-MD5") + "C: AUTH CRAM-MD5\nS: 334 " + base64("<1@x>") +
                               "\nC: " + base64("ann 4453c3d0fd168792d565c728b4df6739") + "\nS: 235 ok\n",
                           with_login());
    BOOST_TEST(cram.script_error == "");
    BOOST_TEST(cram.is_opened);
}

BOOST_AUTO_TEST_CASE(no_password_in_the_clear)
{
    const Talk talk = open(offering("PLAIN LOGIN"), with_login());
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST(!talk.is_opened);
    BOOST_TEST((talk.failure.stage == Stage::Auth));
    BOOST_TEST(talk.failure.reply.code == 0);
    BOOST_TEST(!talk.failure.permanent);

    net::MemoryStreamOptions loopback; // nobody listens in between
    loopback.local = {"127.0.0.1", 25};
    const auto nothing = [](Client&, Talk&) -> Awaitable<> { co_return; };
    net::MemoryStreamOptions unix_socket;
    unix_socket.local = {"unix", 0};
    for (const auto& stream : {loopback, unix_socket}) {
        const Talk near = testing::talk(offering("PLAIN") + "C: AUTH PLAIN " +
                                            base64(std::string("\0ann\0secret", 11)) + "\nS: 235 ok\n",
                                        with_login(), nothing, stream);
        BOOST_TEST(near.script_error == "");
        BOOST_TEST(near.is_opened);
    }
}

BOOST_AUTO_TEST_CASE(refusals)
{
    const std::string start = "TLS\n" + offering("PLAIN LOGIN");
    const std::string plain = "C: AUTH PLAIN " + base64(std::string("\0ann\0secret", 11)) + "\n";
    const Talk wrong = open(start + plain + "S: 535 5.7.8 No", under_tls(with_login()));
    BOOST_TEST(wrong.script_error == "");
    BOOST_TEST(wrong.failure.reply.code == 535);
    BOOST_TEST(!wrong.failure.permanent); // for us to set right, not a reason to bounce mail
    const Talk later = open(start + plain + "S: 454 4.7.0 Later", under_tls(with_login()));
    BOOST_TEST(later.failure.reply.code == 454);
    const Talk gone = open(start + plain + "CLOSE", under_tls(with_login()));
    BOOST_TEST((gone.failure.stage == Stage::Auth));
    BOOST_TEST(gone.failure.reply.code == 0);
    // RFC 4954 §4: 504, the mechanism is not known after all: the next one.
    const Talk next = open(start + plain + "S: 504 5.5.4 No\nC: AUTH LOGIN\nS: 334 x\nC: " +
                               base64("ann") + "\nS: 334 y\nC: " + base64("secret") + "\nS: 235 ok",
                           under_tls(with_login()));
    BOOST_TEST(next.script_error == "");
    BOOST_TEST(next.is_opened);
    const Talk none = open("TLS\n" + std::string("S: 220 mx\nC: EHLO here\nS: 250 mx\n"),
                           under_tls(with_login()));
    BOOST_TEST(none.failure.reply.text == "the peer does not offer AUTH");
}

// A server that plays along without knowing the password gets no mail. RFC 5802 §3
BOOST_AUTO_TEST_CASE(scram_that_the_server_does_not_finish)
{
    // The challenge does not carry our nonce: cancelled.
    const Talk talk = open("S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 AUTH SCRAM-SHA-256\nLINE\n"
                           "S: 334 " + base64("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") +
                               "\nC: *\nS: 501 5.7.0 cancelled\n",
                           with_login());
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST((talk.failure.stage == Stage::Auth));
    // Content at once, with nothing shown.
    const Talk early = open("S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 AUTH SCRAM-SHA-256\nLINE\n"
                            "S: 235 2.7.0 ok\n",
                            with_login());
    BOOST_TEST(early.script_error == "");
    BOOST_TEST(!early.is_opened);
}

// GWY-01: whether a peer would take recipients, without a message.
BOOST_AUTO_TEST_CASE(asks_for_recipients)
{
    const Talk talk = testing::talk(
        "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 PIPELINING\nC: MAIL FROM:<>\n"
        "C: RCPT TO:<a@b.example>\nC: RCPT TO:<b@b.example>\nC: RSET\n"
        "S<250 ok\\r\\n250 ok\\r\\n550 5.1.1 no\\r\\n250 ok\\r\\n>\n",
        plain_options(), ask_both);
    BOOST_TEST(talk.script_error == "");
    const auto& recipients = talk.outcomes.at(0).recipients;
    BOOST_TEST((recipients.at(0).state == Outcome::Recipient::State::Delivered));
    BOOST_TEST((recipients.at(1).state == Outcome::Recipient::State::Failed));
    BOOST_TEST(recipients[1].reply.enhanced == "5.1.1");
    BOOST_TEST(talk.outcomes[0].usable);
    BOOST_TEST(talk.is_alive == false); // the script has ended
}

BOOST_AUTO_TEST_CASE(etrn_and_quit)
{
    const std::string start = "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 ETRN\n";
    const Talk etrn = testing::talk(start + "C: ETRN b.example\nS: 253 3 pending", plain_options(),
                                    ask_etrn);
    BOOST_TEST(etrn.script_error == "");
    BOOST_TEST(etrn.replies.at(0).line() == "253 3 pending");
    const Talk cut = testing::talk(start + "C: ETRN b.example\nCLOSE", plain_options(), ask_etrn);
    BOOST_TEST(cut.replies.at(0).code == 0);
    for (const std::string_view end : {"C: QUIT\nS: 221 bye", "C: QUIT\nCLOSE", "C: QUIT\nELAPSE 5000"}) {
        const Talk quit = testing::talk(start + std::string(end), plain_options(), say_quit);
        BOOST_TEST(quit.script_error == "");
        BOOST_TEST(!quit.is_alive);
    }
}
