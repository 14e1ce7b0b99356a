// What level wire tells of conversations: all but secrets and the text of messages.
#include <boost/test/unit_test.hpp>

#include "core/server/transcript.h"

using namespace mailctl;
using server::Transcript;

namespace {

/// "C:" and "S:" lines played through a transcript, in pieces of `size` octets.
std::string told(conf::Protocol protocol, const std::vector<std::string>& lines, std::size_t size)
{
    std::string out;
    Transcript transcript(protocol, [&out](Transcript::Side side, std::string_view line) {
        out += (side == Transcript::Side::Client ? "C: " : "S: ") + std::string(line) + "\n";
    });
    for (const auto& line : lines) {
        const std::string octets = line.substr(3) + "\r\n";
        for (std::size_t at = 0; at < octets.size(); at += size) {
            const auto piece = std::string_view(octets).substr(at, size);
            line.front() == 'C' ? transcript.client(piece) : transcript.server(piece);
        }
    }
    return out;
}

void check(conf::Protocol protocol, const std::vector<std::string>& lines,
           const std::string& expected)
{
    for (const std::size_t size : {1, 2, 7, 100'000})
        BOOST_TEST_CONTEXT("in pieces of " << size)
            BOOST_TEST(told(protocol, lines, size) == expected);
}

} // namespace

BOOST_AUTO_TEST_CASE(smtp)
{
    check(conf::Protocol::Submission,
          {"S: 220 mx ESMTP", "C: EHLO x", "S: 250 AUTH PLAIN LOGIN", "C: AUTH PLAIN AHNlY3JldA==",
           "S: 535 no", "C: auth login", "S: 334 VXNlcm5hbWU6", "C: c2VjcmV0", "S: 334 UGFzc3dvcmQ6",
           "C: c2VjcmV0", "S: 235 yes", "C: MAIL FROM:<a@b>", "S: 250 ok", "C: RCPT TO:<c@d>",
           "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: secret", "C: ", "C: ..", "C: .",
           "S: 250 ok", "C: BDAT 8 LAST", "C: secret", "S: 250 ok", "C: QUIT"},
          "S: 220 mx ESMTP\nC: EHLO x\nS: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN ***\nS: 535 no\n"
          "C: auth login\nS: 334 VXNlcm5hbWU6\nC: ***\nS: 334 UGFzc3dvcmQ6\nC: ***\nS: 235 yes\n"
          "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\n"
          "C: (23 octets)\nC: .\nS: 250 ok\nC: BDAT 8 LAST\nC: (8 octets)\nS: 250 ok\nC: QUIT\n");
}

BOOST_AUTO_TEST_CASE(imap)
{
    check(conf::Protocol::Imap,
          {"S: * OK ready", "C: a LOGIN ann secret", "S: a NO no", "C: b login \"ann\" {6}",
           "S: + go", "C: secret", "S: b NO no", "C: c AUTHENTICATE PLAIN", "S: + ", "C: AHNlY3JldA==",
           "S: * CAPABILITY x", "S: c OK yes", "C: d APPEND INBOX {6+}", "C: secret", "S: d OK done",
           "C: e FETCH 1 BODY[]", "S: * 1 FETCH (BODY[] {6}", "S: secret)", "S: e OK done"},
          "S: * OK ready\nC: a LOGIN ***\nS: a NO no\nC: b login ***\nS: + go\nC: (6 octets)\nC: ***\n"
          "S: b NO no\nC: c AUTHENTICATE PLAIN\nS: + \nC: ***\nS: * CAPABILITY x\nS: c OK yes\n"
          "C: d APPEND INBOX {6+}\nC: (6 octets)\nC: \nS: d OK done\nC: e FETCH 1 BODY[]\n"
          "S: * 1 FETCH (BODY[] {6}\nS: (6 octets)\nS: )\nS: e OK done\n");
    // Pipelined: the reply to another command ends no login.
    check(conf::Protocol::Imap,
          {"C: a NOOP", "C: b LOGIN {3+}", "S: a OK done", "C: ann \"secret\"", "S: b OK yes",
           "C: c NOOP"},
          "C: a NOOP\nC: b LOGIN ***\nS: a OK done\nC: (3 octets)\nC: ***\nS: b OK yes\nC: c NOOP\n");
    // What clients get wrong.
    check(conf::Protocol::Imap, {"C: a  LOGIN ann secret", "S: a BAD no", "C: LOGIN ann secret"},
          "C: a  LOGIN ***\nS: a BAD no\nC: LOGIN ***\n");
}

BOOST_AUTO_TEST_CASE(pop3)
{
    check(conf::Protocol::Pop3,
          {"S: +OK ready", "C: USER ann", "C: PASS secret word", "S: +OK", "S: +OK", "C: RETR 1",
           "C: DELE 1", "C: TOP 2 0", "S: +OK here", "S: secret", "S: .", "S: +OK", "S: -ERR none",
           "C: UIDL", "S: +OK", "S: 1 a", "S: .", "C: AUTH PLAIN", "S: + ", "C: AHNlY3JldA==",
           "S: +OK", "C: QUIT"},
          "S: +OK ready\nC: USER ann\nC: PASS ***\nS: +OK\nS: +OK\nC: RETR 1\nC: DELE 1\nC: TOP 2 0\n"
          "S: +OK here\nS: (8 octets)\nS: .\nS: +OK\nS: -ERR none\nC: UIDL\nS: +OK\nS: 1 a\nS: .\n"
          "C: AUTH PLAIN\nS: + \nC: ***\nS: +OK\nC: QUIT\n");
}

BOOST_AUTO_TEST_CASE(long_lines_are_cut)
{
    const std::string most(server::kMaxWireOctets - 1, 'x'); // and the CR
    check(conf::Protocol::Smtp, {"C: " + most}, "C: " + most + "\n");
    check(conf::Protocol::Smtp, {"C: " + most + "y"},
          "C: " + most + "y... (1001 octets)\n");
}
