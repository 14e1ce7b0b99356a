// The directory: what is added is found, counts are sums, changes are seen at once, and a crash at
// any write leaves nothing that a re-run does not put right.
#include <map>
#include <memory>
#include <set>

#include <boost/test/unit_test.hpp>

#include "store/directory/directory_keys.h"
#include "store/directory/engine_directory.h"
#include "store/engine/memory_engine.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::address::Address;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

/// Accounts as the directory sees them.
class KnownAccounts : public AccountKeeper {
public:
    Awaitable<Result<>> create_account(AccountId id, Usage limits) override
    {
        created[id] = limits;
        co_return ok();
    }
    Awaitable<Result<>> erase_account(AccountId id) override
    {
        if (fail_erase)
            co_return Error(Errc::Unavailable, "disk");
        created.erase(id);
        co_return ok();
    }
    Awaitable<Result<>> set_account_limits(AccountId id, Usage limits) override
    {
        created[id] = limits;
        co_return ok();
    }

    std::map<AccountId, Usage> created;
    bool fail_erase = false;
};

struct Site {
    explicit Site(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>())
        : engine(std::move(disk)), directory(engine, accounts, clock, random, 1000)
    {
    }
    MemoryEngine engine;
    KnownAccounts accounts;
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{7};
    EngineDirectory directory;

    void domain(const std::string& name)
    {
        Domain domain;
        domain.name = name;
        must(directory.add_domain(std::move(domain)));
    }
    AccountId user(const std::string& address)
    {
        return must(directory.add_user(user_at(address)));
    }
    static User user_at(const std::string& address)
    {
        User user;
        user.address = *address::parse(address);
        user.credentials.hash = "{ARGON2ID}x";
        return user;
    }
    Result<> alias(const std::string& address, std::vector<std::string> targets)
    {
        Alias alias;
        alias.address = *address::parse(address);
        alias.targets = std::move(targets);
        return run(directory.add_alias(std::move(alias)));
    }
    Result<Entry> find(const std::string& address)
    {
        return run(directory.find(*address::parse(address)));
    }
    Domain domain_of(const std::string& name) { return must(directory.find_domain(name)); }
    std::vector<std::string> problems() { return must(directory.check(false)); }
};

Errc code_of(const Result<>& result)
{
    BOOST_REQUIRE(!result);
    return result.error().code();
}

