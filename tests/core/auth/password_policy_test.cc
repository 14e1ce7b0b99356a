// New passwords: what is refused and why, and that generated ones pass.
#include <boost/test/unit_test.hpp>

#include "core/auth/password_policy.h"

using namespace mailctl;
using namespace mailctl::auth;

// AUTH-14
BOOST_AUTO_TEST_CASE(what_is_refused)
{
    conf::AuthSettings settings;
    settings.forbidden_passwords = {"example company"};
    settings.password_classes = 2;
    struct Case {
        std::string_view password, fault; // "": taken
    };
    constexpr Case kCases[] = {
        {"tr0mbone-kettle", ""},
        {"", "empty"},
        {"short1", "shorter than 8"},
        {"p\xC3\xA4ssw\xC3\xB6rtl\xC3\xA4in", ""},
        {"onlylowercase", "fewer than 2"},
        {"password", "guesses"},
        {"PASSWORD123", "guesses"},
        {"Example Company", "guesses"},
        {"aaaaaaaaaaaa", "guesses"},
        {"ann.smith2026", "name"},
        {"ann.smith@example.org", "name"},
        {"EXAMPLE.ORG", "name"},
        {"example99", "name"},
        {"tr0mbone\nkettle", "control"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.password)
        {
            const auto result = check_new_password(c.password, "ann.smith@example.org", settings);
            BOOST_TEST(result.has_value() == c.fault.empty());
            if (!result)
                BOOST_TEST(result.error().detail().find(c.fault) != std::string::npos, result.error().detail());
        }
    }
    const auto both = check_new_password("test", "ann@example.org", settings);
    BOOST_TEST(both.error().detail() == "the password is shorter than 8 characters; it has fewer than 2 of: lower "
                                        "case, upper case, digit, symbol; it is among the first that anybody guesses");
}

// AUTH-15
BOOST_AUTO_TEST_CASE(generated_passwords_pass)
{
    for (unsigned classes = 0; classes <= 4; ++classes) {
        conf::AuthSettings settings;
        settings.password_classes = classes;
        settings.min_password_length = 12 + classes * 3;
        std::string last;
        for (int i = 0; i < 50; ++i) {
            const std::string password = make_password(settings);
            BOOST_TEST(check_new_password(password, "ann@example.org", settings).has_value(), password);
            BOOST_TEST(password != last);
            last = password;
        }
    }
}
