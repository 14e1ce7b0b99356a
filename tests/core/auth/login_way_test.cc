// What a user may log in with, what becomes of old secrets, and which sessions may go on.
// AUTH-12, USR-12
#include <boost/test/unit_test.hpp>

#include <string>

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/auth/secrets/former_secrets.h"
#include "core/auth/secrets/login_holds.h"
#include "core/auth/secrets/login_way.h"
#include "core/auth/secrets/other_logins.h"
#include "core/crypto/certificate.h"
#include "store/account.h"
#include "store/activity.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using namespace mailctl::auth;
using fixture::Server;

namespace {

const std::string kOther(64, 'b'); ///< a fingerprint that nobody has

store::User ann(Server& server)
{
    const auto entry = server.run(server.store->directory().find(*address::parse("ann@example.org")));
    return std::get<store::User>(*entry);
}

void change(Server& server, const std::function<void(store::User&)>& edit)
{
    const auto changed = server.run(server.store->directory().update_user(
        *address::parse("ann@example.org"), [&](store::User& user) {
            edit(user);
            return ok();
        }));
    BOOST_REQUIRE(changed.has_value());
}

Attempt attempt(const std::string& fingerprint = "", store::Right service = store::Right::Imap)
{
    Attempt out;
    out.peer.address = "192.0.2.1";
    out.peer.port = 40000;
    out.service = service;
    out.area = "imap";
    out.tls = true;
    out.fingerprint = fingerprint;
    return out;
}

Result<Login> log_in(Server& server, const std::string& password, const std::string& fingerprint = "",
                     store::Right service = store::Right::Imap)
{
    auto one = attempt(fingerprint, service);
    return server.run(server.authenticator->check_password(std::move(one), "ann@example.org", password));
}

Result<Login> external(Server& server, const std::string& fingerprint)
{
    auto one = attempt(fingerprint);
    return server.run(other_logins(*server.authenticator)
                          ->check_certificate(std::move(one), "ann@example.org", fingerprint));
}

/// Gives Ann a certificate; its fingerprint.
std::string enrol(Server& server)
{
    const Time now = server.clock.now();
    const std::string key = *crypto::make_private_key(crypto::KeyType::EcdsaP256);
    crypto::CertificateSubject subject;
    subject.common_name = "Ann";
    const std::string pem =
        *crypto::make_self_signed_certificate(key, subject, {now, now + std::chrono::hours(24)});
    const auto made = enrol_certificate(ann(server), pem, "laptop", now);
    BOOST_REQUIRE(made.has_value());
    change(server, [&](store::User& user) { user.certificates.push_back(to_string(*made)); });
    return made->fingerprint;
}

} // namespace

BOOST_AUTO_TEST_CASE(ways_to_log_in)
{
    struct Case {
        std::string_view way;
        bool password, both, wrong_certificate, certificate;
    };
    constexpr Case kCases[] = {
        {"either", true, true, false, true}, {"password", true, true, false, false},
        {"cert", false, true, false, true},  {"both", false, true, false, false},
        {"off", false, false, false, false},
    };
    Server server;
    const std::string own = enrol(server);
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.way)
        {
            change(server, [&](store::User& user) {
                user.settings = {"user.auth=" + std::string(c.way)};
            });
            BOOST_TEST(log_in(server, "ann-secret").has_value() == c.password);
            BOOST_TEST(log_in(server, "ann-secret", own).has_value() == c.both);
            BOOST_TEST(log_in(server, "ann-secret", kOther).has_value() == c.wrong_certificate);
            BOOST_TEST(external(server, own).has_value() == c.certificate);
            BOOST_TEST(!log_in(server, "wrong", own));
        }
    }
}

BOOST_AUTO_TEST_CASE(who_has_no_certificate_may_show_any)
{
    Server server;
    BOOST_TEST(log_in(server, "ann-secret", kOther).has_value());
}