std::vector<std::string> names(const std::vector<Entry>& entries)
{
    std::vector<std::string> all;
    for (const auto& entry : entries)
        all.push_back(std::visit([](const auto& e) { return to_string(e.address); }, entry));
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_user_is_found_by_address_and_by_account)
{
    Site site;
    site.domain("example.org");
    User ann = Site::user_at("Ann@example.org");
    ann.full_name = "Ann Example";
    ann.rights = static_cast<std::uint32_t>(Right::Imap);
    ann.forward_to = {"ann@home.example"};
    ann.keep_copy = false;
    ann.bulk = true;
    ann.send_as = {"*@example.org"};
    ann.contact = {{"phone", "1"}, {"title", "Dr"}};
    ann.quota_octets = 1000;
    ann.expires = Time(milliseconds(1'900'000'000'000));
    ann.role = Role::Admin;
    const AccountId id = must(site.directory.add_user(ann));

    const auto found = std::get<User>(*site.find("ann@example.org"));
    BOOST_TEST(value_of(found.account) == value_of(id));
    BOOST_TEST(found.address.local_part == "ann"); // folded
    BOOST_TEST(found.full_name == "Ann Example");
    BOOST_TEST(found.has(Right::Imap));
    BOOST_TEST(!found.has(Right::Pop3));
    BOOST_TEST(!found.keep_copy);
    BOOST_TEST(found.bulk);
    BOOST_TEST(found.forward_to == ann.forward_to);
    BOOST_TEST(found.send_as == ann.send_as);
    BOOST_TEST(found.contact.at("title") == "Dr");
    BOOST_TEST((found.expires == ann.expires));
    BOOST_TEST((found.role == Role::Admin));
    BOOST_TEST(must(site.directory.find_account(id)).full_name == "Ann Example");
    BOOST_TEST(site.accounts.created.at(id).octets == 1000);
    BOOST_TEST(site.domain_of("example.org").users == 1);
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(what_was_absent_is_found_once_it_is_there)
{
    Site site;
    BOOST_TEST((site.find("ann@example.org").error().code() == Errc::NotFound));
    BOOST_TEST((run(site.directory.find_domain("example.org")).error().code() == Errc::NotFound));
    site.domain("example.org");
    BOOST_TEST(site.domain_of("example.org").name == "example.org");
    BOOST_TEST((site.find("ann@example.org").error().code() == Errc::NotFound));
    site.user("ann@example.org");
    BOOST_TEST(site.find("ann@example.org").has_value());
    must(site.directory.erase_user({"ann", "example.org"}));
    BOOST_TEST((site.find("ann@example.org").error().code() == Errc::NotFound));
}

BOOST_AUTO_TEST_CASE(a_warm_lookup_asks_no_engine)
{
    Site site;
    site.domain("example.org");
    site.user("ann@example.org");
    must(site.directory.find({"ann", "example.org"}));
    must(site.directory.find_domain("example.org"));
    (void)site.find("nobody@example.org");
    const unsigned before = site.engine.reads();
    must(site.directory.find({"ann", "example.org"}));
    must(site.directory.find_domain("example.org"));
    (void)site.find("nobody@example.org");
    BOOST_TEST(site.engine.reads() == before);
}

BOOST_AUTO_TEST_CASE(one_name_space_for_users_and_aliases)
{
    Site site;
    site.domain("example.org");
    site.user("ann@example.org");
    BOOST_TEST(site.alias("info@example.org", {"ann@example.org"}).has_value());
    BOOST_TEST((code_of(site.alias("ANN@example.org", {"bob@x.example"})) == Errc::Exists));
    const auto taken = run(site.directory.add_user(Site::user_at("info@example.org")));
    BOOST_TEST((taken.error().code() == Errc::Exists));
    BOOST_TEST(site.accounts.created.size() == 1);
    const auto nowhere = run(site.directory.add_user(Site::user_at("ann@other.example")));
    BOOST_TEST((nowhere.error().code() == Errc::NotFound));
    BOOST_TEST(site.domain_of("example.org").alias_count == 1);
    must(site.directory.remove_alias({"info", "example.org"}));
    BOOST_TEST(site.domain_of("example.org").alias_count == 0);
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(limits_of_a_domain_hold)
{
    Site site;
    Domain small;
    small.name = "small.example";
    small.limits.users = 2;
    small.limits.aliases = 1;
    must(site.directory.add_domain(small));
    std::vector<User> users;
    for (const char* name : {"a@small.example", "b@small.example", "c@small.example"})
        users.push_back(Site::user_at(name));
    users.push_back(Site::user_at("A@small.example"));
    boost::asio::io_context io;
    std::vector<Result<AccountId>> results;
    boost::asio::co_spawn(io, site.directory.add_users(users),
                          [&](std::exception_ptr, std::vector<Result<AccountId>> r) {
                              results = std::move(r);
                          });
    io.run();
    BOOST_REQUIRE_EQUAL(results.size(), 4);
    BOOST_TEST(results[0].has_value());
    BOOST_TEST(results[1].has_value());
    BOOST_TEST((results[2].error().code() == Errc::OverQuota));
    BOOST_TEST((results[3].error().code() == Errc::Exists));
    BOOST_TEST(site.accounts.created.size() == 2);
    BOOST_TEST(site.alias("x@small.example", {"a@small.example"}).has_value());
    BOOST_TEST((code_of(site.alias("y@small.example", {"a@small.example"})) == Errc::OverQuota));
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(many_users_come_in_few_commits)
{
    Site site;
    site.domain("example.org");
    site.domain("example.net");
    std::vector<User> users;
    for (int i = 0; i < 1200; ++i)
        users.push_back(Site::user_at("u" + std::to_string(i) +
                                      (i % 2 ? "@example.org" : "@example.net")));
    const unsigned before = site.engine.writes();
    boost::asio::io_context io;
    std::vector<Result<AccountId>> results;
    boost::asio::co_spawn(io, site.directory.add_users(std::move(users)),
                          [&](std::exception_ptr, std::vector<Result<AccountId>> r) {
                              results = std::move(r);
                          });
    io.run();
    for (const auto& result : results)
        BOOST_REQUIRE(result.has_value());
    // Two commits a domain, and no more than one an index shard each.
    BOOST_TEST(site.engine.writes() - before <= 4 + 4 * 256);
    BOOST_TEST(site.domain_of("example.org").users == 600);
    BOOST_TEST(site.domain_of("example.net").users == 600);
    std::set<std::string> listed;
    ListQuery query;
    query.limit = 500;
    for (;;) {
        const auto page = must(site.directory.list(query));
        if (page.empty())
            break;
        for (auto& name : names(page))
            BOOST_TEST(listed.insert(name).second);
        query.after = names(page).back();
    }
    BOOST_TEST(listed.size() == 1200);
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_domain_answers_to_its_aliases)
{
    Site site;
    site.domain("example.org");
    site.domain("other.example");
    BOOST_TEST((run(site.directory.find_domain("example.com")).error().code() == Errc::NotFound));
    must(site.directory.add_domain_alias("example.org", "example.com"));
    BOOST_TEST(site.domain_of("example.com").name == "example.org");
    BOOST_TEST(
        (code_of(run(site.directory.add_domain_alias("other.example", "example.com"))) == Errc::Exists));
    BOOST_TEST(
        (code_of(run(site.directory.add_domain_alias("other.example", "example.org"))) == Errc::Exists));
    Domain same;
    same.name = "example.com";
    BOOST_TEST((code_of(run(site.directory.add_domain(same))) == Errc::Exists));
    must(site.directory.remove_domain_alias("example.com"));
    BOOST_TEST((run(site.directory.find_domain("example.com")).error().code() == Errc::NotFound));
    must(site.directory.add_domain_alias("other.example", "example.com"));
    BOOST_TEST(site.domain_of("example.com").name == "other.example");
    must(site.directory.remove_domain("other.example"));
    must(site.directory.add_domain(same));
    BOOST_TEST(site.domain_of("example.com").name == "example.com");
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_domain_with_entries_stays)
{
    Site site;
    site.domain("example.org");
    site.user("ann@example.org");
    BOOST_TEST((code_of(run(site.directory.remove_domain("example.org"))) == Errc::Denied));
    must(site.directory.erase_user({"ann", "example.org"}));
    must(site.directory.remove_domain("example.org"));
    BOOST_TEST((code_of(run(site.directory.remove_domain("example.org"))) == Errc::NotFound));
}

BOOST_AUTO_TEST_CASE(changing_a_domain_keeps_its_counts_and_spreads_its_default_quota)
{
    Site site;
    site.domain("example.org");
    const AccountId ann = site.user("ann@example.org");
    must(site.directory.add_domain_alias("example.org", "example.com"));
    Domain changed;
    changed.name = "example.org";
    changed.default_quota_octets = 5000;
    changed.catch_all = "ann@example.org";
    must(site.directory.set_domain(changed));
    const Domain now = site.domain_of("example.com");
    BOOST_TEST(now.users == 1);
    BOOST_TEST(now.aliases == std::vector<std::string>{"example.com"});
    BOOST_TEST(now.catch_all == "ann@example.org");
    BOOST_TEST(site.accounts.created.at(ann).octets == 5000);
}

BOOST_AUTO_TEST_CASE(the_longest_wildcard_wins)
{
    Site site;
    site.domain("example.org");
    BOOST_TEST(site.alias("*@example.org", {"all@x.example"}).has_value());
    BOOST_TEST(site.alias("sales-*@example.org", {"sales@x.example"}).has_value());
    const auto first = must(site.directory.find_wildcard({"sales-eu", "example.org"}));
    BOOST_TEST(first.targets.front() == "sales@x.example");
    const auto second = must(site.directory.find_wildcard({"other", "example.org"}));
    BOOST_TEST(second.targets.front() == "all@x.example");
    Alias off = first;
    off.enabled = false;
    must(site.directory.set_alias(off));
    const auto third = must(site.directory.find_wildcard({"sales-eu", "example.org"}));
    BOOST_TEST(third.targets.front() == "all@x.example");
    must(site.directory.remove_alias({"*", "example.org"}));
    const auto none = run(site.directory.find_wildcard({"other", "example.org"}));
    BOOST_TEST((none.error().code() == Errc::NotFound));
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_loop_of_aliases_is_refused_with_its_path)
{
    Site site;
    site.domain("example.org");
    must(site.directory.add_domain_alias("example.org", "example.com"));
    BOOST_TEST(site.alias("a@example.org", {"b@example.org"}).has_value());
    BOOST_TEST(site.alias("b@example.org", {"c@example.com", "x@far.example"}).has_value());
    const auto loop = site.alias("c@example.org", {"a+news@example.org"});
    BOOST_REQUIRE(!loop);
    BOOST_TEST((loop.error().code() == Errc::Invalid));
    BOOST_TEST(loop.error().detail() ==
               "aliases would go round: c@example.org -> a@example.org -> b@example.org -> "
               "c@example.org");
    BOOST_TEST((code_of(site.alias("self@example.org", {"self@example.org"})) == Errc::Invalid));
    BOOST_TEST((code_of(site.alias("w-*@example.org", {"w-x@example.org"})) == Errc::Invalid));
    // Two ways to one place are no loop.
    BOOST_TEST(site.alias("d@example.org", {"a@example.org", "b@example.org"}).has_value());
    Alias turned;
    turned.address = {"b", "example.org"};
    turned.targets = {"d@example.org"};
    BOOST_TEST((code_of(run(site.directory.set_alias(turned))) == Errc::Invalid));
}

BOOST_AUTO_TEST_CASE(levels_of_aliases_have_a_limit)
{
    Site site;
    site.domain("example.org");
    for (unsigned level = 1; level < kMaxAliasLevels; ++level)
        BOOST_REQUIRE(site.alias("l" + std::to_string(level) + "@example.org",
                                 {"l" + std::to_string(level - 1) + "@example.org"})
                          .has_value());
    BOOST_TEST(site.alias("top@example.org", {"l24@example.org"}).has_value());
    BOOST_TEST((code_of(site.alias("over@example.org", {"top@example.org"})) == Errc::Invalid));
}

BOOST_AUTO_TEST_CASE(bad_fields_are_refused)
{
    Site site;
    site.domain("example.org");
    BOOST_TEST((code_of(site.alias("a@example.org", {})) == Errc::Invalid));
    BOOST_TEST((code_of(site.alias("a@example.org", {"nonsense"})) == Errc::Invalid));
    BOOST_TEST((code_of(site.alias("a@example.org",
                                   std::vector<std::string>(1001, "b@example.org"))) ==
                Errc::Invalid));
    User star;
    star.address = {"a*", "example.org"};
    BOOST_TEST((run(site.directory.add_user(star)).error().code() == Errc::Invalid));
    star.address = {std::string(65, 'a'), "example.org"};
    BOOST_TEST((run(site.directory.add_user(star)).error().code() == Errc::Invalid));
    star.address = {"big", "example.org"};
    star.comment = std::string(70'000, 'x');
    BOOST_TEST((run(site.directory.add_user(star)).error().code() == Errc::Invalid));
    Domain upper;
    upper.name = "Example.NET";
    BOOST_TEST((code_of(run(site.directory.add_domain(upper))) == Errc::Invalid));
    BOOST_TEST(site.accounts.created.empty());
}

BOOST_AUTO_TEST_CASE(a_rename_keeps_the_account)
{
    Site site;
    site.domain("example.org");
    site.domain("example.net");
    const AccountId id = site.user("ann@example.org");
    site.user("bob@example.org");
    BOOST_TEST((code_of(run(site.directory.rename_user({"ann", "example.org"},
                                                       {"bob", "example.org"}))) == Errc::Exists));
    BOOST_TEST(must(site.directory.find_account(id)).address.local_part == "ann");
    must(site.directory.rename_user({"ann", "example.org"}, {"Anna", "example.org"}));
    BOOST_TEST((site.find("ann@example.org").error().code() == Errc::NotFound));
    BOOST_TEST(must(site.directory.find_account(id)).address.local_part == "anna");
    must(site.directory.rename_user({"anna", "example.org"}, {"anna", "example.net"}));
    BOOST_TEST(must(site.directory.find_account(id)).address.domain == "example.net");
    BOOST_TEST(site.domain_of("example.org").users == 1);
    BOOST_TEST(site.domain_of("example.net").users == 1);
    BOOST_TEST(site.problems().empty());
}

namespace {

/// A domain with everything that a rename has to bring along.
std::vector<Result<>> renamed_site(Site& site, bool resume)
{
    std::vector<Result<>> all;
    Domain org;
    org.name = "example.org";
    org.catch_all = "ann@example.org";
    org.limits.users = 2;
    all.push_back(run(site.directory.add_domain(org)));
    all.push_back(run(site.directory.add_domain_alias("example.org", "example.com")));
    for (const char* name : {"ann@example.org", "bob@example.org"}) {
        const auto added = run(site.directory.add_user(Site::user_at(name)));
        all.push_back(added ? ok() : Result<>(added.error()));
    }
    all.push_back(site.alias("info@example.org", {"bob@example.org", "x@elsewhere.test"}));
    all.push_back(site.alias("sales-*@example.org", {"info@example.org"}));
    all.push_back(run(site.directory.rename_domain("example.org", "example.net", resume)));
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_renamed_domain_takes_everything_along)
{
    Site site;
    for (const auto& step : renamed_site(site, false))
        BOOST_REQUIRE_MESSAGE(step.has_value(), step.error().detail());
    const Domain now = site.domain_of("example.org");
    BOOST_TEST(now.name == "example.net");
    BOOST_TEST(now.catch_all == "ann@example.net");
    BOOST_TEST(now.users == 2);
    BOOST_TEST(now.alias_count == 2);
    BOOST_TEST((now.aliases == std::vector<std::string>{"example.com", "example.org"}));
    BOOST_TEST(site.domain_of("example.com").name == "example.net");
    const Alias info = std::get<Alias>(must(site.directory.find({"info", "example.net"})));
    BOOST_TEST((info.targets == std::vector<std::string>{"bob@example.net", "x@elsewhere.test"}));
    BOOST_TEST(must(site.directory.find_wildcard({"sales-uk", "example.net"})).targets[0] ==
               "info@example.net");
    BOOST_TEST((site.find("info@example.org").error().code() == Errc::NotFound)); // nothing left over
    BOOST_TEST(site.problems().empty());
    BOOST_TEST((code_of(run(site.directory.rename_domain("example.org", "example.info", false))) ==
                Errc::NotFound));
    site.domain("example.info");
    BOOST_TEST((code_of(run(site.directory.rename_domain("example.net", "example.info", false))) ==
                Errc::Exists));
}

BOOST_AUTO_TEST_CASE(a_domain_rename_can_go_on_after_any_failing_write)
{
    unsigned writes = 0;
    {
        Site site;
        renamed_site(site, false);
        writes = site.engine.writes();
    }
    for (const auto applied : {MemoryEngine::Applied::No, MemoryEngine::Applied::Yes}) {
        for (unsigned nth = 1; nth <= writes; ++nth) {
            BOOST_TEST_CONTEXT("write " << nth)
            {
                Site site;
                site.engine.fail_write(nth, Errc::InDoubt, applied);
                renamed_site(site, false);
                run(site.directory.rename_domain("example.org", "example.net", true));
                must(site.directory.check(true));
                BOOST_TEST(site.problems().empty());
                const auto found = run(site.directory.find_domain("example.net"));
                BOOST_REQUIRE(found);
                BOOST_TEST((run(site.directory.find_domain("example.org")).has_value()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_former_address_can_stay_an_alias)
{
    Site site;
    site.domain("example.org");
    site.domain("example.net");
    site.user("ann@example.org");
    must(site.directory.rename_user({"ann", "example.org"}, {"anna", "example.org"}, FormerAddress::Alias));
    must(site.directory.rename_user({"anna", "example.org"}, {"anna", "example.net"}, FormerAddress::Alias));
    const Alias first = std::get<Alias>(must(site.directory.find({"ann", "example.org"})));
    BOOST_TEST(first.targets[0] == "anna@example.org");
    const Alias second = std::get<Alias>(must(site.directory.find({"anna", "example.org"})));
    BOOST_TEST(second.targets[0] == "anna@example.net");
    BOOST_TEST(site.domain_of("example.org").alias_count == 2);
    BOOST_TEST(site.domain_of("example.org").users == 0);
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(an_update_sees_the_newest_state)
{
    Site site;
    site.domain("example.org");
    const AccountId id = site.user("ann@example.org");
    must(site.directory.update_user({"ann", "example.org"}, [](User& user) {
        user.state = UserState::Disabled;
        user.quota_messages = 9;
        return ok();
    }));
    const User now = must(site.directory.update_user({"ann", "example.org"}, [](User& user) {
        user.credentials.hash = "{ARGON2ID}new";
        return ok();
    }));
    BOOST_TEST((now.state == UserState::Disabled));
    BOOST_TEST(now.credentials.hash == "{ARGON2ID}new");
    BOOST_TEST(site.accounts.created.at(id).messages == 9);
}

BOOST_AUTO_TEST_CASE(every_failing_write_can_be_run_again)
{
    // What a site does in its life; each run fails another write and then repeats the whole, twice:
    // after a failed erase the first repetition meets the user of the life before.
    const auto life = [](Site& site) {
        std::vector<Result<>> all;
        Domain org, net;
        org.name = "example.org";
        net.name = "example.net";
        all.push_back(run(site.directory.add_domain(org)));
        all.push_back(run(site.directory.add_domain(net)));
        all.push_back(run(site.directory.add_domain_alias("example.org", "example.com")));
        const auto ann = run(site.directory.add_user(Site::user_at("ann@example.org")));
        all.push_back(ann ? ok() : Result<>(ann.error()));
        all.push_back(site.alias("*@example.org", {"ann@example.org"}));
        all.push_back(run(site.directory.rename_user({"ann", "example.org"},
                                                     {"ann", "example.net"})));
        all.push_back(run(site.directory.remove_alias({"*", "example.org"})));
        all.push_back(run(site.directory.erase_user({"ann", "example.net"})));
        all.push_back(run(site.directory.remove_domain_alias("example.com")));
        all.push_back(run(site.directory.remove_domain("example.org")));
        return all;
    };
    unsigned writes = 0;
    {
        Site site;
        for (const auto& step : life(site))
            BOOST_REQUIRE(step.has_value());
        writes = site.engine.writes();
    }
    for (const Errc code : {Errc::Unavailable, Errc::InDoubt}) {
        for (const auto applied : {MemoryEngine::Applied::No, MemoryEngine::Applied::Yes}) {
            for (unsigned nth = 1; nth <= writes; ++nth) {
                BOOST_TEST_CONTEXT(name_of(code) << " at write " << nth)
                {
                    Site site;
                    site.engine.fail_write(nth, code, applied);
                    for (int again = 0; again < 3; ++again)
                        life(site);
                    must(site.directory.finish_erasures());
                    must(site.directory.check(true));
                    BOOST_TEST(site.problems().empty());
                    BOOST_TEST((run(site.directory.find_domain("example.org")).error().code() ==
                                Errc::NotFound));
                    BOOST_TEST((site.find("ann@example.net").error().code() == Errc::NotFound));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_interrupted_erasure_is_finished_later)
{
    Site site;
    site.domain("example.org");
    const AccountId id = site.user("ann@example.org");
    site.accounts.fail_erase = true;
    BOOST_TEST((code_of(run(site.directory.erase_user({"ann", "example.org"}))) ==
                Errc::Unavailable));
    BOOST_TEST((site.find("ann@example.org").error().code() == Errc::NotFound));
    BOOST_TEST(site.accounts.created.contains(id));
    site.accounts.fail_erase = false;
    BOOST_TEST(must(site.directory.finish_erasures()) == 1);
    BOOST_TEST(site.accounts.created.empty());
    BOOST_TEST(must(site.directory.finish_erasures()) == 0);
    BOOST_TEST(site.problems().empty());
}

BOOST_AUTO_TEST_CASE(check_tells_and_repairs)
{
    Site site;
    site.domain("example.org");
    site.user("ann@example.org");
    const Partition shard = keys::directory(keys::domain_shard("example.org"));
    Batch damage;
    damage.erase.push_back(keys::entry({"ann", "example.org"}));
    must(site.engine.commit(shard, damage));
    BOOST_TEST(site.problems().size() == 2); // the count, and the index row
    must(site.directory.check(true));
    BOOST_TEST(site.problems().empty());
}
