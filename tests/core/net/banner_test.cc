// Greeting texts: variables filled in, always one line.
#include <boost/test/unit_test.hpp>

#include "core/net/banner.h"

using namespace mailctl;

// SMTP-03
BOOST_AUTO_TEST_CASE(banners)
{
    net::BannerFacts facts;
    facts.hostname = "mx.example.org";
    facts.domain = "example.org";
    facts.peer = "192.0.2.1";
    facts.now = *parse_rfc3339("2026-11-21T02:03:04.5Z");
    struct Case {
        std::string_view text, filled;
    };
    constexpr Case kCases[] = {
        {"hello", "hello"},
        {"{hostname} {domain} {peer}", "mx.example.org example.org 192.0.2.1"},
        {"{time} {unix}", "2026-11-21T02:03:04Z 1795226584"},
        {"{nothing}x", "x"},
        {"open {hostname", "open {hostname"},
        {"two\r\nlines", "two  lines"},
        {"", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            BOOST_TEST(net::fill_in_banner(c.text, facts) == c.filled);
        }
    }
}