BOOST_AUTO_TEST_CASE(an_old_password_opens_a_mailbox_without_mail)
{
    Server server;
    const store::User before = ann(server);
    const auto account = server.account("ann@example.org");
    BOOST_REQUIRE(server.run(remember_secrets(*account, before, true)).has_value());
    server.add_user("eve@example.org", "a new secret");
    const auto eve = server.run(server.store->directory().find(*address::parse("eve@example.org")));
    change(server, [&](store::User& user) {
        user.credentials = std::get<store::User>(*eve).credentials;
    });
    BOOST_TEST(!log_in(server, "ann-secret")); // the setting says refuse
    change(server, [](store::User& user) { user.settings = {"user.old_password=empty"}; });
    const auto old = log_in(server, "ann-secret");
    BOOST_REQUIRE(old.has_value());
    BOOST_TEST(old->is_wiped);
    const auto current = log_in(server, "a new secret");
    BOOST_REQUIRE(current.has_value());
    BOOST_TEST(!current->is_wiped);
    BOOST_TEST(!log_in(server, "some other"));
    // Nobody sends with it.
    BOOST_TEST(!log_in(server, "ann-secret", "", store::Right::Smtp));
    change(server, [](store::User& user) { user.state = store::UserState::Disabled; });
    BOOST_TEST(!log_in(server, "ann-secret"));
}

BOOST_AUTO_TEST_CASE(former_secrets_have_limits)
{
    Server server;
    const auto account = server.account("ann@example.org");
    store::User user;
    for (std::size_t i = 0; i <= kFormerPasswords; ++i) {
        user.credentials.hash = "{PLAIN}" + std::to_string(i);
        BOOST_REQUIRE(server.run(remember_secrets(*account, user, true)).has_value());
    }
    auto former = *server.run(former_secrets(*account));
    BOOST_TEST(former.hashes.size() == kFormerPasswords);
    BOOST_TEST(former.hashes.front() == "{PLAIN}3");
    BOOST_TEST(former.hashes.back() == "{PLAIN}1");
    // The same again is no other one.
    BOOST_REQUIRE(server.run(remember_secrets(*account, user, true)).has_value());
    BOOST_TEST(server.run(former_secrets(*account))->hashes.size() == kFormerPasswords);
    BOOST_REQUIRE(server.run(forget_secrets(*account)).has_value());
    former = *server.run(former_secrets(*account));
    BOOST_TEST(former.hashes.empty());
    user.app_passwords.assign(kFormerAppPasswords + 1, "");
    for (std::size_t i = 0; i < user.app_passwords.size(); ++i)
        user.app_passwords[i] = "id=" + std::to_string(i);
    BOOST_REQUIRE(server.run(remember_secrets(*account, user, false)).has_value());
    former = *server.run(former_secrets(*account));
    BOOST_TEST(former.hashes.empty());
    BOOST_TEST(former.app_passwords.size() == kFormerAppPasswords);
}

BOOST_AUTO_TEST_CASE(logins_hold_while_their_secret_does)
{
    Server server;
    const std::string own = enrol(server);
    const auto by_password = log_in(server, "ann-secret");
    const auto by_certificate = external(server, own);
    BOOST_REQUIRE((by_password && by_certificate));
    const auto holds = [&](const std::string& credential) {
        return login_holds(ann(server), credential, server.clock.now());
    };
    BOOST_TEST(holds(by_password->credential));
    BOOST_TEST(holds(by_certificate->credential));
    BOOST_TEST(holds(std::string(kTokenCredential)));
    BOOST_TEST(!holds(app_password_credential("nosuch")));
    change(server, [](store::User& user) { user.credentials.changed += milliseconds(1); });
    BOOST_TEST(!holds(by_password->credential));
    BOOST_TEST(holds(by_certificate->credential));
    change(server, [](store::User& user) { user.certificates.clear(); });
    BOOST_TEST(!holds(by_certificate->credential));
    change(server, [](store::User& user) { user.state = store::UserState::Removed; });
    BOOST_TEST(!holds(std::string(kTokenCredential)));
}

BOOST_AUTO_TEST_CASE(logins_are_recorded_where_that_is_wanted)
{
    Server server;
    BOOST_REQUIRE(log_in(server, "ann-secret").has_value());
    change(server, [](store::User& user) { user.settings = {"user.activity_log=true"}; });
    BOOST_REQUIRE(log_in(server, "ann-secret").has_value());
    const auto page =
        server.run(store::read_activities(*server.store, ann(server).account, Time{}, "", 10));
    BOOST_REQUIRE(page->activities.size() == 1u);
    const auto& one = page->activities.front();
    BOOST_TEST((one.kind == store::ActivityKind::Login));
    BOOST_TEST(one.service == "imap");
    BOOST_TEST(one.peer == "192.0.2.1");
    BOOST_TEST(one.method == "password");
    BOOST_TEST(one.tls);
}
