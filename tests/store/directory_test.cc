// The directory: what is added is found, counts are sums, changes are seen at once, and a crash at
// any write leaves nothing that a re-run does not put right.
#include "tests/store/directory_site.h"

#include "store/directory/directory_keys.h"

using namespace mailctl;
using namespace mailctl::tests;

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
