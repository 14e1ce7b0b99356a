// Service extensions, each offered and not: what goes over the wire, and what is not tried.
#include <boost/test/unit_test.hpp>

#include "core/mime/card.h"
#include "core/mime/transfer.h"
#include "core/net/tls.h"
#include "core/smtp/parameters.h"
#include "tests/core/smtp/client/scripted_peer.h"

using namespace mailctl;
using namespace mailctl::smtp;
using namespace mailctl::smtp::testing;
using State = Outcome::Recipient::State;

namespace {

/// A session with these offers, up to and without MAIL.
std::string offering(std::initializer_list<std::string_view> keywords)
{
    std::string script = "S: 220 mx\nC: EHLO here\nS<250-mx\\r\\n";
    for (const auto keyword : keywords)
        script += "250-" + std::string(keyword) + "\\r\\n";
    return script + "250 OK\\r\\n>\n";
}

std::string rest_of(std::string_view mail, std::string_view rcpt)
{
    return "C: MAIL FROM:" + std::string(mail) + "\nS: 250 ok\nC: RCPT TO:" + std::string(rcpt) +
           "\nS: 250 ok\nC: DATA\nS: 354 go\nDATA\nS: 250 ok\n";
}

void expect_delivered(const Talk& talk)
{
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.outcomes.size() == 1U);
    BOOST_TEST((talk.outcomes[0].recipients.at(0).state == State::Delivered));
}

void expect_refused(const Talk& talk, std::string_view enhanced)
{
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST_REQUIRE(talk.outcomes.size() == 1U);
    BOOST_TEST((talk.outcomes[0].recipients.at(0).state == State::Failed));
    BOOST_TEST(talk.outcomes[0].recipients[0].reply.code == 0);
    BOOST_TEST(talk.outcomes[0].recipients[0].reply.enhanced == enhanced);
    BOOST_TEST(talk.outcomes[0].usable);
}

Letter everything()
{
    Letter letter = letter_to({"r@b.example"});
    letter.envelope.recipients[0].notify = kNotifySuccess | kNotifyFailure;
    letter.envelope.recipients[0].original_recipient = "rfc822;o@b.example";
    letter.envelope.envelope_id = "Q1";
    letter.envelope.return_given = letter.envelope.return_full = true;
    return letter;
}

Letter text_8bit()
{
    Letter letter = letter_to({"r@b.example"});
    letter.pieces = {"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: 8bit\r\n\r\n",
                     "gr\xC3\xBC\xC3\x9F" "e\r\n.\r\n"};
    letter.envelope.body_8bit = true;
    letter.envelope.octets = letter.pieces[0].size() + letter.pieces[1].size();
    return letter;
}

} // namespace

BOOST_AUTO_TEST_CASE(parameters_only_where_offered)
{
    const Talk all = send(offering({"SIZE 0", "DSN"}) +
                              rest_of("<s@a.example> SIZE=21 RET=FULL ENVID=Q1",
                                      "<r@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;o@b.example"),
                          {everything()});
    expect_delivered(all);
    BOOST_TEST(all.outcomes.at(0).recipients.at(0).peer_tells);
    // RFC 3461 §5.2.2: nobody beyond this peer reports success.
    const Talk none = send(offering({}) + rest_of("<s@a.example>", "<r@b.example>"), {everything()});
    BOOST_TEST(none.script_error == "");
    BOOST_TEST((none.outcomes.at(0).recipients.at(0).state == State::Relayed));
    BOOST_TEST(!none.outcomes.at(0).recipients.at(0).peer_tells);
}

// RFC 1870 §6.1
BOOST_AUTO_TEST_CASE(size_at_the_limit_and_past_it)
{
    expect_delivered(send(offering({"SIZE 21"}) + rest_of("<s@a.example> SIZE=21", "<r@b.example>"),
                          {letter_to({"r@b.example"})}));
    expect_refused(send(offering({"SIZE 20"}), {letter_to({"r@b.example"})}), "5.3.4");
}

