// Times, durations, octets and ids: what is written reads back.
#include <boost/test/unit_test.hpp>

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/octets.h"
#include "core/base/random.h"

using namespace mailctl;

BOOST_AUTO_TEST_CASE(durations)
{
    struct Case {
        std::string_view text;
        long long ms; // -1: refused
    };
    constexpr Case kCases[] = {{"15m", 900'000},  {"1h30m", 5'400'000}, {"250ms", 250},
                               {"7d", 604'800'000}, {"2w", 1'209'600'000}, {"", -1},
                               {"15", -1},        {"15x", -1},          {"-1s", -1},
                               {"99999999999999999w", -1}};
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto parsed = parse_duration(c.text);
            BOOST_TEST(parsed.has_value() == (c.ms >= 0));
            if (parsed)
                BOOST_TEST(parsed->count() == c.ms);
        }
    }
    BOOST_TEST(to_text(milliseconds(5'400'000)) == "1h30m");
    BOOST_TEST(to_text(milliseconds(0)) == "0s");
    BOOST_TEST(to_text(milliseconds(10LL * 86'400'000)) == "10d");
}

BOOST_AUTO_TEST_CASE(times)
{
    const auto time = parse_rfc3339("2026-11-21T02:03:04.250+01:00");
    BOOST_REQUIRE(time.has_value());
    BOOST_TEST(to_rfc3339(*time) == "2026-11-21T01:03:04.250Z");
    BOOST_TEST(to_rfc3339(*parse_rfc3339("2026-02-28")) == "2026-02-28T00:00:00Z");
    BOOST_TEST(!parse_rfc3339("2026-02-30").has_value());
    BOOST_TEST(!parse_rfc3339("2026-02-28T25:00:00Z").has_value());
    BOOST_TEST(!parse_rfc3339("2026-02-28T01:00:00Zx").has_value());
}

BOOST_AUTO_TEST_CASE(octets)
{
    BOOST_TEST(*parse_octets("25MiB") == 25U << 20);
    BOOST_TEST(*parse_octets("10 GB") == 10'000'000'000U);
    BOOST_TEST(*parse_octets("512") == 512U);
    BOOST_TEST(!parse_octets("1 XB").has_value());
    BOOST_TEST(!parse_octets("999999999999999 PiB").has_value());
    BOOST_TEST(to_text_octets(25U << 20) == "25MiB");
    BOOST_TEST(to_text_octets(1000) == "1000");
}

BOOST_AUTO_TEST_CASE(ids)
{
    SeededRandom random(1);
    const auto id = new_account_id(random);
    BOOST_TEST((*parse_account_id(to_string(id)) == id));
    BOOST_TEST(!parse_account_id("u_12").has_value());
    BOOST_TEST(!parse_queue_id(to_string(id)).has_value());
}

BOOST_AUTO_TEST_CASE(strangers_text)
{
    BOOST_TEST(ascii::printable("a\x1b[31m\n") == "a\\x1b[31m\\x0a");
    BOOST_TEST(ascii::find_ignoring_case("Subject: HELLO", "hello") == 9U);
    BOOST_TEST(ascii::find_ignoring_case("abc", "x") == std::string_view::npos);
}
