// Warnings of quotas by mail: one of each, with the date of the last. QTA-03
#include <stdexcept>

#include <boost/test/unit_test.hpp>

#include "core/keeping/domain_quota_warning.h"
#include "core/keeping/quota_warning.h"
#include "store/domain_told.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using fixture::Server;

namespace {

constexpr const char* kAnn = "ann@example.org";
constexpr const char* kBob = "bob@example.org";

template <class T>
T must(Result<T> result)
{
    if (!result)
        throw std::runtime_error(to_string(result.error()));
    if constexpr (!std::is_void_v<T>)
        return *std::move(result);
}

void limit(Server& server, std::uint64_t messages)
{
    store::Usage limits;
    limits.messages = messages;
    const auto account = server.account(kAnn);
    must(server.run(account->set_limits(limits)));
}

void look(Server& server)
{
    must(server.run(keeping::look_at_quota(*server.services, server.account(kAnn)->id())));
}

void fill(Server& server, const std::string& address, std::size_t octets)
{
    server.append(address, "Archive", "Subject: mail\r\n\r\n" + std::string(octets, 'x') + "\r\n");
}

void limit_domain(Server& server, std::uint64_t octets, const std::string& postmaster,
                  std::vector<std::string> settings = {})
{
    auto domain = must(server.run(server.store->directory().find_domain("example.org")));
    domain.limits.octets = octets;
    domain.postmaster = postmaster;
    domain.settings = std::move(settings);
    must(server.run(server.store->directory().set_domain(domain)));
}

Result<> look_at_domain(Server& server)
{
    return server.run(keeping::look_at_domain_quota(*server.services, "example.org"));
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_user_has_the_last_warning_only)
{
    Server server;
    limit(server, 10);
    for (int i = 0; i < 8; ++i)
        fill(server, kAnn, 1);
    look(server);
    auto told = server.messages(kAnn);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(holds(told[0], "Subject: Your mailbox is 80 % full"));
    look(server); // told already
    BOOST_TEST(server.messages(kAnn).size() == 1U);
    fill(server, kAnn, 1);
    server.clock.advance(std::chrono::hours(24));
    look(server);
    told = server.messages(kAnn);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(holds(told[0], "Subject: Your mailbox is 100 % full"));
    BOOST_TEST(holds(told[0], "Date: Sun, 22 Nov 2026 "));
}

// What came meanwhile hides how low it was; the look knows all the same.
BOOST_AUTO_TEST_CASE(a_level_is_told_again_after_it_was_well_below)
{
    for (const unsigned lowest : {79U, 76U, 75U, 0U}) {
        Server server;
        limit(server, 100);
        for (int i = 0; i < 80; ++i)
            fill(server, kAnn, 1);
        look(server);
        const auto account = server.account(kAnn);
        const auto before = must(server.run(account->find_mailbox("INBOX"))).uid_next;
        must(server.run(keeping::look_at_quota(*server.services, account->id(), lowest)));
        const auto after = must(server.run(account->find_mailbox("INBOX"))).uid_next;
        BOOST_TEST((after > before) == (lowest <= 80 - keeping::kRearmPercent));
        BOOST_TEST(server.messages(kAnn).size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_warning_that_was_moved_away_stays)
{
    Server server;
    limit(server, 10);
    for (int i = 0; i < 8; ++i)
        fill(server, kAnn, 1);
    look(server);
    const auto account = server.account(kAnn);
    const auto inbox = must(server.run(account->find_mailbox("INBOX"))).id;
    const auto archive = must(server.run(account->find_mailbox("Archive"))).id;
    must(server.run(account->move(inbox, {Uid{1}}, archive)));
    server.append(kAnn, "INBOX", "Subject: other\r\n\r\n");
    look(server);
    const auto told = server.messages(kAnn);
    BOOST_REQUIRE(told.size() == 2U);
    BOOST_TEST(holds(told[0], "Subject: other"));
    BOOST_TEST(holds(told[1], "Subject: Your mailbox is 100 % full"));
    BOOST_TEST(server.messages(kAnn, "Archive").size() == 9U);
}

BOOST_AUTO_TEST_CASE(a_postmaster_is_told_of_each_level_of_a_domain_once)
{
    Server server;
    limit_domain(server, 100'000, kBob);
    fill(server, kAnn, 70'000);
    must(look_at_domain(server));
    BOOST_TEST(server.messages(kBob).empty());
    fill(server, kAnn, 12'000);
    must(look_at_domain(server));
    must(look_at_domain(server));
    auto told = server.messages(kBob);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(holds(told[0], "Subject: The domain example.org is 82 % full"));
    fill(server, kBob, 14'000);
    must(look_at_domain(server));
    told = server.messages(kBob);
    BOOST_REQUIRE(told.size() == 1U); // in place of the first
    BOOST_TEST(holds(told[0], "Subject: The domain example.org is 9"));
    BOOST_TEST(must(server.run(store::domain_level_told(server.store->engine(), "example.org"))) ==
               95U);
}

BOOST_AUTO_TEST_CASE(a_level_of_a_domain_is_told_again_after_it_was_well_below)
{
    Server server;
    limit_domain(server, 100'000, kBob, {"quota.domain_warn=50"});
    fill(server, kAnn, 60'000);
    must(look_at_domain(server));
    BOOST_TEST(server.messages(kBob).size() == 1U);
    limit_domain(server, 130'000, kBob, {"quota.domain_warn=50"}); // 46 percent
    must(look_at_domain(server));
    limit_domain(server, 100'000, kBob, {"quota.domain_warn=50"});
    must(look_at_domain(server));
    limit_domain(server, 1'000'000, kBob, {"quota.domain_warn=50"}); // 6 percent
    must(look_at_domain(server));
    BOOST_TEST(must(server.run(store::domain_level_told(server.store->engine(), "example.org"))) ==
               0U);
    const auto bob = server.account(kBob);
    const auto before = must(server.run(bob->find_mailbox("INBOX"))).uid_next;
    limit_domain(server, 100'000, kBob, {"quota.domain_warn=50"});
    must(look_at_domain(server));
    BOOST_TEST((must(server.run(bob->find_mailbox("INBOX"))).uid_next > before));
    BOOST_TEST(server.messages(kBob).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_postmaster_elsewhere_is_told_by_mail)
{
    Server server;
    limit_domain(server, 100'000, "root@far.example");
    fill(server, kAnn, 85'000);
    must(look_at_domain(server));
    const auto queue = server.queue();
    BOOST_REQUIRE(queue.size() == 1U);
    BOOST_TEST(queue[0].recipients[0].address == "root@far.example");
}

BOOST_AUTO_TEST_CASE(domains_without_limit_levels_or_postmaster)
{
    Server server;
    fill(server, kAnn, 85'000);
    limit_domain(server, 0, kBob);
    must(look_at_domain(server));
    limit_domain(server, 1000, kBob, {"quota.domain_warn="});
    must(look_at_domain(server));
    BOOST_TEST(server.messages(kBob).empty());
    limit_domain(server, 1000, ""); // postmaster@example.org is nobody
    BOOST_TEST((look_at_domain(server).error().code() == Errc::Invalid));
    must(server.run(keeping::look_at_domain_quota(*server.services, "example.com")));
}
