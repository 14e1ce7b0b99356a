// Settings of users and domains, before the server's.
#include "core/settings/own_settings.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::settings;

BOOST_AUTO_TEST_CASE(lines_are_checked)
{
    struct Case {
        std::string line;
        bool good;
    };
    const Case kCases[] = {
        {"deleted.keep=30d", true},     {"deleted.keep=0s", true},
        {"deleted.keep=soon", false},   {"pop3.order=newest", true},
        {"pop3.order=upwards", false},  {"pop3.mark_seen=true", true},
        {"pop3.mark_seen=yes", false},  {"pop3.delete_retrieved=false", true},
        {"pop3.keep_retrieved=7d", true}, {"quota.warn=80,95", true},
        {"quota.warn=", true},          {"quota.warn=0", false},
        {"quota.warn=101", false},      {"quota.action=accept", false},
        {"quota.domain_warn=90", true}, {"quota.domain_warn=101", false},
        {"sharing.users=false", true},  {"sharing.anyone=server", false},
        {"server.hostname=x", false},   {"pop3.order", false},
        {"user.auth=both", true},       {"user.auth=sometimes", false},
        {"user.delete=trash", true},    {"user.delete=keep", false},
        {"user.save_sent=true", true},  {"user.save_sent=1", false},
        {"user.activity_log=true", true}, {"user.old_password=empty", true},
        {"user.delegation=send-as", true}, {"user.delegation=on-behalf", true},
        {"user.delegation=off", true},  {"user.delegation=true", false},
        {"user.end_sessions=false", true}, {"user.activity_keep=1d", false},
        {"", false},
        {"abuse.detect.equal_subjects=8", true}, {"abuse.detect.equal_subjects=many", false},
        {"abuse.detect.recipients=-1", false},   {"abuse.detect.window=1m", true},
        {"abuse.detect.window=59s", false},      {"abuse.detect.window=6h", true},
        {"abuse.detect.window=361m", false},     {"abuse.detect.action=lock", true},
        {"abuse.detect.action=shout", false},    {"abuse.detect.notify_only=logins,failures", true},
        {"abuse.detect.notify_only=noise", false}, {"abuse.detect.notify=root@example.org", true},
        {"abuse.detect.notify=root@", false},
    };
    for (const auto& c : kCases)
        BOOST_TEST_CONTEXT(c.line) { BOOST_TEST(check_settings({c.line}, Whose::Domain).has_value() == c.good); }
}

BOOST_AUTO_TEST_CASE(the_nearest_setting_holds)
{
    conf::Config config;
    config.pop3.mark_seen = true;
    store::Domain domain;
    store::User user;
    BOOST_TEST(own_settings(config, domain, user).pop3.mark_seen);
    BOOST_TEST((own_settings(config, domain, user).pop3.order == conf::Pop3Order::Oldest));
    domain.settings = {"pop3.order=newest", "quota.warn=50", "of.a.later=version"};
    BOOST_TEST((own_settings(config, domain, user).pop3.order == conf::Pop3Order::Newest));
    BOOST_TEST(own_settings(config, domain, user).pop3.mark_seen);
    user.settings = {"pop3.order=oldest", "pop3.mark_seen=false"};
    const auto own = own_settings(config, domain, user);
    BOOST_TEST((own.pop3.order == conf::Pop3Order::Oldest));
    BOOST_TEST(!own.pop3.mark_seen);
    BOOST_TEST(own.quota.warn == std::vector<std::string>{"50"}, boost::test_tools::per_element());
}

// FLD-03
BOOST_AUTO_TEST_CASE(a_domain_is_left_out_of_sharing_but_for_one_user)
{
    const conf::Config config;
    store::Domain domain;
    store::User user;
    BOOST_TEST(own_settings(config, domain, user).shares);
    domain.settings = {"sharing.users=false"};
    BOOST_TEST(!own_settings(config, domain, user).shares);
    user.settings = {"sharing.users=true"};
    BOOST_TEST(own_settings(config, domain, user).shares);
}

BOOST_AUTO_TEST_CASE(detections_of_a_user_and_a_domain)
{
    conf::Config config;
    config.abuse.detect.recipients = 200;
    config.abuse.detect.action = conf::DetectAction::Hold;
    store::Domain domain;
    store::User user;
    BOOST_TEST(own_settings(config, domain, user).detect.recipients == 200U);
    domain.settings = {"abuse.detect.recipients=100", "abuse.detect.logins=50"};
    user.settings = {"abuse.detect.recipients=0", "abuse.detect.notify_only=logins"};
    const auto own = own_settings(config, domain, user).detect;
    BOOST_TEST(own.recipients == 0U);
    BOOST_TEST(own.logins == 50U);
    BOOST_TEST((own.action == conf::DetectAction::Hold));
    BOOST_TEST(own.notify_only == std::vector<std::string>{"logins"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_of_a_domain_alone_is_refused_for_a_user)
{
    std::vector<std::string> lines{"quota.domain_warn=90"}; // from before it was refused
    const auto given = change_settings({"quota.domain_warn=80"}, lines, Whose::User);
    BOOST_REQUIRE(!given);
    BOOST_TEST(given.error().detail().starts_with("quota.domain_warn is about all users of a domain"));
    BOOST_TEST(!check_settings(lines, Whose::User).has_value());
    BOOST_TEST(change_settings({"quota.domain_warn=none"}, lines, Whose::User).has_value());
    BOOST_TEST(lines.empty());
    BOOST_TEST(change_settings({"quota.domain_warn=80"}, lines, Whose::Domain).has_value());
}

BOOST_AUTO_TEST_CASE(changes_replace_lines_of_the_same_name)
{
    std::vector<std::string> lines{"pop3.order=newest", "deleted.keep=1d"};
    BOOST_TEST(change_settings({"deleted.keep=2d"}, lines, Whose::User).has_value());
    BOOST_TEST(lines == (std::vector<std::string>{"pop3.order=newest", "deleted.keep=2d"}),
               boost::test_tools::per_element());
    BOOST_TEST(!change_settings({"deleted.keep=x"}, lines, Whose::User).has_value());
    BOOST_TEST(change_settings({"pop3.order=none"}, lines, Whose::User).has_value());
    BOOST_TEST(lines == std::vector<std::string>{"deleted.keep=2d"},
               boost::test_tools::per_element());
    BOOST_TEST(change_settings({"none", "quota.warn=90"}, lines, Whose::User).has_value());
    BOOST_TEST(lines == std::vector<std::string>{"quota.warn=90"},
               boost::test_tools::per_element());
}
