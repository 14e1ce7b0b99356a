// Sending messages: replies at each stage, pipelined and not, and what becomes of the recipients.
#include <boost/test/unit_test.hpp>

#include "tests/core/smtp/client/scripted_peer.h"

using namespace mailctl;
using namespace mailctl::smtp;
using namespace mailctl::smtp::testing;
using State = Outcome::Recipient::State;

namespace {

const std::string kPlain = "S: 220 mx\nC: EHLO here\nS: 250 mx\n";
const std::string kPipelining = "S: 220 mx\nC: EHLO here\nS: 250-mx\nS: 250 PIPELINING\n";

const std::string kMail = "C: MAIL FROM:<s@a.example>\n";
const std::string kAnn = "C: RCPT TO:<ann@b.example>\n";
const std::string kBob = "C: RCPT TO:<bob@b.example>\n";

std::string states(const Outcome& outcome)
{
    std::string out;
    for (const auto& recipient : outcome.recipients)
        out += "DRdF"[static_cast<int>(recipient.state)];
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(one_command_after_the_other)
{
    const Talk talk = send(kPlain + kMail + "S: 250 ok\n" + kAnn + "S: 250 ok\nC: DATA\nS: 354 go\n" +
                               "DATA\nS: 250 2.0.0 queued as 77\n",
                           {letter_to({"ann@b.example"})});
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.outcomes.size() == 1U);
    const Outcome& outcome = talk.outcomes[0];
    BOOST_TEST(states(outcome) == "D");
    BOOST_TEST(outcome.usable);
    BOOST_TEST(!outcome.in_doubt);
    BOOST_TEST((outcome.recipients[0].stage == Stage::FinalDot));
    BOOST_TEST(outcome.recipients[0].reply.line() == "250 2.0.0 queued as 77");
    BOOST_TEST(talk.bodies.at(0) == "Subject: x\r\n\r\nhello\r\n.\r\n");
}

// RFC 2920 §3.1: all in one go; the second message needs no RSET.
BOOST_AUTO_TEST_CASE(pipelines_and_uses_the_connection_again)
{
    const std::string one = kMail + kAnn + kBob +
                            "C: DATA\nS<250 ok\\r\\n250 ok\\r\\n250 ok\\r\\n354 go\\r\\n>\nDATA\n"
                            "S: 250 ok\n";
    const Letter letter = letter_to({"ann@b.example", "bob@b.example"});
    const Talk talk = send(kPipelining + one + one, {letter, letter});
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.outcomes.size() == 2U);
    BOOST_TEST(states(talk.outcomes[0]) == "DD");
    BOOST_TEST(states(talk.outcomes[1]) == "DD");
    BOOST_TEST(talk.outcomes[1].usable);
}

