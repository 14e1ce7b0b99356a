// App passwords and client certificates: made, kept, used, refused. AUTH-11, AUTH-12
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/auth/authenticator.h"
#include "core/auth/last_login.h"
#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/auth/secrets/line.h"
#include "core/auth/secrets/other_logins.h"
#include "core/auth/secrets/scram_keys.h"
#include "core/crypto/certificate.h"
#include "core/crypto/scram.h"
#include "store/account.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using namespace mailctl::auth;
using fixture::Server;

namespace {

constexpr auto kImap = static_cast<std::uint32_t>(store::Right::Imap);
constexpr auto kSmtp = static_cast<std::uint32_t>(store::Right::Smtp);

Attempt attempt_from(const std::string& address, store::Right service)
{
    Attempt attempt;
    attempt.peer.address = address;
    attempt.peer.port = 40000;
    attempt.service = service;
    attempt.area = "imap";
    return attempt;
}

store::User user_of(Server& server, const std::string& address)
{
    const auto entry = server.run(server.store->directory().find(*address::parse(address)));
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

AppPasswordWish wish_for(std::uint32_t services)
{
    AppPasswordWish wish;
    wish.label = "telephone";
    wish.services = services;
    return wish;
}

/// Adds one to ann, and gives its secret.
NewAppPassword add(Server& server, const AppPasswordWish& wish)
{
    auto made = make_app_password(user_of(server, "ann@example.org"), wish, server.clock.now(),
                                  server.random);
    BOOST_REQUIRE(made.has_value());
    change(server, [&](store::User& user) { user.app_passwords.push_back(to_string(made->kept)); });
    return *made;
}

/// "ok NAME", or the error's code.
std::string outcome(const Result<Login>& login)
{
    return login ? "ok " + login->name : std::string(name_of(login.error().code()));
}

std::string log_in(Server& server, const std::string& password,
                   store::Right service = store::Right::Imap,
                   const std::string& address = "192.0.2.1")
{
    auto attempt = attempt_from(address, service);
    return outcome(server.run(
        server.authenticator->check_password(std::move(attempt), "ann@example.org", password)));
}

/// As the SCRAM mechanism does: whose keys the password fits.
std::string scram(Server& server, const std::string& password,
                  store::Right service = store::Right::Imap)
{
    auto attempt = attempt_from("192.0.2.1", service);
    auto keys = server.run(server.authenticator->scram_keys(attempt, "ann@example.org"));
    BOOST_REQUIRE(keys.has_value());
    const auto derived = crypto::derive_scram_sha_256(password, keys->salt, keys->iterations);
    bool fits = derived->stored_key == keys->stored_key;
    for (const auto& sibling : sibling_scram_keys(*keys, service)) {
        if (sibling.stored_key != derived->stored_key)
            continue;
        fits = true;
        keys->stored_key = sibling.stored_key;
    }
    return outcome(server.run(server.authenticator->scram_done(attempt, *std::move(keys), fits)));
}

void configure(Server& server, const std::function<void(conf::Config&)>& edit)
{
    auto config = std::make_shared<conf::Config>(*server.services->config);
    edit(*config);
    server.authenticator->configure(config);
}

} // namespace

BOOST_AUTO_TEST_CASE(lines_keep_any_text)
{
    const std::string label = "Ann's 100%; \x01phone, \xC3\xA4=";
    const std::string line =
        LineWriter().put("label", label).put("list", std::vector<std::string>{"a,b", "c"}).put("no", "").take();
    BOOST_TEST(line.find(';') == std::string::npos);
    const auto read = LineReader::parse(line);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->text("label") == label);
    BOOST_TEST(read->list("list").size() == 2U);
    BOOST_TEST(read->list("list").front() == "a,b");
    BOOST_TEST(read->text("no").empty());
    for (const std::string_view bad : {"", "label", "=x", "a=1 a=2", "a=%4", "a=%zz", "a=b  c=d"})
        BOOST_TEST(!LineReader::parse(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(an_app_password_works_beside_the_users_own)
{
    Server server;
    const auto made = add(server, wish_for(kImap | kSmtp));
    BOOST_TEST(made.secret.size() == kAppPasswordCharacters);
    BOOST_TEST(user_of(server, "ann@example.org").app_passwords.front().find(made.secret) ==
               std::string::npos);
    BOOST_TEST(log_in(server, made.secret) == "ok ann@example.org");
    BOOST_TEST(log_in(server, made.secret, store::Right::Smtp) == "ok ann@example.org");
    BOOST_TEST(log_in(server, "ann-secret") == "ok ann@example.org");
    const std::string grouped = made.secret.substr(0, 4) + "-" + made.secret.substr(4, 4) + " " +
                                made.secret.substr(8);
    BOOST_TEST(log_in(server, grouped) == "ok ann@example.org");
    BOOST_TEST(log_in(server, made.secret.substr(1)) == "denied");

    const auto note = server.run(server.account("ann@example.org")->note(app_password_note(made.kept.id)));
    BOOST_REQUIRE((note && *note));
    BOOST_TEST(**note == "2026-11-21T02:03:04Z 192.0.2.1");
}

BOOST_AUTO_TEST_CASE(what_an_app_password_is_not_for_counts_as_a_failure)
{
    Server server([](conf::Config& config) { config.ban.failures = 3; });
    auto wish = wish_for(kImap);
    wish.networks = {"192.0.2.0/24"};
    wish.expires = server.clock.now() + std::chrono::hours(1);
    const auto made = add(server, wish);
    BOOST_TEST(log_in(server, made.secret) == "ok ann@example.org");
    BOOST_TEST(log_in(server, made.secret, store::Right::Pop3) == "denied");
    BOOST_TEST(log_in(server, made.secret, store::Right::Imap, "198.51.100.1") == "denied");
    server.clock.advance(std::chrono::hours(1) - std::chrono::milliseconds(1));
    BOOST_TEST(log_in(server, made.secret) == "ok ann@example.org");
    server.clock.advance(std::chrono::milliseconds(1));
    BOOST_TEST(log_in(server, made.secret) == "denied");
    // Another address guesses: different wrong ones, then it is banned.
    for (const auto* guess : {"aaaa", "bbbb", "cccc"})
        log_in(server, guess, store::Right::Imap, "203.0.113.9");
    net::Endpoint peer{"203.0.113.9", 40000};
    BOOST_TEST(!server.authenticator->check_ban(peer).has_value());
}

BOOST_AUTO_TEST_CASE(scram_takes_either_password_under_one_salt)
{
    Server server;
    BOOST_TEST(log_in(server, "ann-secret") == "ok ann@example.org"); // makes SCRAM keys if missing
    const auto first = add(server, wish_for(kImap));
    const auto second = add(server, wish_for(kImap | kSmtp));
    BOOST_TEST(scram(server, "ann-secret") == "ok ann@example.org");
    BOOST_TEST(scram(server, first.secret) == "ok ann@example.org");
    BOOST_TEST(scram(server, second.secret) == "ok ann@example.org");
    BOOST_TEST(scram(server, first.secret, store::Right::Smtp) == "denied");
    BOOST_TEST(scram(server, "wrong") == "denied");
    change(server, [&](store::User& user) { std::erase(user.app_passwords, to_string(first.kept)); });
    BOOST_TEST(scram(server, first.secret) == "denied");
    BOOST_TEST(scram(server, second.secret) == "ok ann@example.org");
}

BOOST_AUTO_TEST_CASE(an_app_password_revoked_in_the_middle_of_scram_lets_nobody_in)
{
    Server server;
    const auto made = add(server, wish_for(kImap));
    configure(server, [](conf::Config& config) { config.auth.app_passwords_only = {"imap"}; });
    auto attempt = attempt_from("192.0.2.1", store::Right::Imap);
    auto keys = server.run(server.authenticator->scram_keys(attempt, "ann@example.org"));
    BOOST_REQUIRE(keys.has_value());
    change(server, [](store::User& user) { user.app_passwords.clear(); });
    BOOST_TEST(outcome(server.run(server.authenticator->scram_done(attempt, *std::move(keys), true))) ==
               "denied");
}

BOOST_AUTO_TEST_CASE(a_service_may_refuse_the_users_own_password)
{
    Server server;
    const auto made = add(server, wish_for(kImap));
    configure(server, [](conf::Config& config) { config.auth.app_passwords_only = {"imap"}; });
    BOOST_TEST(log_in(server, "ann-secret") == "denied");
    BOOST_TEST(scram(server, "ann-secret") == "denied");
    BOOST_TEST(log_in(server, "ann-secret", store::Right::Pop3) == "ok ann@example.org");
    BOOST_TEST(log_in(server, made.secret) == "ok ann@example.org");
    BOOST_TEST(scram(server, made.secret) == "ok ann@example.org");
}

BOOST_AUTO_TEST_CASE(states_of_the_account_hold_for_app_passwords)
{
    Server server;
    const auto made = add(server, wish_for(kImap));
    change(server, [](store::User& user) { user.state = store::UserState::NoLogin; });
    BOOST_TEST(log_in(server, made.secret) == "denied");
    change(server, [](store::User& user) { user.state = store::UserState::Active; });
    BOOST_TEST(log_in(server, made.secret) == "ok ann@example.org");
    change(server, [](store::User& user) { user.rights = kSmtp; });
    BOOST_TEST(log_in(server, made.secret) == "denied");
}

BOOST_AUTO_TEST_CASE(limits_of_app_passwords)
{
    Server server;
    store::User user = user_of(server, "ann@example.org");
    const auto make = [&](const std::function<void(AppPasswordWish&)>& edit) {
        auto wish = wish_for(kImap);
        edit(wish);
        const auto made = make_app_password(user, wish, server.clock.now(), server.random);
        return made ? "ok" : std::string(name_of(made.error().code()));
    };
    BOOST_TEST(make([](auto& w) { w.label = std::string(kMaxAppPasswordLabel, 'x'); }) == "ok");
    BOOST_TEST(make([](auto& w) { w.label = std::string(kMaxAppPasswordLabel + 1, 'x'); }) == "invalid");
    BOOST_TEST(make([](auto& w) { w.label.clear(); }) == "invalid");
    BOOST_TEST(make([](auto& w) { w.services = 0; }) == "invalid");
    BOOST_TEST(make([](auto& w) { w.networks = {"192.0.2.0/99"}; }) == "invalid");
    BOOST_TEST(make([](auto& w) { w.networks.assign(kMaxAppPasswordNetworks, "192.0.2.1"); }) == "ok");
    BOOST_TEST(make([](auto& w) { w.networks.assign(kMaxAppPasswordNetworks + 1, "192.0.2.1"); }) ==
               "invalid");
    BOOST_TEST(make([&](auto& w) { w.expires = server.clock.now(); }) == "invalid");
    user.app_passwords.assign(kMaxAppPasswords - 1, "id=x");
    BOOST_TEST(make([](auto&) {}) == "ok");
    user.app_passwords.assign(kMaxAppPasswords, "id=x");
    BOOST_TEST(make([](auto&) {}) != "ok");
}

BOOST_AUTO_TEST_CASE(certificates_let_in_until_they_expire)
{
    Server server;
    const Time now = server.clock.now();
    const auto key = crypto::make_private_key(crypto::KeyType::EcdsaP256);
    crypto::CertificateSubject subject;
    subject.common_name = "ann@example.org";
    subject.names = {"ann.example.org"};
    const auto pem = crypto::make_self_signed_certificate(
        *key, subject, {now - std::chrono::hours(1), now + std::chrono::hours(1)});
    BOOST_REQUIRE(pem.has_value());
    const auto one = enrol_certificate(user_of(server, "ann@example.org"), *pem, "laptop", now);
    BOOST_REQUIRE(one.has_value());
    const auto read = parse_client_certificate(to_string(*one));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->subject == one->subject);
    change(server, [&](store::User& user) { user.certificates.push_back(to_string(*one)); });
    BOOST_TEST((enrol_certificate(user_of(server, "ann@example.org"), *pem, "", now).error().code() ==
                Errc::Exists));
    const auto enter = [&](const std::string& name, const std::string& fingerprint) {
        auto attempt = attempt_from("192.0.2.1", store::Right::Imap);
        return outcome(server.run(
            other_logins(*server.authenticator)->check_certificate(std::move(attempt), name, fingerprint)));
    };
    BOOST_TEST(enter("ann@example.org", one->fingerprint) == "ok ann@example.org");
    BOOST_TEST(enter("bob@example.org", one->fingerprint) == "denied");
    BOOST_TEST(enter("nobody@example.org", one->fingerprint) == "denied");
    BOOST_TEST(enter("ann@example.org", std::string(64, '0')) == "denied");
    server.clock.advance(std::chrono::hours(1));
    BOOST_TEST(enter("ann@example.org", one->fingerprint) == "denied");
    BOOST_TEST(!enrol_certificate(store::User(), *pem, "", server.clock.now()).has_value());
}
