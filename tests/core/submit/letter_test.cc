// Letters of local programs: line ends, headers, and the dialogue that hands them over.
#include "core/submit/letter.h"

#include <boost/test/unit_test.hpp>

#include <string>

#include "core/submit/dialogue.h"
#include "core/submit/local_session.h"
#include "tests/fixture/server_fixture.h"

namespace mailctl::submit {
namespace {

std::string with_line_ends(bool dot_ends, std::string_view text, std::size_t piece)
{
    LineEnds ends(dot_ends);
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        ends.feed(text.substr(0, piece), out);
    ends.finish(out);
    return out;
}

BOOST_AUTO_TEST_CASE(line_ends)
{
    struct Case {
        std::string_view name;
        bool dot_ends;
        std::string_view text, expected;
    };
    const Case cases[] = {
        {"LF", true, "a\nb\n", "a\r\nb\r\n"},
        {"CRLF stays", true, "a\r\nb\r\n", "a\r\nb\r\n"},
        {"CR alone", true, "a\rb\r", "a\r\nb\r\n"},
        {"no last end", true, "a\nb", "a\r\nb\r\n"},
        {"a dot ends", true, "a\n.\nb\n", "a\r\n"},
        {"a dot at the end", true, "a\n.", "a\r\n"},
        {"a dot is text with -i", false, "a\n.\nb\n", "a\r\n.\r\nb\r\n"},
        {"dots in text", true, "..\n.a\na.\n", "..\r\n.a\r\na.\r\n"},
        {"nothing", true, "", ""},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            for (const std::size_t piece : {1U, 2U, 100U})
                BOOST_TEST(with_line_ends(c.dot_ends, c.text, piece) == c.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(headers)
{
    HeaderWishes wishes;
    wishes.sender = "ann@example.org";
    wishes.domain = "example.org";
    wishes.recipients = true;
    const auto prepared = prepare_header("From x Mon\r\nTo: Bob <bob@x.example>, root\r\n"
                                         "Cc: team: c@x.example;\r\nBcc: d@x.example\r\n\r\nbody",
                                         wishes);
    BOOST_TEST(prepared.header == "From: ann@example.org\r\nTo: Bob <bob@x.example>, root\r\n"
                                  "Cc: team: c@x.example;\r\n\r\n");
    BOOST_TEST(prepared.rest == "body");
    const std::vector<std::string> all{"bob@x.example", "root@example.org", "c@x.example",
                                       "d@x.example"};
    BOOST_TEST(prepared.recipients == all, boost::test_tools::per_element());

    // RFC 5322 §3.6.6: a message sent again goes to the new recipients alone.
    const auto again = prepare_header("Resent-To: e@x.example\r\nTo: bob@x.example\r\n"
                                      "From: f@x.example\r\n\r\n",
                                      wishes);
    BOOST_REQUIRE(again.recipients.size() == 1U);
    BOOST_TEST(again.recipients[0] == "e@x.example");
    BOOST_TEST(again.author.value_or("") == "f@x.example");

    wishes.pickup = true;
    const auto picked = prepare_header("Return-Path: <>\r\nX-Pickup-To: g@x.example\r\n"
                                       "To: bob@x.example\r\nFrom: f@x.example\r\n\r\n",
                                       wishes);
    BOOST_REQUIRE(picked.recipients.size() == 1U);
    BOOST_TEST(picked.recipients[0] == "g@x.example");
    BOOST_TEST((picked.author && picked.author->empty()));
    BOOST_TEST(picked.header == "To: bob@x.example\r\nFrom: f@x.example\r\n\r\n");

    const auto text = prepare_header("just words\r\nno field: here\r\n", wishes);
    BOOST_TEST(text.header == "From: ann@example.org\r\n\r\n");
    BOOST_TEST(text.rest == "just words\r\nno field: here\r\n");
}

Awaitable<Answer> hand_over(Dialogue& dialogue, std::string body)
{
    Envelope envelope;
    envelope.sender = "ann@example.org";
    Answer answer = co_await dialogue.hello("localhost");
    answer = co_await dialogue.mail(envelope);
    answer = co_await dialogue.rcpt("bob@example.org");
    answer = co_await dialogue.put(std::move(body));
    answer = co_await dialogue.finish();
    co_await dialogue.quit();
    co_return answer;
}

BOOST_AUTO_TEST_CASE(hands_over_what_is_checked_like_a_submission)
{
    fixture::Server server;
    for (int i = 0; i < 2; ++i) {
        smtp::LocalCaller caller;
        caller.delivery_id = "file-1"; // a repetition after a crash
        auto session = open_local_session(server.io.get_executor(), server.services, caller);
        Dialogue dialogue(std::move(session.stream));
        const Answer answer = server.run(hand_over(dialogue, "Subject: x\r\n\r\n.dot\r\n"));
        BOOST_TEST(answer.code == 250);
    }
    const auto messages = server.messages("bob@example.org");
    BOOST_REQUIRE(messages.size() == 1U);
    BOOST_TEST(messages[0].find("\r\n\r\n.dot\r\n") != std::string::npos);
    BOOST_TEST(messages[0].find("\r\nDate: ") != std::string::npos);
    BOOST_TEST(messages[0].find("\r\nMessage-ID: <file-1@mx.example.org>\r\n") !=
               std::string::npos);
}

} // namespace
} // namespace mailctl::submit
