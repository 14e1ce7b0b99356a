// Opening a session: greeting, EHLO and HELO, STARTTLS, and every way in which a peer refuses.
#include <boost/test/unit_test.hpp>

#include "core/net/tls.h"
#include "tests/core/smtp/client/scripted_peer.h"

using namespace mailctl;
using namespace mailctl::smtp;
using namespace mailctl::smtp::testing;

namespace {

ClientOptions with_tls(ClientTls tls)
{
    ClientOptions options = plain_options();
    options.tls = tls;
    options.tls_context = net::make_insecure_client_context();
    return options;
}

Talk open(std::string_view script, ClientOptions options = plain_options())
{
    return send(script, {}, std::move(options));
}

} // namespace

BOOST_AUTO_TEST_CASE(greets_and_learns_what_is_offered)
{
    const Talk talk = open(R"(
        S: 220-mx.example.org ESMTP
        S: 220 more words
        C: EHLO here
        S: 250-mx.example.org at your service
        S: 250-PIPELINING
        S: 250-SIZE 1000
        S: 250 AUTH PLAIN login
    )");
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.is_opened);
    BOOST_TEST(talk.greeting_name == "mx.example.org");
    BOOST_TEST(talk.extensions.pipelining);
    BOOST_TEST(talk.extensions.size == 1000U);
    BOOST_TEST(talk.extensions.auth.size() == 2U);
}

// RFC 5321 §3.2: a peer that does not know EHLO.
BOOST_AUTO_TEST_CASE(falls_back_to_helo)
{
    const Talk talk = open(R"(
        S: 220 old.example.org
        C: EHLO here
        S: 500 What?
        C: HELO here
        S: 250 old
    )");
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST(talk.is_opened);
    BOOST_TEST(!talk.extensions.esmtp);
    BOOST_TEST(talk.greeting_name == "old");
}

BOOST_AUTO_TEST_CASE(starts_tls_and_says_ehlo_again)
{
    const Talk talk = open(R"(
        S: 220 mx
        C: EHLO here
        S: 250-mx
        S: 250-STARTTLS
        S: 250 CHUNKING
        C: STARTTLS
        S: 220 Go on
        TLS
        C: EHLO here
        S: 250-mx
        S: 250 DSN
    )",
                           with_tls(ClientTls::Required));
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.is_opened);
    BOOST_TEST(talk.extensions.dsn);
    BOOST_TEST(!talk.extensions.chunking); // RFC 3207 §4.2: forgotten
}

BOOST_AUTO_TEST_CASE(goes_on_in_the_clear_where_tls_is_only_welcome)
{
    for (const std::string_view script : {R"(
        S: 220 mx
        C: EHLO here
        S: 250 mx
    )",
                                          R"(
        S: 220 mx
        C: EHLO here
        S: 250-mx
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 Not now
    )"}) {
        const Talk talk = open(script, with_tls(ClientTls::May));
        BOOST_TEST(talk.script_error == "");
        BOOST_TEST(talk.is_opened);
    }
}

BOOST_AUTO_TEST_CASE(implicit_tls_comes_before_the_greeting)
{
    const Talk talk = open(R"(
        TLS
        S: 220 mx
        C: EHLO here
        S: 250 mx
    )",
                           with_tls(ClientTls::Implicit));
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST(talk.is_opened);
}

