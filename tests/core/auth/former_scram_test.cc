// SCRAM with a password from before: a whole exchange against the directory. USR-12
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

#include "conf/config.h"
#include "core/auth/sasl_mechanisms.h"
#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/former_secrets.h"
#include "core/crypto/base64.h"
#include "core/crypto/digest.h"
#include "core/crypto/password.h"
#include "core/crypto/scram.h"
#include "store/account.h"
#include "store/activity.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using namespace mailctl::auth;
using fixture::Server;

namespace {

const address::Address kAnn{"ann", "example.org"};

store::User ann(Server& server)
{
    return std::get<store::User>(*server.run(server.store->directory().find(kAnn)));
}

void change(Server& server, const std::function<void(store::User&)>& edit)
{
    const auto changed =
        server.run(server.store->directory().update_user(kAnn, [&](store::User& user) {
            edit(user);
            return ok();
        }));
    BOOST_REQUIRE(changed.has_value());
}

/// Sets a new password as "user passwd" does.
void replace_password(Server& server, const std::string& password)
{
    const auto before = ann(server);
    const auto account = server.account("ann@example.org");
    BOOST_REQUIRE(server.run(remember_secrets(*account, before, true)).has_value());
    const auto salt = salt_after(before, true, conf::OldPassword::Empty,
                                 server.services->config->auth.scram_iterations);
    BOOST_REQUIRE(salt.has_value());
    const auto keys = crypto::derive_scram_sha_256(password, salt->salt, salt->iterations);
    change(server, [&](store::User& user) {
        user.credentials.hash = crypto::hash_password(password, {64, 1});
        user.credentials.scram_sha_256 = crypto::encode_scram(*keys);
    });
}

Attempt attempt(store::Right service)
{
    Attempt out;
    out.peer.address = "192.0.2.1";
    out.service = service;
    out.area = "imap";
    return out;
}

/// The value of "s=" and the like in a server's first message.
std::string part_of(const std::string& message, std::string_view name)
{
    const auto start = message.find(name) + name.size();
    return message.substr(start, message.find(',', start) - start);
}

/// The client's side. RFC 5802 §3
SaslStep scram(Server& server, const std::string& password,
               store::Right service = store::Right::Imap)
{
    const auto exchange = start_scram_sha_256(*server.authenticator, attempt(service), {});
    const std::string bare = "n=ann@example.org,r=clientnonce";
    const SaslStep told = server.run(exchange->step("n,," + bare));
    if (told.kind != SaslStep::Kind::Challenge)
        return told;
    const auto salt = crypto::decode_base64(part_of(told.challenge, "s="));
    const auto rounds = std::stoul(part_of(told.challenge, "i="));
    const auto salted = crypto::pbkdf2(crypto::Hash::Sha256, password, *salt,
                                       static_cast<std::uint32_t>(rounds), 32);
    const auto key = crypto::hmac(crypto::Hash::Sha256, salted, "Client Key");
    const std::string without = "c=biws,r=" + part_of(told.challenge, "r=");
    std::string proof = crypto::hmac(crypto::Hash::Sha256, crypto::digest(crypto::Hash::Sha256, key),
                                     bare + ',' + told.challenge + ',' + without);
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof[i] = static_cast<char>(proof[i] ^ key[i]);
    return server.run(exchange->step(without + ",p=" + crypto::encode_base64(proof)));
}

std::string outcome(const SaslStep& step)
{
    if (step.kind != SaslStep::Kind::Success)
        return std::string(name_of(step.error.code()));
    return step.login->is_wiped ? "wiped" : "in";
}

} // namespace

