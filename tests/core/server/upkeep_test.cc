// The day's work of a running server, by a clock that the test moves. QTA-04
#include <boost/test/unit_test.hpp>

#include "core/server/upkeep.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;

namespace {

constexpr milliseconds kBefore{5}; ///< so long before its time of the day the timer is set

/// Mail in Trash goes after 30 days, at half past three, and Bob is told.
void keep_a_month(conf::Config& config)
{
    conf::Retention trash;
    trash.mailbox = "Trash";
    trash.keep = std::chrono::days(30);
    config.retentions = {trash};
    config.upkeep.time = "03:30";
    config.upkeep.report = "bob@example.org";
}

void move_to(fixture::Server& server, std::string_view time)
{
    server.clock.advance(*parse_rfc3339(time) - server.clock.now());
}

/// Lets the server work until Bob has so many messages; gives the last one.
std::string report_of(fixture::Server& server, std::size_t count)
{
    auto mail = server.messages("bob@example.org");
    for (int steps = 0; mail.size() < count && steps < 10'000; ++steps) {
        server.io.restart();
        server.io.run_one();
        mail = server.messages("bob@example.org");
    }
    BOOST_REQUIRE(mail.size() == count);
    return mail.back();
}

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(retention_is_applied_and_told_each_day)
{
    fixture::Server server(keep_a_month);
    server.append("ann@example.org", "Trash", "Subject: first\r\n\r\nx\r\n");
    server.append("ann@example.org", "INBOX", "Subject: stays\r\n\r\nx\r\n");
    move_to(server, "2026-12-10T12:00:00Z");
    server.append("ann@example.org", "Trash", "Subject: second\r\n\r\nx\r\n");
    move_to(server, "2026-12-25T03:30:00Z");
    server.clock.advance(-kBefore);
    server::Upkeep upkeep(server.io, *server.store, [&] { return server.services; });
    upkeep.start();

    const auto first = report_of(server, 1);
    BOOST_TEST(has(first, "ann@example.org"), first);
    BOOST_TEST(has(first, "Trash"), first);
    BOOST_TEST(server.messages("ann@example.org", "Trash").size() == 1U);
    BOOST_TEST(server.messages("ann@example.org").size() == 1U);

    // On the day when the other is due. What was set for that time is not told twice.
    move_to(server, "2027-01-10T03:30:00Z");
    server.clock.advance(-kBefore);
    upkeep.configure(*server.services->config);
    const auto second = report_of(server, 2);
    BOOST_TEST(has(second, "Trash"), second);
    BOOST_TEST(server.messages("ann@example.org", "Trash").empty());
}
