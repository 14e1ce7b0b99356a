// Logins against a directory in memory: names, states, upgrades, bans, locks, connections.
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/auth/authenticator.h"
#include "core/auth/service_access.h"
#include "core/auth/last_login.h"
#include "core/crypto/digest.h"
#include "core/crypto/password.h"
#include "core/crypto/scram.h"
#include "store/account.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using fixture::Server;

namespace {

auth::Attempt attempt_from(const std::string& address, store::Right service = store::Right::Imap)
{
    auth::Attempt attempt;
    attempt.peer.address = address;
    attempt.peer.port = 40000;
    attempt.service = service;
    attempt.area = "imap";
    return attempt;
}

/// "ok NAME", or the error's code.
std::string log_in(Server& server, const std::string& name, const std::string& password,
                   const std::string& address = "192.0.2.1", store::Right service = store::Right::Imap)
{
    auto attempt = attempt_from(address, service);
    const auto login = server.run(server.authenticator->check_password(std::move(attempt), name, password));
    return login ? "ok " + login->name : std::string(name_of(login.error().code()));
}

store::Credentials credentials(Server& server, const std::string& address)
{
    const auto entry = server.run(server.store->directory().find(*address::parse(address)));
    return std::get<store::User>(*entry).credentials;
}

std::string admit(Server& server, const std::string& address, conf::Protocol protocol = conf::Protocol::Imap)
{
    net::Endpoint peer{address, 40000};
    const auto guard = server.authenticator->admit(peer, Server::listener(protocol));
    return guard ? "ok" : std::string(name_of(guard.error().code()));
}

/// Lets what runs in the background end.
void settle(Server& server)
{
    server.io.restart();
    server.io.poll();
}

} // namespace

// AUTH-10: the [[address]] that a client reached completes a bare name.
BOOST_AUTO_TEST_CASE(a_bare_name_gets_the_domain_of_the_address)
{
    Server server;
    server.add_domain("example.net");
    server.add_user("ann@example.net", "other-secret");
    const auto log_in_at = [&](const std::string& domain, const std::string& password) {
        auto attempt = attempt_from("192.0.2.1");
        attempt.domain = domain;
        const auto login =
            server.run(server.authenticator->check_password(std::move(attempt), "ann", password));
        return login ? login->name : std::string(name_of(login.error().code()));
    };
    BOOST_TEST(log_in_at("example.net", "other-secret") == "ann@example.net");
    BOOST_TEST(log_in_at("", "ann-secret") == "ann@example.org");
    BOOST_TEST(log_in_at("example.net", "ann-secret") == "denied");
}

