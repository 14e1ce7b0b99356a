// Where addresses lead: one table over one directory.
#include <memory>

#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/delegation/delegate.h"
#include "core/delivery/router.h"
#include "core/srs/keys.h"
#include "core/srs/return_address.h"
#include "store/account.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::delivery;
using mailctl::tests::must;
using mailctl::tests::run;
using store::Alias;
using store::Domain;
using store::User;

namespace {

struct Site {
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{5};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
    std::shared_ptr<conf::Config> config = std::make_shared<conf::Config>();
    std::unique_ptr<Router> router;

    Site()
    {
        config->server.postmaster = "admin@example.org";
        config->server.default_domain = "example.org";
        config->smtp.blocked_recipients = {"spam*@*"};
        config->smtp.allowed_recipients = {"spamwatch@*"};
        fill();
        router = make_router(*store, config);
    }

    User& user(const std::string& address)
    {
        users_.push_back({});
        users_.back().address = *address::parse(address);
        return users_.back();
    }
    void alias(const std::string& address, std::vector<std::string> targets, bool enabled = true)
    {
        Alias one;
        one.address = *address::parse(address);
        one.targets = std::move(targets);
        one.enabled = enabled;
        must(store->directory().add_alias(one));
    }
    void fill();

    Result<Resolution> ask(const std::string& text, std::uint64_t octets = 0, bool relay = false)
    {
        Router::Question question;
        if (const auto parsed = address::parse(text))
            question.recipient = *parsed;
        else
            question.recipient.local_part = text;
        question.message_octets = octets;
        question.may_relay = relay;
        return run(router->resolve(question));
    }

private:
    std::vector<User> users_;
};

void Site::fill()
{
    auto& directory = store->directory();
    Domain org;
    org.name = "example.org";
    must(directory.add_domain(org));
    must(directory.add_domain_alias("example.org", "example.com"));
    Domain all;
    all.name = "catch.example";
    all.catch_all = "ann@example.org";
    all.postmaster = "bob@example.org";
    all.subaddress_separators = "-";
    must(directory.add_domain(all));
    Domain closed;
    closed.name = "closed.example";
    closed.enabled = false;
    must(directory.add_domain(closed));
    Domain small;
    small.name = "small.example";
    small.limits.message_octets = 1000;
    small.limits.octets = 5000;
    small.abuse = "sue@small.example";
    must(directory.add_domain(small));
    Domain circle;
    circle.name = "circle.example";
    circle.catch_all = "nobody@circle.example";
    must(directory.add_domain(circle));

    users_.reserve(40);
    user("ann@example.org");
    user("bob@example.org");
    user("admin@example.org");
    user("off@example.org").state = store::UserState::Disabled;
    user("gone@example.org").state = store::UserState::Removed;
    user("nologin@example.org").state = store::UserState::NoLogin;
    user("old@example.org").expires = clock.now() - std::chrono::hours(1);
    user("new@example.org").expires = clock.now() + std::chrono::hours(1);
    user("full@example.org").quota_messages = 1;
    user("tight@example.org").quota_octets = 2000;
    user("brief@example.org").message_octets = 500;
    auto& kept = user("kept@example.org");
    kept.forward_to = {"bob@example.org", "far@remote.example"};
    auto& moved = user("moved@example.org");
    moved.forward_to = {"far@remote.example"};
    moved.keep_copy = false;
    auto& selfish = user("selfish@example.org");
    selfish.forward_to = {"selfish@example.org"};
    selfish.keep_copy = false;
    auto& ping = user("ping@example.org");
    ping.forward_to = {"pong@example.org"};
    ping.keep_copy = false;
    auto& pong = user("pong@example.org");
    pong.forward_to = {"ping@example.org"};
    pong.keep_copy = false;
    user("spamwatch@example.org");
    user("joe@catch.example");
    user("sue@small.example");
    user("sales-direct@example.org");
    user("abuse@circle.example");
    user("read@example.org").state = store::UserState::ReadOnly;
    user("held@example.org").state = store::UserState::Suspended;
    user("waits@example.org").state = store::UserState::Pending;
    for (auto& one : users_)
        must(directory.add_user(one));

    alias("team@example.org", {"ann@example.org", "bob@example.com", "ann+x@example.org"});
    alias("world@example.org", {"team@example.org", "far@remote.example", "far@remote.example"});
    alias("mixed@example.org", {"off@example.org", "ann@example.org"});
    alias("dead@example.org", {"off@example.org"});
    alias("asleep@example.org", {"ann@example.org"}, false);
    alias("sales-*@example.org", {"bob@example.org"});
    alias("sales-e*@example.org", {"ann@example.org"});
}

/// "ann@example.org bob@example.org -> far@remote.example", or the refusal.
std::string text_of(const Resolution& resolution)
{
    static constexpr std::string_view kRefusals[] = {
        "",        "no such user", "disabled", "read-only", "suspended", "expired",      "domain disabled", "full",
        "domain full", "too large", "relay denied", "loop",         "blocked",
        "forged return"};
    std::string text(kRefusals[static_cast<std::size_t>(resolution.refusal)]);
    for (const auto& target : resolution.local) {
        text += (text.empty() ? "" : " ") + to_string(target.address);
        if (!target.detail.empty())
            text += "(" + target.detail + ")";
    }
    for (const auto& remote : resolution.remote) {
        text += (text.empty() ? "-> " : " -> ") + to_string(remote.address);
        if (!remote.forwarder.empty())
            text += " by " + remote.forwarder;
    }
    return text;
}

struct Case {
    std::string_view address, leads_to;
    std::uint64_t octets = 0;
    bool relay = false;
};

constexpr Case kCases[] = {
    {"ann@example.org", "ann@example.org"},
    {"ANN@Example.ORG", "ann@example.org"},
    {"ann@example.com", "ann@example.org"},
    {"ann+lists@example.org", "ann@example.org(lists)"},
    {"ann+lists+more@example.com", "ann@example.org(lists+more)"},
    {"joe-x@catch.example", "joe@catch.example(x)"},
    {"joe+x@catch.example", "ann@example.org"},
    {"nobody@example.org", "no such user"},
    {"nobody+x@example.org", "no such user"},
    {"off@example.org", "disabled"},
    {"gone@example.org", "no such user"},
    {"nologin@example.org", "nologin@example.org"},
    {"read@example.org", "read-only"},
    {"held@example.org", "suspended"},
    {"waits@example.org", "suspended"},
    {"old@example.org", "expired"},
    {"new@example.org", "new@example.org"},
    {"tight@example.org", "tight@example.org", 1900},
    {"tight@example.org", "full", 2001},
    {"team@example.org", "ann@example.org bob@example.org"},
    {"world@example.org", "ann@example.org bob@example.org -> far@remote.example by world@example.org"},
    {"mixed@example.org", "ann@example.org"},
    {"dead@example.org", "disabled"},
    {"asleep@example.org", "disabled"},
    {"sales-eu@example.org", "ann@example.org"},
    {"sales-us@example.org", "bob@example.org"},
    {"sales-direct@example.org", "sales-direct@example.org"},
    {"kept@example.org", "bob@example.org kept@example.org -> far@remote.example by kept@example.org"},
    {"moved@example.org", "-> far@remote.example by moved@example.org"},
    {"selfish@example.org", "selfish@example.org"},
    {"ping@example.org", "loop"},
    {"unknown@catch.example", "ann@example.org"},
    {"unknown@circle.example", "no such user"},
    {"x@closed.example", "domain disabled"},
    {"sue@small.example", "sue@small.example", 999},
    {"sue@small.example", "too large", 1001},
    {"brief@example.org", "brief@example.org", 500},
    {"brief@example.org", "too large", 501},
    {"x@remote.example", "relay denied"},
    {"x@remote.example", "-> x@remote.example", 0, true},
    {"x@[192.0.2.9]", "-> x@[192.0.2.9]", 0, true},
    {"x@[192.0.2.9]", "relay denied"},
    {"spam1@example.org", "blocked"},
    {"spamwatch@example.org", "spamwatch@example.org"},
    // RFC 5321 §4.5.1
    {"Postmaster", "admin@example.org"},
    {"postmaster@example.org", "admin@example.org"},
    {"PostMaster@example.com", "admin@example.org"},
    {"postmaster@catch.example", "bob@example.org"},
    {"postmaster@circle.example", "admin@example.org"},
    // RFC 2142 §4
    {"abuse@example.org", "admin@example.org"},
    {"Abuse@catch.example", "bob@example.org"},
    {"abuse@small.example", "sue@small.example"},
    {"abuse+x@small.example", "no such user"},
    {"abuse@circle.example", "abuse@circle.example"},
    {"abuser@circle.example", "no such user"},
};

} // namespace

