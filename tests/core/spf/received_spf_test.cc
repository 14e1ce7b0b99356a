// The Received-SPF field.
#include <boost/test/unit_test.hpp>

#include "core/spf/received_spf.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

Outcome outcome(Verdict verdict)
{
    Outcome out;
    out.verdict = verdict;
    out.domain = "example.net";
    return out;
}

Envelope envelope()
{
    Envelope out;
    out.ip = "192.0.2.1";
    out.helo = "mail.example.net";
    out.receiver = "mx.example.org";
    out.sender = *address::parse("ann@example.net");
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(received_spf)

// RFC 7208 §9.1
BOOST_AUTO_TEST_CASE(passed)
{
    auto pass = outcome(Verdict::Pass);
    pass.matched = {"include:x.example", "ip4:192.0.2.0/24"};
    BOOST_TEST(received_spf_field(pass, envelope()) ==
               "Received-SPF: pass (mx.example.org: example.net permits 192.0.2.1)\r\n"
               "\tclient-ip=192.0.2.1;\r\n"
               "\tenvelope-from=\"ann@example.net\";\r\n"
               "\thelo=mail.example.net;\r\n"
               "\treceiver=mx.example.org;\r\n"
               "\tmechanism=\"ip4:192.0.2.0/24\";\r\n"
               "\tidentity=mailfrom\r\n");
}

BOOST_AUTO_TEST_CASE(each_verdict)
{
    struct Case {
        Verdict verdict;
        std::string_view start;
    };
    constexpr Case kCases[] = {
        {Verdict::None, "Received-SPF: none (mx.example.org: example.net does not say who may"},
        {Verdict::Neutral, "Received-SPF: neutral (mx.example.org: example.net does not say whe"},
        {Verdict::Fail, "Received-SPF: fail (mx.example.org: example.net does not permit 192.0"},
        {Verdict::SoftFail, "Received-SPF: softfail (mx.example.org: example.net does not quite"},
        {Verdict::TempError, "Received-SPF: temperror (mx.example.org: example.net could not be"},
        {Verdict::PermError, "Received-SPF: permerror (mx.example.org: example.net says what ma"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.start) {
            const auto field = received_spf_field(outcome(c.verdict), envelope());
            BOOST_TEST(field.starts_with(c.start));
            BOOST_TEST((field.find("problem=") != std::string::npos) ==
                       (c.verdict == Verdict::TempError || c.verdict == Verdict::PermError));
        }
    }
}

/// Nothing that strangers say ends the field or what it stands in.
BOOST_AUTO_TEST_CASE(what_strangers_say)
{
    auto error = outcome(Verdict::PermError);
    error.reason = "x.example: \"a\r\nb\": no (such) mechanism\\";
    auto from = envelope();
    from.helo = "a b(c)\x80";
    from.sender = address::Address{"x\"y", "example.net"};
    const auto field = received_spf_field(error, from);
    BOOST_TEST(field.find("\tproblem=\"x.example: \\\"a??b\\\": no (such) mechanism\\\\\";\r\n") !=
               std::string::npos);
    BOOST_TEST(field.find("\thelo=\"a b(c)?\";\r\n") != std::string::npos);
    BOOST_TEST(field.find("\tenvelope-from=\"\\\"x\\\\\\\"y\\\"@example.net\";\r\n") !=
               std::string::npos);
    error.reason = std::string(5000, 'x');
    BOOST_TEST(received_spf_field(error, from).size() < 1500U);
}

BOOST_AUTO_TEST_CASE(null_sender)
{
    auto from = envelope();
    from.sender.reset();
    from.ip = "2001:db8::1";
    const auto field = received_spf_field(outcome(Verdict::None), from);
    BOOST_TEST(field.find("\tenvelope-from=\"\";\r\n") != std::string::npos);
    BOOST_TEST(field.find("\tclient-ip=\"2001:db8::1\";\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