BOOST_AUTO_TEST_CASE(an_old_password_opens_a_mailbox_without_mail_by_scram)
{
    Server server;
    replace_password(server, "second secret");
    BOOST_TEST(outcome(scram(server, "second secret")) == "in");
    BOOST_TEST(outcome(scram(server, "ann-secret")) == "denied"); // the setting says refuse
    change(server, [](store::User& user) { user.settings = {"user.old_password=empty"}; });
    BOOST_TEST(outcome(scram(server, "ann-secret")) == "wiped");
    BOOST_TEST(outcome(scram(server, "ann-secret", store::Right::Pop3)) == "wiped");
    BOOST_TEST(outcome(scram(server, "second secret")) == "in");
    BOOST_TEST(outcome(scram(server, "never was one")) == "denied");
    // Nobody sends with it.
    BOOST_TEST(outcome(scram(server, "ann-secret", store::Right::Smtp)) == "denied");
    // The one before the last still is known; a password that came back is the current one.
    replace_password(server, "third secret");
    BOOST_TEST(outcome(scram(server, "ann-secret")) == "wiped");
    replace_password(server, "ann-secret");
    BOOST_TEST(outcome(scram(server, "ann-secret")) == "in");
    BOOST_TEST(outcome(scram(server, "third secret")) == "wiped");
    change(server, [](store::User& user) { user.state = store::UserState::Disabled; });
    BOOST_TEST(outcome(scram(server, "third secret")) == "denied");
}

BOOST_AUTO_TEST_CASE(keys_of_a_new_password_take_the_salt_that_is_needed)
{
    using enum conf::OldPassword;
    store::User user;
    BOOST_TEST(!salt_after(user, true, Empty, 4096).has_value());
    const std::string stored(32, 's'), server(32, 'v');
    const crypto::ScramKeys own{4096, "own salt", stored, server};
    const crypto::ScramKeys shared{8192, "shared salt", stored, server};
    user.credentials.scram_sha_256 = crypto::encode_scram(own);
    BOOST_TEST(!salt_after(user, true, Refuse, 4096).has_value());
    BOOST_TEST(salt_after(user, true, Empty, 4096)->salt == "own salt");
    BOOST_TEST(!salt_after(user, true, Empty, 4097).has_value()); // weaker than is asked for now
    AppPassword app;
    app.id = "k1";
    app.label = "telephone";
    app.digest = std::string(32, 'd');
    app.services = static_cast<std::uint32_t>(store::Right::Imap);
    app.scram_sha_256 = crypto::encode_scram(shared);
    user.app_passwords = {to_string(app)};
    BOOST_TEST(salt_after(user, true, Refuse, 4096)->salt == "shared salt");
    BOOST_TEST(salt_after(user, false, Empty, 4096)->salt == "shared salt");
    BOOST_TEST(!salt_after(user, false, Refuse, 4096).has_value());
    FormerSecrets former;
    former.scrams = {crypto::encode_scram(own), crypto::encode_scram(shared), "no keys"};
    former.app_passwords = user.app_passwords;
    BOOST_TEST(former_scram_keys(former, own).size() == 1U);
    BOOST_TEST(former_scram_keys(former, shared).size() == 2U);
}

// LOG-13
BOOST_AUTO_TEST_CASE(refused_logins_are_recorded)
{
    Server server;
    replace_password(server, "second secret");
    change(server, [](store::User& user) {
        user.settings = {"user.old_password=empty", "user.activity_log=true"};
    });
    const auto log_in = [&](const std::string& password, store::Right service) {
        auto one = attempt(service);
        return server.run(server.authenticator->check_password(one, "ann@example.org", password));
    };
    BOOST_TEST(!log_in("wrong", store::Right::Imap));
    BOOST_TEST(!log_in("wrong", store::Right::Imap)); // the same again is no new one
    BOOST_TEST(!log_in("another", store::Right::Pop3));
    BOOST_TEST(log_in("ann-secret", store::Right::Imap)->is_wiped);
    BOOST_TEST(outcome(scram(server, "wrong")) == "denied");
    change(server, [](store::User& user) {
        user.rights &= ~static_cast<std::uint32_t>(store::Right::Pop3);
    });
    BOOST_TEST(!log_in("second secret", store::Right::Pop3));
    const auto page =
        server.run(store::read_activities(*server.store, ann(server).account, Time{}, "", 100));
    BOOST_REQUIRE(page.has_value());
    std::multiset<std::string> seen; // records of one millisecond have no order
    for (const auto& one : page->activities)
        seen.insert(std::string(name_of(one.kind)) + ' ' + one.service + ' ' + one.what);
    const std::multiset<std::string> expected{
        "login imap old password", "refused imap wrong password", "refused imap wrong proof",
        "refused pop3 no right to this service", "refused pop3 wrong password"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
}
