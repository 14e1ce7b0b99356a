// New names for users and for whole domains, and crashes on the way.
#include "tests/store/directory_site.h"

using namespace mailctl;
using namespace mailctl::tests;

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

BOOST_AUTO_TEST_CASE(a_domain_rename_fails_by_no_write_that_was_made)
{
    bool has_failed = true;
    for (unsigned nth = 1; has_failed; ++nth) {
        BOOST_TEST_CONTEXT("write " << nth)
        {
            Site site;
            site.domain("example.org");
            site.user("ann@example.org");
            BOOST_REQUIRE(site.alias("sales-*@example.org", {"ann@example.org"}));
            const unsigned before = site.engine.writes();
            site.engine.fail_write(nth, Errc::InDoubt, MemoryEngine::Applied::Yes);
            const auto renamed = run(site.directory.rename_domain("example.org", "example.net", false));
            BOOST_TEST((renamed || renamed.error().code() == Errc::InDoubt)); // never NotFound
            if (!renamed)
                must(site.directory.rename_domain("example.org", "example.net", true));
            BOOST_TEST(site.domain_of("example.org").name == "example.net");
            has_failed = site.engine.writes() - before >= nth;
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
