// Targets of requests. RFC 9112 §3.2.1
#include <boost/test/unit_test.hpp>

#include "core/http/target.h"

using namespace mailctl::http;

BOOST_AUTO_TEST_CASE(targets)
{
    struct Case {
        std::string_view name, text;
        bool is_good;
        std::string_view path, address;
    };
    const Case cases[] = {
        {"a path", "/a/b", true, "/a/b", ""},
        {"a parameter", "/a?emailaddress=ann%40example.org", true, "/a", "ann@example.org"},
        {"case of its name", "/a?EmailAddress=ann@example.org&x", true, "/a", "ann@example.org"},
        {"a plus stays", "/a?emailaddress=ann+list@example.org", true, "/a", "ann+list@example.org"},
        {"the first counts", "/a?emailaddress=a&emailaddress=b", true, "/a", "a"},
        {"escaped path", "/a%20b", true, "/a b", ""},
        {"a line end", "/a%0D%0Ab", false, "", ""},
        {"cut off", "/a%4", false, "", ""},
        {"not hexadecimal", "/a%4g", false, "", ""},
        {"absolute form", "http://example.org/a", false, "", ""},
        {"empty", "", false, "", ""},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto target = parse_target(c.text);
            BOOST_REQUIRE(target.has_value() == c.is_good);
            if (!target)
                continue;
            BOOST_TEST(target->path == c.path);
            BOOST_TEST(target->parameter("emailaddress") == c.address);
        }
    }
    BOOST_TEST(host_name("Autoconfig.Example.org:8080") == "autoconfig.example.org");
    BOOST_TEST(host_name("[2001:db8::1]:80") == "[2001:db8::1]");
}