BOOST_AUTO_TEST_CASE(says_where_and_why_it_failed)
{
    struct Case {
        std::string_view name, script;
        ClientTls tls;
        Stage stage;
        int code;
        bool permanent;
        std::string_view tls_result, text;
    };
    static const Case kCases[] = {
        {"greeting 4xx", "S: 421 4.3.2 Busy", ClientTls::May, Stage::Greeting, 421, false, "",
         "Busy"},
        {"greeting 5xx", "S: 554 5.7.1 No", ClientTls::May, Stage::Greeting, 554, true, "", "No"},
        {"greeting cut", "CLOSE", ClientTls::May, Stage::Greeting, 0, false, "",
         "the peer closed"},
        {"greeting slow", "ELAPSE 300000", ClientTls::May, Stage::Greeting, 0, false, "",
         "the deadline passed"},
        {"greeting garbage", "S: HTTP/1.1 200 OK", ClientTls::May, Stage::Greeting, 0, false, "",
         "the peer sent no proper reply"},
        {"EHLO 4xx", "S: 220 mx\nC: EHLO here\nS: 451 4.7.1 Later", ClientTls::May, Stage::Hello,
         451, false, "", "Later"},
        {"EHLO 421 is no reason for HELO", "S: 220 mx\nC: EHLO here\nS: 421 Bye", ClientTls::May,
         Stage::Hello, 421, false, "", "Bye"},
        {"EHLO and HELO refused", "S: 220 mx\nC: EHLO here\nS: 550 No\nC: HELO here\nS: 550 5.7.1 No",
         ClientTls::May, Stage::Hello, 550, true, "", "No"},
        {"EHLO cut", "S: 220 mx\nC: EHLO here\nCLOSE", ClientTls::May, Stage::Hello, 0, false, "",
         "the peer closed"},
        {"codes differ", "S: 220 mx\nC: EHLO here\nS<250-mx\\r\\n251 X\\r\\n>", ClientTls::May,
         Stage::Hello, 0, false, "", "the peer sent no proper reply"},
        {"no STARTTLS", "S: 220 mx\nC: EHLO here\nS: 250 mx", ClientTls::Required, Stage::StartTls,
         0, false, "starttls-not-supported", "the peer does not offer STARTTLS"},
        {"STARTTLS refused",
         "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 554 5.7.0 No",
         ClientTls::Required, Stage::StartTls, 554, false, "starttls-not-supported", "No"},
        {"STARTTLS 421",
         "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 421 Bye",
         ClientTls::May, Stage::StartTls, 421, false, "", "Bye"},
        {"a reply injected before TLS",
         "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n"
         "S<220 Go\\r\\n250 mx\\r\\n>",
         ClientTls::May, Stage::StartTls, 0, false, "validation-failure",
         "octets before TLS began"},
        {"EHLO under TLS 4xx",
         "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 Go\nTLS\n"
         "C: EHLO here\nS: 450 No",
         ClientTls::May, Stage::Hello, 450, false, "", "No"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const Talk talk = open(c.script, with_tls(c.tls));
            BOOST_TEST(talk.script_error == "");
            BOOST_TEST(!talk.is_opened);
            BOOST_TEST((talk.failure.stage == c.stage));
            BOOST_TEST(talk.failure.reply.code == c.code);
            BOOST_TEST(talk.failure.reply.text == c.text);
            BOOST_TEST(talk.failure.permanent == c.permanent);
            BOOST_TEST(talk.failure.tls_result == c.tls_result);
            BOOST_TEST(talk.failure.tls == !c.tls_result.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_fails)
{
    net::MemoryStreamOptions stream;
    stream.start_tls_is_fake = false;
    const auto nothing = [](Client&, Talk&) -> Awaitable<> { co_return; };
    const Talk talk = testing::talk("S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 STARTTLS\n"
                                    "C: STARTTLS\nS: 220 Go",
                                    with_tls(ClientTls::May), nothing, stream);
    BOOST_TEST(talk.failure.tls);
    BOOST_TEST((talk.failure.stage == Stage::StartTls));
    BOOST_TEST(talk.failure.tls_result == "validation-failure");
    BOOST_TEST(talk.failure.reply.code == 0);
}

// RFC 2033 §4.1: LHLO, and nothing else.
BOOST_AUTO_TEST_CASE(lmtp_says_lhlo)
{
    ClientOptions options = plain_options();
    options.lmtp = true;
    const Talk good = open("S: 220 l\nC: LHLO here\nS: 250-l\nS: 250 PIPELINING", options);
    BOOST_TEST(good.script_error == "");
    BOOST_TEST(good.is_opened);
    const Talk bad = open("S: 220 l\nC: LHLO here\nS: 500 What", options);
    BOOST_TEST(bad.script_error == "");
    BOOST_TEST((bad.failure.stage == Stage::Hello));
}