BOOST_AUTO_TEST_CASE(addresses_lead_where_the_table_says)
{
    Site site;
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.address << " of " << c.octets << " octets")
        {
            const auto resolution = site.ask(std::string(c.address), c.octets, c.relay);
            BOOST_REQUIRE(resolution.has_value());
            BOOST_TEST(text_of(*resolution) == c.leads_to);
            BOOST_TEST(!resolution->steps.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(forwards_to_other_servers_can_be_off)
{
    Site site;
    site.config->forward.sender = conf::ForwardSender::Off;
    BOOST_TEST(text_of(*site.ask("moved@example.org")) == "moved@example.org");
    BOOST_TEST(text_of(*site.ask("kept@example.org")) == "bob@example.org kept@example.org");
    BOOST_TEST(text_of(*site.ask("ping@example.org")) == "loop");
    // An alias is no user's forward, whichever comes first.
    BOOST_TEST(text_of(*site.ask("world@example.org")) ==
               "ann@example.org bob@example.org -> far@remote.example by world@example.org");
    site.alias("far@example.org", {"far@remote.example"});
    store::User away;
    away.address = *address::parse("away@example.org");
    away.forward_to = {"far@example.org"};
    away.keep_copy = false;
    must(site.store->directory().add_user(away));
    site.alias("both@example.org", {"away@example.org", "far@example.org"});
    BOOST_TEST(text_of(*site.ask("both@example.org")) ==
               "away@example.org -> far@remote.example by far@example.org");
}

BOOST_AUTO_TEST_CASE(this_machine_by_its_address)
{
    Site site;
    BOOST_TEST((site.ask("ann@[127.0.0.1]")->refusal == Refusal::RelayDenied));
    site.config->smtp.literals = true;
    BOOST_TEST(text_of(*site.ask("ann@[127.0.0.1]")) == "ann@example.org");
    BOOST_TEST((site.ask("ann@[192.0.2.9]")->refusal == Refusal::RelayDenied));
}

BOOST_AUTO_TEST_CASE(a_full_mailbox_and_a_full_domain_refuse)
{
    Site site;
    const auto put = [&](const std::string& address, std::uint64_t octets) {
        const auto user = std::get<User>(must(site.store->directory().find(*address::parse(address))));
        const auto account = must(site.store->account(user.account));
        store::NewMessage mail;
        mail.inline_body = std::string(octets, 'x');
        mail.body.octets = octets;
        mail.body.blob = new_blob_id(site.clock.now(), site.random);
        mail.card = std::make_shared<mime::Card>();
        const auto inbox = must(account->find_mailbox("INBOX"));
        must(account->append(inbox.id, std::move(mail)));
    };
    put("full@example.org", 10);
    BOOST_TEST((site.ask("full@example.org")->refusal == Refusal::OverQuota));
    put("sue@small.example", 4900);
    BOOST_TEST(text_of(*site.ask("sue@small.example", 50)) == "sue@small.example");
    BOOST_TEST((site.ask("sue@small.example", 200)->refusal == Refusal::DomainOverQuota));

    site.config->quota.action = conf::OverQuotaAction::Redirect;
    BOOST_TEST(text_of(*site.ask("full@example.org")) == "admin@example.org");
    BOOST_TEST(text_of(*site.ask("sue@small.example", 200)) == "admin@example.org");
    BOOST_TEST(text_of(*site.ask("ann@example.org")) == "ann@example.org");
    site.config->server.postmaster = "full@example.org";
    BOOST_TEST((site.ask("full@example.org")->refusal == Refusal::OverQuota));
    site.config->server.postmaster = "sue@small.example"; // full itself, for this message
    BOOST_TEST((site.ask("full@example.org", 200)->refusal == Refusal::DomainOverQuota));

    site.config->quota.action = conf::OverQuotaAction::Accept;
    const auto accepted = site.ask("full@example.org");
    BOOST_TEST(text_of(*accepted) == "full@example.org");
    BOOST_TEST(accepted->local.at(0).may_pass_quota);
}

BOOST_AUTO_TEST_CASE(a_failing_disk_is_never_a_refusal)
{
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{5};
    auto engine = std::make_unique<store::MemoryEngine>();
    store::MemoryEngine& disk = *engine;
    const auto store = store::make_store(std::move(engine), clock, random);
    Domain org;
    org.name = "example.org";
    must(store->directory().add_domain(org));
    const auto router = make_router(*store, std::make_shared<conf::Config>());
    Router::Question question;
    question.recipient = {"ann", "example.org"};
    disk.fail_read(1, Errc::Unavailable);
    BOOST_TEST((run(router->resolve(question)).error().code() == Errc::Unavailable));
    BOOST_TEST((run(router->resolve(question))->refusal == Refusal::NoSuchUser));
}

/// Whether it may, without anything said of who sends.
bool sends(Site& site, const User& login, std::string_view sender)
{
    return must(site.router->may_send_as(login, *address::parse(sender))) == MaySend::Yes;
}

BOOST_AUTO_TEST_CASE(a_login_sends_only_as_itself)
{
    Site site;
    auto ann = std::get<User>(must(site.store->directory().find({"ann", "example.org"})));
    ann.send_as = {"boss@example.org", "*@catch.example"};
    struct SendCase {
        std::string_view sender;
        bool may;
    };
    constexpr SendCase cases[] = {
        {"ann@example.org", true},       {"Ann@Example.COM", true},
        {"ann+lists@example.org", true}, {"team@example.org", true},
        {"team+x@example.com", true},    {"sales-eu@example.org", true},
        {"sales-us@example.org", false}, {"bob@example.org", false},
        {"boss@example.org", true},      {"any@catch.example", true},
        {"asleep@example.org", false},   {"ann@remote.example", false},
        {"nobody@example.org", false},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.sender)
        {
            BOOST_TEST(sends(site, ann, c.sender) == c.may);
        }
    }
    ann.send_as = {"*"};
    for (const auto& c : cases)
        BOOST_TEST(sends(site, ann, c.sender));
    ann.send_as.clear();
    site.config->smtp.sender_match = conf::SenderMatch::Domain;
    BOOST_TEST(sends(site, ann, "bob@example.com"));
    BOOST_TEST(!sends(site, ann, "ann@remote.example"));
    site.config->smtp.sender_match = conf::SenderMatch::Off;
    BOOST_TEST(sends(site, ann, "ann@remote.example"));
}

// AUTH-07
BOOST_AUTO_TEST_CASE(a_login_sends_as_those_who_let_it)
{
    using enum conf::Delegation;
    Site site;
    store::Directory& directory = site.store->directory();
    const auto ann = std::get<User>(must(directory.find({"ann", "example.org"})));
    const auto give = [&](const address::Address& owner, conf::Delegation as) {
        must(directory.update_user(owner, [&](User& user) -> Result<> {
            user.delegates = {"of a later version",
                              delegation::to_string({ann.account, as, site.clock.now()})};
            return ok();
        }));
    };
    const auto may = [&](std::string_view sender) {
        return must(site.router->may_send_as(ann, *address::parse(sender)));
    };
    struct GrantCase {
        std::string_view name;
        conf::Delegation allowed, given;
        MaySend may;
    };
    constexpr GrantCase cases[] = {
        {"nothing allowed", Off, SendAs, MaySend::No},
        {"nothing given", SendAs, Off, MaySend::No},
        {"as it was given", SendAs, OnBehalf, MaySend::OnBehalf},
        {"no more than is allowed", OnBehalf, SendAs, MaySend::OnBehalf},
        {"all of it", SendAs, SendAs, MaySend::Yes},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            site.config->user.delegation = c.allowed;
            give({"bob", "example.org"}, c.given);
            for (const auto sender : {"bob@example.org", "BOB@example.com", "bob+x@example.org"})
                BOOST_TEST((may(sender) == c.may));
        }
    }
    BOOST_TEST((may("bobby@example.org") == MaySend::No));
    site.config->smtp.sender_match = conf::SenderMatch::Domain; // more than that, never less
    BOOST_TEST((may("bob@example.org") == MaySend::Yes));
    site.config->smtp.sender_match = conf::SenderMatch::Account;
    give({"off", "example.org"}, SendAs); // a disabled user lets nobody
    BOOST_TEST((may("off@example.org") == MaySend::No));
    must(directory.update_user({"bob", "example.org"}, [](User& user) -> Result<> {
        user.settings = {"user.delegation=on-behalf"};
        return ok();
    }));
    BOOST_TEST((may("bob@example.org") == MaySend::OnBehalf));
}

