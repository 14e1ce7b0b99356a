// Return addresses there and back.
#include "core/srs/return_address.h"

#include <boost/test/unit_test.hpp>

#include "core/base/ascii.h"

using namespace mailctl;
using namespace std::chrono_literals;

namespace {

const Time kNow = *parse_rfc3339("2026-11-21T02:03:04Z");
const std::vector<std::string> kKeys{"new key", "old key"};
constexpr milliseconds kLifetime = std::chrono::days(21);

address::Address wrapped(std::string_view sender, const std::string& domain,
                         std::string_view key = "new key", Time at = kNow)
{
    const auto out = srs::wrap(*address::parse(sender), domain, key, at);
    BOOST_REQUIRE(out.has_value());
    return *out;
}

std::string back(const std::string& local_part, Time at = kNow)
{
    const auto out = srs::unwrap(local_part, kKeys, at, kLifetime);
    return out ? address::to_string(*out) : out.error().detail();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_sender_is_found_again)
{
    for (const std::string sender :
         {"ann@example.org", "a=b=c@example.org", "\"a b\"@example.org", "SRS@example.org",
          "srs0@example.org", "ann+x@sub.example.org"}) {
        BOOST_TEST_CONTEXT(sender)
        {
            const auto address = wrapped(sender, "here.example");
            BOOST_TEST(address.domain == "here.example");
            BOOST_TEST(address.local_part.starts_with("SRS0="));
            BOOST_TEST(srs::is_return_address(address.local_part));
            BOOST_TEST(!srs::is_return_address(sender.substr(0, sender.find('@'))));
            BOOST_TEST(back(address.local_part) == sender);
            BOOST_TEST(ascii::equals_ignoring_case(back(ascii::lower(address.local_part)), sender));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_key_is_accepted_and_no_other)
{
    const auto old = wrapped("ann@example.org", "here.example", "old key");
    BOOST_TEST(back(old.local_part) == "ann@example.org");
    const auto other = wrapped("ann@example.org", "here.example", "somebody's key");
    BOOST_TEST(back(other.local_part) == "a return address that was not made here");
}

BOOST_AUTO_TEST_CASE(what_was_changed_is_refused)
{
    std::string local = wrapped("ann@example.org", "here.example").local_part;
    local.replace(local.rfind("ann"), 3, "bob");
    BOOST_TEST(back(local) == "a return address that was not made here");
    for (const std::string_view text : {"SRS0=", "SRS0=x", "SRS0=ABCDEF=AA", "SRS1=ABCDEF=",
                                        "SRS0==AA=example.org=ann", "ann"})
        BOOST_TEST(!srs::unwrap(text, kKeys, kNow, kLifetime).has_value());
}

BOOST_AUTO_TEST_CASE(an_address_lasts_its_lifetime)
{
    const auto address = wrapped("ann@example.org", "here.example");
    BOOST_TEST(back(address.local_part, kNow + std::chrono::days(21)) == "ann@example.org");
    BOOST_TEST(back(address.local_part, kNow + std::chrono::days(22)) ==
               "a return address that has expired");
    // Another server's clock may be ahead by a day.
    BOOST_TEST(back(address.local_part, kNow - std::chrono::days(1)) == "ann@example.org");
    BOOST_TEST(back(address.local_part, kNow - std::chrono::days(2)) ==
               "a return address that has expired");
}

BOOST_AUTO_TEST_CASE(forwards_of_forwards_lead_to_the_first_forwarder)
{
    const auto first = wrapped("ann@example.org", "one.example", "their key");
    const auto second = wrapped(address::to_string(first), "two.example", "their other key");
    BOOST_TEST(second.local_part.starts_with("SRS1="));
    const auto third = wrapped(address::to_string(second), "here.example");
    BOOST_TEST(third.local_part.starts_with("SRS1="));
    BOOST_TEST(third.local_part.size() == second.local_part.size());
    BOOST_TEST(back(third.local_part) == address::to_string(first));
    BOOST_TEST(back(wrapped(address::to_string(first), "here.example").local_part) ==
               address::to_string(first));
}

BOOST_AUTO_TEST_CASE(what_looks_forwarded_and_leads_nowhere_is_a_sender)
{
    for (const std::string sender :
         {"SRS1=ABCDEF=no$domain==ann@one.example", "SRS1=ABCDEF=@one.example",
          "SRS1=ABCDEF=two.example=@one.example"}) {
        BOOST_TEST_CONTEXT(sender)
        {
            const auto address = wrapped(sender, "here.example");
            BOOST_TEST(address.local_part.starts_with("SRS0="));
            BOOST_TEST(back(address.local_part) == sender);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_would_be_too_long_is_not_wrapped)
{
    // "SRS0=" HASH "=" DAY "=" "example.org" "=" local: 64 octets are the limit.
    const std::size_t taken = std::string("SRS0=ABCDEF=AB=example.org=").size();
    const std::string longest(address::kMaxLocalPartOctets - taken, 'a');
    const auto at_limit = wrapped(longest + "@example.org", "here.example");
    BOOST_TEST(at_limit.local_part.size() == address::kMaxLocalPartOctets);
    BOOST_TEST(back(at_limit.local_part) == longest + "@example.org");
    const auto past = *address::parse(longest + "a@example.org");
    BOOST_TEST(!srs::wrap(past, "here.example", "new key", kNow).has_value());
}