/// The last step is a refusal, a cut or silence; what it makes of ann and bob.
BOOST_AUTO_TEST_CASE(refusals_at_each_stage)
{
    struct Case {
        std::string_view name;
        std::string script;
        std::string_view states;
        Stage stage; ///< of ann
        bool usable, in_doubt;
        std::string_view line; ///< of ann's reply
    };
    const std::string to_data = kMail + kAnn + kBob + "C: DATA\n";
    const std::string to_dot =
        to_data + "S<250 a\\r\\n250 b\\r\\n250 c\\r\\n354 go\\r\\n>\nDATA\n";
    const std::string lost = " connection lost (";
    const Case cases[] = {
        {"MAIL 4xx", to_data + "S<450 4.7.1 Later\\r\\n503 x\\r\\n503 x\\r\\n503 x\\r\\n>", "dd",
         Stage::Mail, true, false, "450 4.7.1 Later"},
        {"MAIL 5xx", to_data + "S<550 5.7.1 No\\r\\n503 x\\r\\n503 x\\r\\n503 x\\r\\n>", "FF",
         Stage::Mail, true, false, "550 5.7.1 No"},
        {"MAIL 421", to_data + "S<421 4.3.2 Bye\\r\\n>", "dd", Stage::Mail, false, false,
         "421 4.3.2 Bye"},
        {"a code nobody knows", to_data + "S<299 x\\r\\n250 x\\r\\n250 x\\r\\n399 x\\r\\n>", "dd",
         Stage::Data, false, false, "4.5.0 the peer answered DATA with 399"},
        {"MAIL cut", to_data + "CLOSE", "dd", Stage::Mail, false, false,
         "4.4.2 connection lost (mail): the peer closed"},
        {"MAIL slow", to_data + "ELAPSE 300000", "dd", Stage::Mail, false, false,
         "4.4.2 connection lost (mail): the deadline passed"},
        {"RCPT greylisted",
         to_data + "S<250 a\\r\\n451 4.7.1 Grey\\r\\n451 4.7.1 Grey\\r\\n503 x\\r\\n>", "dd",
         Stage::Rcpt, true, false, "451 4.7.1 Grey"},
        {"RCPT half taken",
         to_data + "S<250 a\\r\\n550 5.1.1 Who\\r\\n250 ok\\r\\n354 go\\r\\n>\nDATA\nS: 250 ok",
         "FD", Stage::Rcpt, true, false, "550 5.1.1 Who"},
        {"no RCPT taken, DATA is",
         to_data + "S<250 a\\r\\n550 5.1.1 Who\\r\\n452 4.2.2 Full\\r\\n354 go\\r\\n>\nC: .\n"
                   "S: 554 5.5.1 No valid recipients",
         "Fd", Stage::Rcpt, true, false, "550 5.1.1 Who"},
        {"RCPT 421", to_data + "S<250 a\\r\\n550 5.1.1 Who\\r\\n421 Bye\\r\\n>", "Fd", Stage::Rcpt,
         false, false, "550 5.1.1 Who"},
        {"RCPT cut", to_data + "S<250 a\\r\\n250 b\\r\\n>\nCLOSE", "dd", Stage::Rcpt, false, false,
         "4.4.2 connection lost (rcpt): the peer closed"},
        {"DATA 4xx", to_data + "S<250 a\\r\\n250 b\\r\\n250 c\\r\\n451 4.3.0 Disk\\r\\n>", "dd",
         Stage::Data, true, false, "451 4.3.0 Disk"},
        {"DATA 5xx", to_data + "S<250 a\\r\\n250 b\\r\\n250 c\\r\\n554 5.7.1 No\\r\\n>", "FF",
         Stage::Data, true, false, "554 5.7.1 No"},
        {"DATA cut", to_data + "S<250 a\\r\\n250 b\\r\\n250 c\\r\\n>\nCLOSE", "dd", Stage::Data,
         false, false, "4.4.2 connection lost (data): the peer closed"},
        {"final dot 4xx", to_dot + "S: 451 4.3.0 Later", "dd", Stage::FinalDot, true, false,
         "451 4.3.0 Later"},
        {"final dot 5xx", to_dot + "S: 550 5.7.1 Spam", "FF", Stage::FinalDot, true, false,
         "550 5.7.1 Spam"},
        {"final dot 421", to_dot + "S: 421 4.3.2 Bye", "dd", Stage::FinalDot, false, false,
         "421 4.3.2 Bye"},
        {"final dot cut", to_dot + "CLOSE", "dd", Stage::FinalDot, false, true,
         "4.4.2 connection lost (final dot): the peer closed"},
        {"final dot slow", to_dot + "ELAPSE 600000", "dd", Stage::FinalDot, false, true,
         "4.4.2 connection lost (final dot): the deadline passed"},
        {"final dot garbage", to_dot + "S: what?", "dd", Stage::FinalDot, false, true,
         "4.4.2 connection lost (final dot): the peer sent no proper reply"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const Talk talk =
                send(kPipelining + c.script, {letter_to({"ann@b.example", "bob@b.example"})});
            BOOST_TEST(talk.script_error == "");
            BOOST_TEST_REQUIRE(talk.outcomes.size() == 1U);
            const Outcome& outcome = talk.outcomes[0];
            BOOST_TEST(states(outcome) == c.states);
            BOOST_TEST((outcome.recipients[0].stage == c.stage));
            BOOST_TEST(outcome.recipients[0].reply.line() == c.line);
            BOOST_TEST(outcome.usable == c.usable);
            BOOST_TEST(outcome.in_doubt == c.in_doubt);
        }
    }
}