BOOST_AUTO_TEST_CASE(return_addresses_of_forwarded_mail_lead_back)
{
    Site site;
    const auto keys = must(srs::keys(*site.store, site.random, site.config->forward));
    const auto wrapped = [&](std::string_view sender, const std::string& domain) {
        return to_string(*srs::wrap(*address::parse(sender), domain, keys[0], site.clock.now()));
    };
    // Of our domains, for anyone; to ourselves too.
    BOOST_TEST(text_of(*site.ask(wrapped("x@remote.example", "example.org"))) ==
               "-> x@remote.example");
    BOOST_TEST(text_of(*site.ask(wrapped("x@remote.example", "example.com"))) ==
               "-> x@remote.example");
    BOOST_TEST(text_of(*site.ask(wrapped("ann@example.org", "example.org"))) == "ann@example.org");
    BOOST_TEST(text_of(*site.ask("SRS0=AAAAAA=AA=remote.example=x@example.org")) ==
               "forged return");
    // At other domains they are like any address, but for the one that the settings name.
    const std::string elsewhere = wrapped("x@remote.example", "srs.example.net");
    BOOST_TEST(text_of(*site.ask(elsewhere)) == "relay denied");
    site.config->forward.srs_domain = "srs.example.net";
    BOOST_TEST(text_of(*site.ask(elsewhere)) == "-> x@remote.example");
    site.clock.advance(site.config->forward.srs_lifetime + std::chrono::days(2));
    BOOST_TEST(text_of(*site.ask(elsewhere)) == "forged return");
}
