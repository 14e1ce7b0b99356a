// redirect and exp. RFC 7208 §6
#include <boost/test/unit_test.hpp>

#include "tests/core/spf/world.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

constexpr const char* kOne = "192.0.2.1";

struct Said {
    std::string verdict, explanation;
    bool operator==(const Said&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Said& said)
{
    return out << said.verdict << " \"" << said.explanation << '"';
}

Said said_by(World& world, const std::string& record, const std::string& sender = "ann@case.example",
             const char* ip = kOne)
{
    world.texts["case.example"] = {record};
    const auto out = world.mail_from(ip, sender, "relay.example");
    return {std::string(name_of(out.verdict)), out.explanation};
}

} // namespace

BOOST_AUTO_TEST_SUITE(spf_modifiers)

BOOST_AUTO_TEST_CASE(redirect)
{
    World world("$TTL 60\nno.example. IN TXT \"v=spf1 -all\"\n"
                "why.example. IN TXT \"v=spf1 -all exp=text2.example\"\n"
                "text1.example. IN TXT \"never\"\ntext2.example. IN TXT \"See me.\"\n"
                "self.example. IN TXT \"v=spf1 a -all\"\nself.example. IN A 192.0.2.1\n"
                "case.example. IN A 192.0.2.9\n"
                "case.example.d.example. IN TXT \"v=spf1 redirect=next.example.\"\n"
                "next.example. IN TXT \"v=spf1 include:last.example. ~all\"\n"
                "last.example. IN TXT \"v=spf1 ip4:192.0.2.1\"\n");
    BOOST_TEST(said_by(world, "v=spf1 redirect=nowhere.example") == (Said{"permerror", ""}));
    BOOST_TEST(said_by(world, "v=spf1 redirect=a..example") == (Said{"permerror", ""}));
    BOOST_TEST(said_by(world, "v=spf1 redirect=no.example") == (Said{"fail", ""}));
    // The explanation is that of the record which decides.
    BOOST_TEST(said_by(world, "v=spf1 exp=text1.example redirect=no.example") == (Said{"fail", ""}));
    BOOST_TEST(said_by(world, "v=spf1 exp=text1.example redirect=why.example") ==
               (Said{"fail", "See me."}));
    BOOST_TEST(said_by(world, "v=spf1 include:why.example -all exp=text1.example") ==
               (Said{"fail", "never"}));
    // The domain is the other one from there on.
    BOOST_TEST(said_by(world, "v=spf1 redirect=self.example") == (Said{"pass", ""}));
    BOOST_TEST(said_by(world, "v=spf1 redirect=%{d}.d.example.") == (Said{"pass", ""}));
    const auto out = world.mail_from(kOne, "ann@case.example");
    const std::vector<std::string> way{"redirect=%{d}.d.example.", "redirect=next.example.",
                                       "include:last.example.", "ip4:192.0.2.1"};
    BOOST_TEST(out.matched == way, boost::test_tools::per_element());
    BOOST_TEST(out.lookups == 3U);
}

