// Records laid open.
#include <boost/test/unit_test.hpp>

#include "core/spf/outline.h"
#include "tests/core/spf/world.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

std::string shown(const Outline& outline)
{
    std::string out;
    for (const auto& term : outline.terms)
        out += std::string(term.depth, '.') + term.term + (term.asks_dns ? "*" : "") +
               (term.trouble.empty() ? "" : "!") + " ";
    return out + std::string(name_of(outline.verdict)) + " " + std::to_string(outline.lookups);
}

} // namespace

BOOST_AUTO_TEST_SUITE(spf_outline)

BOOST_AUTO_TEST_CASE(outlines)
{
    World world("$TTL 60\n"
                "plain.example. IN TXT \"v=spf1 ip4:192.0.2.1 mx exp=why.example -all\"\n"
                "deep.example. IN TXT \"v=spf1 include:plain.example include:%{d}.example a ~all\"\n"
                "on.example. IN TXT \"v=spf1 a redirect=deep.example\"\n"
                "never.example. IN TXT \"v=spf1 -all redirect=nowhere.example\"\n"
                "bad.example. IN TXT \"v=spf1 moo\"\n"
                "leads.example. IN TXT \"v=spf1 include:bad.example include:no.example -all\"\n"
                "loop.example. IN TXT \"v=spf1 include:loop.example -all\"\n"
                "broken.example. IN TXT \"v=spf1 -all\"\n"
                "tobroken.example. IN TXT \"v=spf1 include:broken.example -all\"\n");
    world.broken.insert("TXT broken.example");
    struct Case {
        std::string_view domain, expected;
    };
    constexpr Case kCases[] = {
        {"plain.example", "ip4:192.0.2.1 mx* -all exp=why.example pass 1"},
        {"deep.example", "include:plain.example* .ip4:192.0.2.1 .mx* .-all .exp=why.example "
                         "include:%{d}.example* a* ~all pass 4"},
        {"on.example", "a* redirect=deep.example* .include:plain.example* ..ip4:192.0.2.1 ..mx* "
                       "..-all ..exp=why.example .include:%{d}.example* .a* .~all pass 6"},
        {"never.example", "-all redirect=nowhere.example pass 0"},
        {"none.example", "none 0"},
        {"bad.example", "permerror 0"},
        {"broken.example", "temperror 0"},
        {"leads.example", "include:bad.example*! include:no.example*! -all permerror 2"},
        {"tobroken.example", "include:broken.example*! -all temperror 1"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.domain) {
            BOOST_TEST(shown(run(outline(world, std::string(c.domain)))) == c.expected);
        }
    }
    const auto leads = run(outline(world, "leads.example"));
    BOOST_TEST(leads.why == "bad.example: \"moo\": no such mechanism");
    BOOST_TEST(leads.record == "v=spf1 include:bad.example include:no.example -all");
    BOOST_TEST(leads.terms[1].trouble == "no.example does not exist");
}

/// A loop ends at the limit of records.
BOOST_AUTO_TEST_CASE(loops)
{
    World world("loop.example. 60 IN TXT \"v=spf1 include:loop.example -all\"\n");
    const auto out = run(outline(world, "loop.example"));
    BOOST_TEST(name_of(out.verdict) == "permerror");
    BOOST_TEST(out.why == "over 50 records");
    BOOST_TEST(world.asked.size() == kMaxOutlineRecords);
    std::string chain = "$TTL 60\n";
    for (std::size_t i = 1; i < kMaxOutlineRecords; ++i)
        chain += "n" + std::to_string(i) + ".example. IN TXT \"v=spf1 redirect=n" +
                 std::to_string(i + 1) + ".example\"\n";
    chain += "n50.example. IN TXT \"v=spf1 -all\"\n";
    World straight(chain);
    BOOST_TEST(name_of(run(outline(straight, "n1.example")).verdict) == "pass");
}

BOOST_AUTO_TEST_SUITE_END()