BOOST_AUTO_TEST_CASE(eight_bit_mime)
{
    const Talk kept = send(offering({"8BITMIME"}) +
                               rest_of("<s@a.example> BODY=8BITMIME", "<r@b.example>"),
                           {text_8bit()});
    expect_delivered(kept);
    BOOST_TEST(kept.bodies.at(0).ends_with("gr\xC3\xBC\xC3\x9F" "e\r\n..\r\n.\r\n"));

    const Talk converted =
        send(offering({}) + rest_of("<s@a.example>", "<r@b.example>"), {text_8bit()});
    expect_delivered(converted);
    const std::string& body = converted.bodies.at(0);
    BOOST_TEST(body.find("Content-Transfer-Encoding: quoted-printable") != std::string::npos);
    BOOST_TEST(body.ends_with("\r\n\r\ngr=C3=BC=C3=9Fe\r\n..\r\n.\r\n"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_converted_fails)
{
    Letter letter = text_8bit();
    letter.pieces = {"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\xC3\xA9\r\n--b--\r\n"};
    expect_refused(send(offering({}), {letter}), "5.6.3");
    // It grows past what the peer takes.
    expect_refused(send(offering({"SIZE " + std::to_string(text_8bit().envelope.octets)}),
                        {text_8bit()}),
                   "5.3.4");
}

BOOST_AUTO_TEST_CASE(internationalized_mail)
{
    Letter letter = letter_to({"r\xC3\xA9@b.example"});
    letter.envelope.smtp_utf8 = true;
    expect_delivered(send(offering({"SMTPUTF8"}) + rest_of("<s@a.example> SMTPUTF8",
                                                           "<r\xC3\xA9@b.example>"),
                          {letter}));
    expect_refused(send(offering({}), {letter}), "5.6.7");

    // Nothing but a domain, which has another form.
    Letter domain = letter_to({"r@b\xC3\xBC" "cher.example"});
    domain.envelope.smtp_utf8 = true;
    expect_delivered(send(offering({}) + rest_of("<s@a.example>", "<r@xn--bcher-kva.example>"), {domain}));

    // A header that needs it.
    Letter header = letter_to({"r@b.example"});
    header.envelope.smtp_utf8 = true;
    header.pieces = {"Subject: caf", "\xC3\xA9\r\n", "\r\nhello\r\n"};
    expect_refused(send(offering({}), {header}), "5.6.7");

    // One recipient in two: the other gets it.
    Letter two = letter_to({"r\xC3\xA9@b.example", "r@b.example"});
    const Talk talk = send(offering({}) + rest_of("<s@a.example>", "<r@b.example>"), {two});
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST((talk.outcomes.at(0).recipients.at(0).state == State::Failed));
    BOOST_TEST((talk.outcomes.at(0).recipients.at(1).state == State::Delivered));
}

// RFC 8689 §4.2.1
BOOST_AUTO_TEST_CASE(require_tls)
{
    Letter letter = letter_to({"r@b.example"});
    letter.envelope.require_tls = true;
    expect_refused(send(offering({"REQUIRETLS"}), {letter}), "5.7.30"); // in the clear
    ClientOptions options = plain_options();
    options.tls = ClientTls::Implicit;
    options.tls_context = net::make_insecure_client_context();
    expect_refused(send("TLS\n" + offering({}), {letter}, options), "5.7.30");
    expect_delivered(send("TLS\n" + offering({"REQUIRETLS"}) +
                              rest_of("<s@a.example> REQUIRETLS", "<r@b.example>"),
                          {letter}, options));
}

// RFC 3030 §2, §3
BOOST_AUTO_TEST_CASE(binary_goes_in_chunks)
{
    Letter letter = letter_to({"r@b.example"});
    letter.pieces = {"Subject: x\r\nContent-Transfer-Encoding: binary\r\n\r\n",
                     std::string("\0.\r\n\xFF\r\nx", 8)};
    letter.envelope.body_binary = true;
    const Talk chunked = send(offering({"CHUNKING", "BINARYMIME"}) +
                                  "C: MAIL FROM:<s@a.example> BODY=BINARYMIME\nS: 250 ok\n"
                                  "C: RCPT TO:<r@b.example>\nS: 250 ok\nBDAT\nS: 250 ok\n",
                              {letter});
    expect_delivered(chunked);
    BOOST_TEST(chunked.bodies.at(0) == letter.pieces[0] + letter.pieces[1]);
    BOOST_TEST(chunked.chunks.at(0) == "BDAT 57 LAST\r\n");

    const Talk converted =
        send(offering({"CHUNKING"}) + rest_of("<s@a.example>", "<r@b.example>"), {letter});
    expect_delivered(converted);
    const std::string body =
        converted.bodies.at(0).substr(0, converted.bodies.at(0).size() - 3); // the dot
    const mime::Card card = mime::make_card(body);
    BOOST_TEST(mime::decode_transfer(body.substr(card.root.body_offset()),
                                     mime::transfer_encoding(card.root.encoding)) ==
               letter.pieces[1]);
}

BOOST_AUTO_TEST_CASE(large_messages_go_in_chunks)
{
    Letter letter = letter_to({"r@b.example"});
    letter.pieces.clear();
    std::string whole;
    for (int i = 0; i < 110; ++i) {
        letter.pieces.push_back(std::string(9'998, static_cast<char>('a' + i % 26)) + "\r\n");
        whole += letter.pieces.back();
    }
    letter.envelope.octets = whole.size();
    BOOST_TEST_REQUIRE(whole.size() >= 1024U * 1024U);
    // One reply a chunk where the peer does not pipeline.
    std::string script = offering({"CHUNKING"}) +
                         "C: MAIL FROM:<s@a.example>\nS: 250 ok\nC: RCPT TO:<r@b.example>\nS: 250 ok\n";
    const std::string start = script;
    for (int i = 0; i < 16; ++i)
        script += "BDAT\nS: 250 ok\n";
    const Talk talk = send(script, {letter});
    expect_delivered(talk);
    std::string together;
    for (const auto& body : talk.bodies)
        together += body;
    BOOST_TEST((together == whole));
    BOOST_TEST(talk.chunks.back().ends_with(" LAST\r\n"));

    // A chunk that is refused ends it, and the connection with it.
    const Talk refused = send(start + "BDAT\nS: 250 ok\nBDAT\nS: 552 5.2.2 Full\n", {letter});
    BOOST_TEST(refused.script_error == "");
    BOOST_TEST((refused.outcomes.at(0).recipients.at(0).state == State::Failed));
    BOOST_TEST(!refused.outcomes[0].usable);
}

// Dots where one block ends and the next begins.
BOOST_AUTO_TEST_CASE(dots_at_the_borders_of_blocks)
{
    for (const std::size_t at : {65'533U, 65'534U, 65'535U, 65'536U, 65'537U}) {
        Letter letter = letter_to({"r@b.example"});
        const std::string message = std::string(at - 2, 'x') + "\r\n.\r\ny\r\n";
        letter.pieces = {message.substr(0, 40'000), message.substr(40'000)};
        const Talk talk = send(offering({}) + rest_of("<s@a.example>", "<r@b.example>"), {letter});
        expect_delivered(talk);
        BOOST_TEST((talk.bodies.at(0) == std::string(at - 2, 'x') + "\r\n..\r\ny\r\n.\r\n"));
    }
}

// RFC 2033 §4.2: a reply for each recipient that was accepted.
BOOST_AUTO_TEST_CASE(lmtp_answers_for_each_recipient)
{
    ClientOptions options = plain_options();
    options.lmtp = true;
    const std::string start = "S: 220 l\nC: LHLO here\nS: 250-l\nS: 250 PIPELINING\n"
                              "C: MAIL FROM:<s@a.example>\nC: RCPT TO:<a@b.example>\n"
                              "C: RCPT TO:<b@b.example>\nC: RCPT TO:<c@b.example>\nC: DATA\n";
    const Letter letter = letter_to({"a@b.example", "b@b.example", "c@b.example"});
    const Talk talk = send(start + "S<250 ok\\r\\n250 ok\\r\\n550 5.1.1 no\\r\\n250 ok\\r\\n354 go\\r\\n>\n"
                                   "DATA\nS<250 2.0.0 ok\\r\\n452 4.2.2 full\\r\\n>\n",
                           {letter}, options);
    BOOST_TEST(talk.script_error == "");
    const auto& recipients = talk.outcomes.at(0).recipients;
    BOOST_TEST((recipients.at(0).state == State::Delivered));
    BOOST_TEST((recipients.at(1).state == State::Failed));
    BOOST_TEST((recipients.at(2).state == State::Deferred));
    BOOST_TEST(talk.outcomes[0].usable);

    // The second reply never comes: that recipient is in doubt, the first is not.
    const Talk cut = send(start + "S<250 ok\\r\\n250 ok\\r\\n550 no\\r\\n250 ok\\r\\n354 go\\r\\n>\n"
                                  "DATA\nS<250 2.0.0 ok\\r\\n>\nCLOSE",
                          {letter}, options);
    BOOST_TEST((cut.outcomes.at(0).recipients.at(0).state == State::Delivered));
    BOOST_TEST((cut.outcomes.at(0).recipients.at(2).state == State::Deferred));
    BOOST_TEST(cut.outcomes[0].in_doubt);
}

// RFC 5321 §4.5.3.1.10
BOOST_AUTO_TEST_CASE(too_many_recipients_are_for_later)
{
    struct Case {
        std::string_view name, first, second;
        State state; ///< of the second
    };
    static const Case kCases[] = {
        {"452", "250 ok", "452 4.5.3 Too many", State::Deferred},
        {"552 after one was taken", "250 ok", "552 Too many", State::Deferred},
        {"552 of the mailbox", "250 ok", "552 5.2.2 Full", State::Failed},
        {"552 and nobody taken", "550 no", "552 Full", State::Failed},
        {"552 that says so", "550 no", "552 5.5.3 Too many", State::Deferred},
    };
    for (const Case& c : kCases)
        BOOST_TEST_CONTEXT(c.name)
        {
            std::string script = offering({}) + "C: MAIL FROM:<s@a.example>\nS: 250 ok\n"
                                                "C: RCPT TO:<a@b.example>\nS: " +
                                 std::string(c.first) + "\nC: RCPT TO:<b@b.example>\nS: " +
                                 std::string(c.second) + "\n";
            if (c.first == "250 ok")
                script += "C: DATA\nS: 354 go\nDATA\nS: 250 ok\n";
            const Talk talk = send(script, {letter_to({"a@b.example", "b@b.example"})});
            BOOST_TEST(talk.script_error == "");
            BOOST_TEST((talk.outcomes.at(0).recipients.at(1).state == c.state));
            BOOST_TEST(talk.outcomes[0].usable);
        }
}

// The transaction that nobody was taken for is taken back before the next.
BOOST_AUTO_TEST_CASE(resets_what_was_not_ended)
{
    const Letter letter = letter_to({"r@b.example"});
    const Talk talk = send(offering({}) +
                               "C: MAIL FROM:<s@a.example>\nS: 250 ok\nC: RCPT TO:<r@b.example>\n"
                               "S: 450 4.2.1 later\nC: RSET\nS: 250 ok\n" +
                               rest_of("<s@a.example>", "<r@b.example>"),
                           {letter, letter});
    BOOST_TEST(talk.script_error == "");
    BOOST_TEST((talk.outcomes.at(0).recipients.at(0).state == State::Deferred));
    BOOST_TEST((talk.outcomes.at(1).recipients.at(0).state == State::Delivered));
}

// More recipients than go in one write: the rest follows the replies, DATA comes last.
BOOST_AUTO_TEST_CASE(many_recipients_are_pipelined_in_batches)
{
    std::vector<std::string> addresses;
    std::string script = offering({"PIPELINING"}) + "C: MAIL FROM:<s@a.example>\n";
    for (int i = 0; i < 150; ++i) {
        addresses.push_back("r" + std::to_string(i) + "@b.example");
        script += "C: RCPT TO:<" + addresses.back() + ">\n";
        if (i == 98) // 99 recipients and MAIL
            for (int j = 0; j < 100; ++j)
                script += "S<250 ok\\r\\n>\n";
    }
    script += "C: DATA\n";
    for (int j = 0; j < 51; ++j)
        script += "S<250 ok\\r\\n>\n";
    script += "S<354 go\\r\\n>\nDATA\nS: 250 ok\n";
    const Talk talk = send(script, {letter_to(addresses)});
    BOOST_TEST(talk.script_error == "");
    for (const auto& recipient : talk.outcomes.at(0).recipients)
        BOOST_TEST((recipient.state == State::Delivered));
}

// The peer must not take half a message for all of it.
BOOST_AUTO_TEST_CASE(a_message_that_cannot_be_read_to_its_end)
{
    Letter letter = letter_to({"r@b.example"});
    letter.pieces = {"Subject: x\r\n\r\n", "hello\r\n"};
    letter.fails_at = 1;
    const Talk talk = send(offering({}) + "C: MAIL FROM:<s@a.example>\nS: 250 ok\n"
                                          "C: RCPT TO:<r@b.example>\nS: 250 ok\nC: DATA\nS: 354 go\n"
                                          "DATA\n",
                           {letter});
    BOOST_TEST(talk.script_error.find("the client is gone") != std::string::npos);
    BOOST_TEST((talk.outcomes.at(0).recipients.at(0).state == State::Deferred));
    BOOST_TEST(!talk.outcomes[0].usable);
    BOOST_TEST(!talk.outcomes[0].in_doubt);
}

BOOST_AUTO_TEST_CASE(addresses_that_would_be_commands)
{
    Letter letter = letter_to({"r@b.example\r\nRSET"});
    expect_refused(send(offering({}), {letter}), "5.1.3");
    letter = letter_to({"r@b.example"});
    letter.envelope.sender = "s\n@a.example";
    expect_refused(send(offering({}), {letter}), "5.1.7");
}

// RFC 9422 §4.1: MAILMAX
BOOST_AUTO_TEST_CASE(no_more_messages_than_the_peer_takes)
{
    const Letter letter = letter_to({"r@b.example"});
    const std::string one = rest_of("<s@a.example>", "<r@b.example>");
    const Talk talk = send(offering({"LIMITS MAILMAX=2"}) + one + one, {letter, letter});
    BOOST_TEST(talk.outcomes.at(0).usable);
    BOOST_TEST(!talk.outcomes.at(1).usable);
}