BOOST_AUTO_TEST_CASE(explanations)
{
    World world("$TTL 60\nplain.example. IN TXT \"This is a test.\"\n"
                "who.example. IN TXT \"%{l} in %{o}\"\n"
                "one.example. IN TXT \"one\"\ntwo.example. IN TXT \"two\"\n"
                "several.example. IN TXT \"one\"\nseveral.example. IN TXT \"two\"\n"
                "bad.example. IN TXT \"The %{x}-files.\"\n"
                "broken.example. IN TXT \"x\"\nbare.example. IN A 192.0.2.1\n"
                "joined.example. IN TXT \"in \" \"parts\"\n"
                "1.2.0.192.example. IN TXT \"Connections from %{c} are not welcome at %{r}.\"\n"
                "from.example. IN TXT \"connect from %{p}\"\n"
                "queried.example. IN TXT \"%{c} is queried as %{ir}.%{v}.arpa\"\n"
                "1.2.0.192.in-addr.arpa. IN PTR mx.case.example.\n"
                "2.2.0.192.in-addr.arpa. IN PTR mx.case.example.\n"
                "mx.case.example. IN A 192.0.2.1\n"
                "deep.%{l}.example. IN TXT \"x\"\n");
    world.broken.insert("TXT broken.example");
    world.texts["8bit.example"] = {"\xef\xbb\xbfno"};
    world.texts["odd.example"] = {"\x01"};
    struct Case {
        std::string_view name, record, expected;
    };
    constexpr Case kCases[] = {
        {"text", "v=spf1 exp=plain.example -all", "This is a test."},
        {"final dot of the name", "v=spf1 exp=plain.example. -all", "This is a test."},
        {"text in strings", "v=spf1 exp=joined.example -all", "in parts"},
        {"macros", "v=spf1 exp=who.example -all", "ann in case.example"},
        {"macros in the name", "v=spf1 exp=%{ir}.example -all",
         "Connections from 192.0.2.1 are not welcome at mx.example.org."},
        {"validated name", "v=spf1 exp=from.example -all", "connect from mx.case.example"},
        {"two records", "v=spf1 exp=several.example -all", ""},
        {"no record", "v=spf1 exp=bare.example -all", ""},
        {"no such name", "v=spf1 exp=nowhere.example -all", ""},
        {"no name", "v=spf1 exp=a..example -all", ""},
        {"does not answer", "v=spf1 exp=broken.example -all", ""},
        {"bad macro", "v=spf1 exp=bad.example -all", ""},
        {"8-bit", "v=spf1 exp=8bit.example -all", ""},
        {"control", "v=spf1 exp=odd.example -all", ""},
        {"finds nothing, which does not count",
         "v=spf1 a:no1.example a:no2.example exp=no3.example -all", ""},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(said_by(world, std::string(c.record)) == (Said{"fail", std::string(c.expected)}));
        }
    }
    BOOST_TEST(said_by(world, "v=spf1 exp=from.example -all", "ann@case.example", "192.0.2.2")
                   .explanation == "connect from unknown");
    BOOST_TEST(said_by(world, "v=spf1 exp=queried.example -all", "ann@case.example", "CAFE:BABE::1")
                   .explanation == "cafe:babe::1 is queried as 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
                                   "0.0.0.0.0.e.b.a.b.e.f.a.c.ip6.arpa");
    BOOST_TEST(said_by(world, "v=spf1 exp=who.example -all", "\"Macro Error\"@case.example")
                   .explanation == "Macro Error in case.example");
    // What strangers say of themselves is not repeated as it is.
    BOOST_TEST(said_by(world, "v=spf1 exp=who.example -all", "\xc3\xa4@case.example").explanation ==
               "?? in case.example");
    // Only failures are explained, and nothing is asked for others.
    world.asked.clear();
    BOOST_TEST(said_by(world, "v=spf1 exp=plain.example ~all") == (Said{"softfail", ""}));
    BOOST_TEST(world.asked.size() == 1U);
}

// RFC 7208 §7.3: a long name loses its left.
BOOST_AUTO_TEST_CASE(long_explanation_name)
{
    const std::string part = "somewhat.long.case.example.";
    std::string kept;
    for (int i = 0; i < 8; ++i)
        kept += part;
    kept += "example"; // 223 octets; with the first label 253 are passed
    World world("x.example. 60 IN A 192.0.2.1\n");
    world.texts[kept] = {"That was long."};
    world.texts["somewhat.long.case.example"] = {
        "v=spf1 -all exp=" + std::string(40, 'f') + ".%{o}.%{o}.%{o}.%{o}.%{o}.%{o}.%{o}.%{o}.example"};
    const auto out = world.mail_from(kOne, "ann@somewhat.long.case.example");
    BOOST_TEST(out.explanation == "That was long.");
}

BOOST_AUTO_TEST_CASE(explanation_as_long_as_it_may_be)
{
    World world("x.example. 60 IN A 192.0.2.1\n");
    world.texts["t.example"] = {std::string(1000, 'x')};
    BOOST_TEST(said_by(world, "v=spf1 exp=t.example -all").explanation == std::string(1000, 'x'));
    world.texts["t.example"] = {std::string(1001, 'x')};
    BOOST_TEST(said_by(world, "v=spf1 exp=t.example -all").explanation == std::string(1000, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()