// AUTH-10
BOOST_AUTO_TEST_CASE(name_forms)
{
    Server server([](conf::Config& config) { config.auth.separators = "#%"; });
    BOOST_REQUIRE(server.run(server.store->directory().add_domain_alias("example.org", "example.net")).has_value());
    server.add_alias("sales@example.org", {"ann@example.org"});
    struct Case {
        std::string_view name, outcome;
    };
    constexpr Case kCases[] = {
        {"ann@example.org", "ok ann@example.org"}, {"Ann@EXAMPLE.org", "ok ann@example.org"},
        {"ann@example.net", "ok ann@example.org"}, {"ann", "ok ann@example.org"},
        {"ann#example.org", "ok ann@example.org"}, {"ann%example.net", "ok ann@example.org"},
        {"sales@example.org", "denied"},           {"ann@example.com", "denied"},
        {"bob@example.org", "denied"},             {"", "denied"},
        {"@", "denied"},                           {"ann@", "denied"},
        {"#example.org", "denied"},                {"ann@example.org\n", "denied"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(log_in(server, std::string(c.name), "ann-secret", "127.0.0.1") == c.outcome);
        }
    }
    BOOST_TEST(log_in(server, std::string(100'000, 'a'), "x", "127.0.0.1") == "denied");
}

BOOST_AUTO_TEST_CASE(alias_login_by_setting)
{
    Server server([](conf::Config& config) { config.auth.alias_login = true; });
    server.add_alias("sales@example.org", {"ann@example.org"});
    server.add_alias("shop@example.org", {"sales@example.org"});
    server.add_alias("both@example.org", {"ann@example.org", "bob@example.org"});
    BOOST_TEST(log_in(server, "sales@example.org", "ann-secret") == "ok ann@example.org");
    BOOST_TEST(log_in(server, "shop", "ann-secret") == "ok ann@example.org");
    BOOST_TEST(log_in(server, "both@example.org", "ann-secret") == "denied");
}

BOOST_AUTO_TEST_CASE(states_expiry_and_rights)
{
    Server server;
    const Time now = server.clock.now();
    server.add_user("off@example.org", "s3cret-off", [](store::User& u) { u.state = store::UserState::Disabled; });
    server.add_user("mute@example.org", "s3cret-off", [](store::User& u) { u.state = store::UserState::NoLogin; });
    server.add_user("old@example.org", "s3cret-off", [&](store::User& u) { u.expires = now - seconds(1); });
    server.add_user("soon@example.org", "s3cret-off", [&](store::User& u) { u.expires = now + seconds(10); });
    server.add_user("none@example.org", "");
    server.add_user("smtp@example.org", "s3cret-off",
                    [](store::User& u) { u.rights = static_cast<std::uint32_t>(store::Right::Smtp); });
    server.add_user("held@example.org", "s3cret-off", [](store::User& u) { u.state = store::UserState::Suspended; });
    server.add_user("waits@example.org", "s3cret-off", [](store::User& u) { u.state = store::UserState::Pending; });
    server.add_user("reads@example.org", "s3cret-off", [](store::User& u) { u.state = store::UserState::ReadOnly; });
    BOOST_TEST(log_in(server, "reads", "s3cret-off") == "ok reads@example.org");
    for (const std::string name : {"off", "mute", "old", "smtp", "held", "waits"})
        BOOST_TEST(log_in(server, name, "s3cret-off") == "denied", name);
    BOOST_TEST(log_in(server, "none", "") == "denied");
    BOOST_TEST(log_in(server, "smtp", "s3cret-off", "192.0.2.1", store::Right::Smtp) == "ok smtp@example.org");
    BOOST_TEST(log_in(server, "soon", "s3cret-off") == "ok soon@example.org");
    server.clock.advance(seconds(10));
    BOOST_TEST(log_in(server, "soon", "s3cret-off") == "denied");

    store::Domain domain = *server.run(server.store->directory().find_domain("example.org"));
    domain.enabled = false;
    BOOST_REQUIRE(server.run(server.store->directory().set_domain(domain)).has_value());
    BOOST_TEST(log_in(server, "ann", "ann-secret") == "denied");
}

BOOST_AUTO_TEST_CASE(a_user_comes_from_where_the_service_allows)
{
    Server server;
    server.add_user("eve@example.org", "s3cret-eve", [](store::User& u) {
        u.access = {"imap=allow:198.51.100.0/24,2001:db8::/32", "smtp=deny:198.51.100.7"};
    });
    const auto from = [&](const std::string& address, store::Right service) {
        return log_in(server, "eve", "s3cret-eve", address, service) == "ok eve@example.org";
    };
    BOOST_TEST(from("198.51.100.0", store::Right::Imap));
    BOOST_TEST(from("198.51.100.255", store::Right::Imap));
    BOOST_TEST(!from("198.51.101.0", store::Right::Imap));
    BOOST_TEST(from("2001:db8::1", store::Right::Imap));
    BOOST_TEST(!from("198.51.100.7", store::Right::Smtp));
    BOOST_TEST(from("198.51.100.8", store::Right::Smtp));
    BOOST_TEST(from("203.0.113.1", store::Right::Pop3));
}

BOOST_AUTO_TEST_CASE(access_lines)
{
    const auto kept = [](std::string_view text) {
        const auto access = auth::parse_service_access(text);
        return access ? to_string(*access) : "bad";
    };
    BOOST_TEST(kept("imap=allow:192.0.2.7, 2001:DB8::/32") == "imap=allow:192.0.2.7,2001:db8::/32");
    BOOST_TEST(kept("pop3=deny:192.0.2.9/24") == "pop3=deny:192.0.2.0/24");
    for (const char* bad : {"", "imap", "imap=", "imap=allow", "imap=allow:", "imap=may:192.0.2.1",
                            "gopher=allow:192.0.2.1", "imap=allow:192.0.2.1,", "imap=allow:192.0.2.0/33"})
        BOOST_TEST(kept(bad) == "bad", bad);
    std::string most = "imap=allow:192.0.2.1";
    for (std::size_t i = 1; i < auth::kMaxAccessNetworks; ++i)
        most += ",192.0.2.1";
    BOOST_TEST(kept(most) == most);
    BOOST_TEST(kept(most + ",192.0.2.1") == "bad");

    store::User broken;
    broken.access = {"what is this"};
    BOOST_TEST(!auth::is_open_to(broken, store::Right::Imap, "192.0.2.1"));
}

// AUTH-13
BOOST_AUTO_TEST_CASE(foreign_hashes_are_upgraded_at_login)
{
    Server server;
    const std::string foreign = "{SSHA}hYewOID2YS6r9i+u221dNGg5RbURV9sZ";
    server.add_user("old@example.org", "", [&](store::User& user) { user.credentials.hash = foreign; });
    BOOST_TEST(log_in(server, "old", "wrong") == "denied");
    BOOST_TEST(credentials(server, "old@example.org").hash == foreign);
    BOOST_TEST(log_in(server, "old", "secret word") == "ok old@example.org");
    const auto upgraded = credentials(server, "old@example.org");
    BOOST_TEST(upgraded.hash.starts_with("$argon2id$"));
    BOOST_TEST(crypto::verify_password(upgraded.hash, "secret word"));
    const auto keys = crypto::decode_scram(upgraded.scram_sha_256);
    BOOST_REQUIRE(keys.has_value());
    BOOST_TEST(crypto::derive_scram_sha_256("secret word", keys->salt, keys->iterations)->stored_key ==
               keys->stored_key);
    BOOST_TEST(log_in(server, "old", "secret word") == "ok old@example.org");
    BOOST_TEST(credentials(server, "old@example.org").hash == upgraded.hash);
}

BOOST_AUTO_TEST_CASE(a_changed_password_counts_at_once)
{
    Server server;
    BOOST_TEST(log_in(server, "ann", "ann-secret") == "ok ann@example.org");
    std::function<Result<>(store::User&)> change = [](store::User& user) {
        user.credentials.hash = crypto::hash_password("new-secret", {64, 1});
        user.credentials.scram_sha_256 = crypto::make_scram_sha_256("new-secret", 4096);
        return ok();
    };
    BOOST_REQUIRE(server.run(server.store->directory().update_user(*address::parse("ann@example.org"), change)).has_value());
    BOOST_TEST(log_in(server, "ann", "ann-secret") == "denied");
    BOOST_TEST(log_in(server, "ann", "new-secret") == "ok ann@example.org");
}

// SMTP-08: over 70 % of what the protocol may have; each protocol by itself.
BOOST_AUTO_TEST_CASE(a_protocol_with_many_connections_is_loaded)
{
    Server server([](conf::Config& config) {
        config.limits.smtp.connections = 10;
        config.limits.imap.connections = 0;
    });
    std::vector<std::unique_ptr<auth::Authenticator::Guard>> open;
    const auto connect = [&](conf::Protocol protocol) {
        auto guard = server.authenticator->admit({"192.0.2.1", 1}, Server::listener(protocol));
        BOOST_REQUIRE(guard.has_value());
        open.push_back(*std::move(guard));
    };
    for (int i = 0; i < 7; ++i)
        connect(conf::Protocol::Smtp);
    BOOST_TEST(!server.authenticator->is_loaded(conf::Protocol::Smtp));
    connect(conf::Protocol::Smtp);
    BOOST_TEST(server.authenticator->is_loaded(conf::Protocol::Smtp));
    BOOST_TEST(!server.authenticator->is_loaded(conf::Protocol::Submission));
    open.pop_back();
    BOOST_TEST(!server.authenticator->is_loaded(conf::Protocol::Smtp));
    connect(conf::Protocol::Imap);
    BOOST_TEST(!server.authenticator->is_loaded(conf::Protocol::Imap)); // no limit to be near
}

// ABU-03
BOOST_AUTO_TEST_CASE(an_address_is_banned_after_failures)
{
    Server server([](conf::Config& config) { config.ban.failures = 5; });
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(log_in(server, "user" + std::to_string(i), "guess") == "denied");
    settle(server);
    BOOST_TEST(admit(server, "192.0.2.1") == "denied");
    BOOST_TEST(admit(server, "192.0.2.2") == "ok");
    BOOST_TEST(log_in(server, "ann", "ann-secret") == "denied"); // in a session that was open before
    const auto bans = server.run(server.store->bans());
    BOOST_REQUIRE(bans->size() == 1u);
    BOOST_TEST(bans->front().network == "192.0.2.1");
    BOOST_TEST(bans->front().reason == "failed logins");
    BOOST_TEST((bans->front().end == server.clock.now() + std::chrono::hours(1)));
    server.clock.advance(std::chrono::hours(1));
    BOOST_TEST(admit(server, "192.0.2.1") == "ok");
    BOOST_TEST(log_in(server, "ann", "ann-secret") == "ok ann@example.org");
}

BOOST_AUTO_TEST_CASE(who_is_never_banned)
{
    Server server([](conf::Config& config) {
        config.ban.failures = 5;
        config.ban.account_failures = 0;
        config.ban.exempt = {"203.0.113.0/24"};
    });
    BOOST_TEST(log_in(server, "bob", "bob-secret", "198.51.100.1") == "ok bob@example.org");
    for (const std::string address : {"127.0.0.1", "::1", "unix", "203.0.113.9", "198.51.100.1"}) {
        for (int i = 0; i < 20; ++i)
            BOOST_TEST(log_in(server, "ann", "guess" + std::to_string(i), address) == "denied");
        BOOST_TEST(admit(server, address) == "ok", address);
        BOOST_TEST(log_in(server, "ann", "ann-secret", address) == "ok ann@example.org", address);
    }
    // The same wrong password over and over: a phone with an old one.
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(log_in(server, "ann", "old password", "192.0.2.77") == "denied");
    BOOST_TEST(admit(server, "192.0.2.77") == "ok");
}

// Webmail on the same machine connects from its address.
BOOST_AUTO_TEST_CASE(the_machines_own_addresses_are_never_banned)
{
    Server server([](conf::Config& config) { config.ban.failures = 2; });
    auth::OwnAddresses own = [] { return std::vector<std::string>{"192.0.2.50"}; };
    const auto ours = auth::make_authenticator(*server.store, server.services->config, server.io.get_executor(), own);
    const auto imap = Server::listener(conf::Protocol::Imap);
    for (const std::string address : {"192.0.2.50", "192.0.2.51"}) {
        const net::Endpoint peer{address, 40000};
        for (int i = 0; i < 5; ++i)
            ours->misbehaved(peer, "bad commands");
        BOOST_TEST(ours->admit(peer, imap).has_value() == (address == "192.0.2.50"));
    }
    settle(server);
}

BOOST_AUTO_TEST_CASE(bans_come_and_go_by_command_and_outlive_a_restart)
{
    Server server;
    BOOST_TEST(admit(server, "192.0.2.9") == "ok");
    settle(server);
    store::Ban ban;
    ban.network = "192.0.2.0/24";
    ban.reason = "by hand";
    ban.start = server.clock.now();
    BOOST_REQUIRE(server.run(server.store->put_ban(ban)).has_value());
    server.clock.advance(seconds(3));
    admit(server, "198.51.100.1"); // the list is read again
    settle(server);
    BOOST_TEST(admit(server, "192.0.2.9") == "denied");
    BOOST_TEST(admit(server, "192.0.3.9") == "ok");

    auto again = auth::make_authenticator(*server.store, server.services->config, server.io.get_executor());
    settle(server);
    BOOST_TEST(again->admit(net::Endpoint{"192.0.2.9", 1}, Server::listener(conf::Protocol::Imap)).has_error());

    BOOST_REQUIRE(server.run(server.store->remove_ban("192.0.2.0/24")).has_value());
    server.clock.advance(seconds(3));
    admit(server, "198.51.100.1");
    settle(server);
    BOOST_TEST(admit(server, "192.0.2.9") == "ok");
}

BOOST_AUTO_TEST_CASE(misbehaviour_is_banned_like_failed_logins)
{
    Server server([](conf::Config& config) { config.ban.failures = 3; });
    const net::Endpoint peer{"2001:db8::1", 1};
    for (int i = 0; i < 3; ++i)
        server.authenticator->misbehaved(peer, "unknown recipients");
    settle(server);
    BOOST_TEST(admit(server, "2001:db8::ffff") == "denied"); // one site, one /64
    BOOST_TEST(admit(server, "2001:db8:0:1::1") == "ok");
    const auto bans = server.run(server.store->bans());
    BOOST_REQUIRE(bans->size() == 1u);
    BOOST_TEST(bans->front().network == "2001:db8::/64");
}

// ABU-05
BOOST_AUTO_TEST_CASE(an_account_is_locked_and_unlocked)
{
    Server server([](conf::Config& config) { config.ban.account_failures = 4; });
    BOOST_TEST(log_in(server, "ann", "ann-secret", "198.51.100.1") == "ok ann@example.org");
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(log_in(server, "ann", std::to_string(i), "192.0.2." + std::to_string(i)) == "denied");
    BOOST_TEST(log_in(server, "ann", "ann-secret", "192.0.2.99") == "busy");
    BOOST_TEST(log_in(server, "ann@example.org", "ann-secret", "192.0.2.98") == "busy");
    BOOST_TEST(log_in(server, "ann", "ann-secret", "198.51.100.1") == "ok ann@example.org");
    BOOST_REQUIRE(server.authenticator->locks().size() == 1u);
    BOOST_TEST(server.authenticator->locks()[0].account == "ann@example.org");
    BOOST_TEST(server.authenticator->unlock("ann@example.org").has_value());
    BOOST_TEST(log_in(server, "ann", "ann-secret", "192.0.2.99") == "ok ann@example.org");
    // A name that nobody has locks just the same: nothing to be learned.
    for (int i = 0; i < 4; ++i)
        log_in(server, "nobody", std::to_string(i), "192.0.2." + std::to_string(i));
    BOOST_TEST(log_in(server, "nobody", "x", "192.0.2.99") == "busy");
}

BOOST_AUTO_TEST_CASE(last_login_is_noted_once_in_a_while)
{
    Server server;
    const auto account = server.account("ann@example.org");
    log_in(server, "ann", "ann-secret", "192.0.2.7");
    BOOST_TEST(server.run(account->note("last_login.imap"))->value() == "2026-11-21T02:03:04Z 192.0.2.7");
    const unsigned writes = server.engine->writes();
    for (int i = 0; i < 100; ++i)
        log_in(server, "ann", "ann-secret", "192.0.2.7");
    BOOST_TEST(server.engine->writes() == writes);
    server.clock.advance(auth::kLastLoginEvery);
    log_in(server, "ann", "ann-secret", "192.0.2.8");
    BOOST_TEST(server.run(account->note("last_login.imap"))->value() == "2026-11-21T02:13:04Z 192.0.2.8");
    BOOST_TEST(!server.run(account->note("last_login.pop3"))->has_value());
}

// RFC 5802 §9: an unknown name gets keys that look like anybody's, the same every time.
BOOST_AUTO_TEST_CASE(scram_tells_nobody_who_exists)
{
    Server server;
    const auto keys_for = [&](const std::string& name) {
        auto attempt = attempt_from("192.0.2.1");
        return *server.run(server.authenticator->scram_keys(std::move(attempt), name));
    };
    const auto known = keys_for("ann@example.org");
    const auto unknown = keys_for("nobody@example.org");
    BOOST_TEST(known.user.has_value());
    BOOST_TEST(!unknown.user.has_value());
    BOOST_TEST(unknown.salt.size() == known.salt.size());
    BOOST_TEST(unknown.iterations == known.iterations);
    BOOST_TEST(keys_for("nobody@example.org").salt == unknown.salt);
    BOOST_TEST(keys_for("no.body@example.org").salt != unknown.salt);
    auto attempt = attempt_from("192.0.2.1");
    BOOST_TEST(server.run(server.authenticator->scram_done(attempt, unknown, true)).has_error());
    BOOST_TEST(server.run(server.authenticator->scram_done(attempt, known, false)).has_error());
    const auto login = server.run(server.authenticator->scram_done(attempt, known, true));
    BOOST_REQUIRE(login.has_value());
    BOOST_TEST(login->name == "ann@example.org");
}

BOOST_AUTO_TEST_CASE(scram_failures_lead_to_a_ban_but_missing_keys_do_not)
{
    Server server([](conf::Config& config) { config.ban.failures = 3; });
    server.add_user("old@example.org", "",
                    [](store::User& u) { u.credentials.hash = "{SSHA}hYewOID2YS6r9i+u221dNGg5RbURV9sZ"; });
    const auto fail = [&](const std::string& name, const std::string& address) {
        auto attempt = attempt_from(address);
        auto keys = server.run(server.authenticator->scram_keys(attempt, name));
        if (keys)
            server.run(server.authenticator->scram_done(attempt, *std::move(keys), false));
    };
    for (int i = 0; i < 10; ++i)
        fail("old@example.org", "192.0.2.1");
    BOOST_TEST(admit(server, "192.0.2.1") == "ok");
    for (int i = 0; i < 3; ++i)
        fail("ann@example.org", "192.0.2.2");
    BOOST_TEST(admit(server, "192.0.2.2") == "denied");
}

// ABU-01
BOOST_AUTO_TEST_CASE(access_lists_per_service_and_reload)
{
    Server server([](conf::Config& config) {
        config.access.imap.allow = {"192.0.2.0/24", "2001:db8::/32"};
        config.access.imap.deny = {"192.0.2.128/25"};
        config.access.smtp.deny = {"198.51.100.0/24"};
    });
    BOOST_TEST(admit(server, "192.0.2.1") == "ok");
    BOOST_TEST(admit(server, "192.0.2.200") == "denied");
    BOOST_TEST(admit(server, "203.0.113.1") == "denied");
    BOOST_TEST(admit(server, "2001:db8::1") == "ok");
    BOOST_TEST(admit(server, "203.0.113.1", conf::Protocol::Pop3) == "ok");
    BOOST_TEST(admit(server, "198.51.100.1", conf::Protocol::Smtp) == "denied");
    BOOST_TEST(admit(server, "unix", conf::Protocol::Lmtp) == "ok");
    auto changed = std::make_shared<conf::Config>(*server.services->config);
    changed->access.imap.allow.clear();
    server.authenticator->configure(changed);
    BOOST_TEST(admit(server, "203.0.113.1") == "ok");
    BOOST_TEST(admit(server, "192.0.2.200") == "denied");
}
