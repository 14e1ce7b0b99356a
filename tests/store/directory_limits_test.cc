// What the directory refuses: past limits of domains and of lengths, and circles of levels.
#include "tests/store/directory_site.h"

#include <set>

using namespace mailctl;
using namespace mailctl::tests;

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
