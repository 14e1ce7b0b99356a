// Counts of TLS sessions: in memory, in the store, and as the document of RFC 8460 §4.4.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/tls_rpt/counters.h"
#include "core/tls_rpt/document.h"
#include "store/engine/memory_engine.h"

using namespace mailctl;
using namespace mailctl::tls_rpt;

namespace {

struct Site {
    ManualClock clock{parse_rfc3339("2026-11-25T23:59:00Z").value()};
    store::MemoryEngine engine;
    Counters counters{engine, clock};

    template <class T>
    T run(Awaitable<T> work)
    {
        boost::asio::io_context io;
        std::optional<T> result;
        boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr e, T value) {
            if (e)
                std::rethrow_exception(e);
            result.emplace(std::move(value));
        });
        io.run();
        return *std::move(result);
    }

    std::vector<Report> reports(std::string domain = {}, std::string day = {})
    {
        BOOST_REQUIRE(run(counters.flush()).has_value());
        Choice choice;
        choice.domain = std::move(domain);
        if (!day.empty())
            choice.day = parse_day(day).value();
        auto found = run(read_reports(engine, std::move(choice)));
        BOOST_REQUIRE(found.has_value());
        return std::move(*found);
    }
};

Session session(std::string domain, std::string result = {}, std::string receiving_ip = "192.0.2.1")
{
    Session out;
    out.domain = std::move(domain);
    out.policy.type = PolicyType::Sts;
    out.policy.domain = out.domain;
    out.policy.text = {"version: STSv1", "mode: enforce", "mx: mx." + out.domain, "max_age: 86400"};
    out.policy.mx_hosts = {"mx." + out.domain};
    out.failure.result = std::move(result);
    if (!out.failure.result.empty()) {
        out.failure.sending_ip = "198.51.100.7";
        out.failure.receiving_host = "mx." + out.domain;
        out.failure.receiving_ip = std::move(receiving_ip);
        out.failure.reason = "certificate has expired";
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_reports)

BOOST_AUTO_TEST_CASE(sums)
{
    Site site;
    site.counters.count(session("example.net"));
    site.counters.count(session("example.net"));
    site.counters.count(session("example.net", "certificate-expired"));
    site.counters.count(session("example.org"));
    BOOST_TEST(site.reports().size() == 2U); // written once...
    site.counters.count(session("example.net"));
    site.counters.count(session("example.net", "certificate-expired"));
    site.counters.count(session("example.net", "starttls-not-supported"));
    const auto reports = site.reports("example.net"); // ...and added to
    BOOST_REQUIRE(reports.size() == 1U);
    BOOST_REQUIRE(reports[0].policies.size() == 1U);
    const auto& [policy, counts] = reports[0].policies[0];
    BOOST_TEST((policy == session("example.net").policy));
    BOOST_TEST(counts.successes == 3U);
    BOOST_TEST(counts.failures == 3U);
    BOOST_REQUIRE(counts.details.size() == 2U);
    BOOST_TEST(counts.details.begin()->second == 2U);
    BOOST_TEST(
        (counts.details.begin()->first == session("example.net", "certificate-expired").failure));
}

BOOST_AUTO_TEST_CASE(policies_are_counted_apart)
{
    Site site;
    Session other = session("example.net");
    other.policy.type = PolicyType::NoPolicyFound;
    other.policy.text.clear();
    other.policy.mx_hosts.clear();
    site.counters.count(session("example.net"));
    site.counters.count(other);
    const auto reports = site.reports();
    BOOST_REQUIRE(reports.size() == 1U);
    BOOST_TEST(reports[0].policies.size() == 2U);
}

/// RFC 8460 §4.1: a day is one of UTC.
BOOST_AUTO_TEST_CASE(days)
{
    Site site;
    site.counters.count(session("example.net"));
    site.clock.advance(seconds(59));
    site.counters.count(session("example.net"));
    site.clock.advance(seconds(1));
    site.counters.count(session("example.net"));
    const auto both = site.reports();
    BOOST_REQUIRE(both.size() == 2U);
    BOOST_TEST(to_text(both[0].day) == "2026-11-25");
    BOOST_TEST(both[0].policies[0].second.successes == 2U);
    BOOST_TEST(site.reports("example.net", "2026-11-26").size() == 1U);
    BOOST_TEST(site.reports("example.net", "2026-11-24").empty());
    BOOST_TEST(site.reports("ample.net", "2026-11-25").empty());
    BOOST_TEST(!parse_day("2026-11-31x").has_value());
    BOOST_TEST(!parse_day("today").has_value());
    BOOST_TEST(!parse_day("2026-11-25T00:00:00Z").has_value());

    BOOST_TEST(site.run(site.counters.expire(std::chrono::hours(24))).has_value());
    BOOST_TEST(site.reports().size() == 2U); // the day before ended less than a day ago
    site.clock.advance(std::chrono::hours(24));
    BOOST_TEST(site.run(site.counters.expire(std::chrono::hours(24))).has_value());
    const auto left = site.reports();
    BOOST_REQUIRE(left.size() == 1U);
    BOOST_TEST(to_text(left[0].day) == "2026-11-26");
}

/// Of failures of many kinds only so many are told in full; none goes uncounted.
BOOST_AUTO_TEST_CASE(many_failures)
{
    Site site;
    const auto fail = [&site](std::size_t number) {
        site.counters.count(
            session("example.net", "certificate-expired", "192.0.2." + std::to_string(number)));
    };
    for (std::size_t i = 0; i < kMaxFailures; ++i)
        fail(i);
    BOOST_TEST(site.reports()[0].policies[0].second.details.size() == kMaxFailures);
    fail(kMaxFailures);
    fail(kMaxFailures + 1);
    fail(0);
    const auto counts = site.reports()[0].policies[0].second;
    BOOST_TEST(counts.failures == kMaxFailures + 3);
    BOOST_TEST(counts.details.size() == kMaxFailures + 1);
    Failure rough;
    rough.result = "certificate-expired";
    BOOST_TEST(counts.details.at(rough) == 2U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_stays)
{
    Site site;
    using Applied = store::MemoryEngine::Applied;
    site.counters.count(session("example.net"));
    site.engine.fail_read(1, Errc::Unavailable);
    BOOST_TEST(!site.run(site.counters.flush()).has_value());
    site.engine.fail_write(1, Errc::Unavailable);
    BOOST_TEST(!site.run(site.counters.flush()).has_value());
    site.engine.fail_write(1, Errc::InDoubt);
    BOOST_TEST(!site.run(site.counters.flush()).has_value());
    site.engine.fail_write(1, Errc::InDoubt, Applied::Yes); // it was written after all
    BOOST_TEST(site.run(site.counters.flush()).has_value());
    BOOST_TEST(site.reports()[0].policies[0].second.successes == 1U);
    site.counters.count(session("example.net"));
    site.engine.fail_write(1, Errc::Conflict); // another one wrote there meanwhile
    BOOST_TEST(site.reports()[0].policies[0].second.successes == 2U);
}

/// RFC 8460 §4.4 and appendix B
BOOST_AUTO_TEST_CASE(document)
{
    Site site;
    site.counters.count(session("example.net"));
    Session failed = session("example.net", "starttls-not-supported");
    failed.failure.reason = "550 \xff\r\n";
    site.counters.count(failed);
    Session tlsa = session("example.net");
    tlsa.policy = Policy();
    tlsa.policy.type = PolicyType::Tlsa;
    tlsa.policy.domain = "mx.example.net";
    tlsa.policy.text = {"3 1 1 00ff"};
    site.counters.count(tlsa);
    const auto reports = site.reports();
    BOOST_REQUIRE(reports.size() == 1U);
    BOOST_REQUIRE(reports[0].policies.size() == 2U);
    Report ordered = reports[0];
    std::sort(ordered.policies.begin(), ordered.policies.end(),
              [](const auto& a, const auto& b) { return b.first < a.first; });
    BOOST_TEST(
        document_of(ordered, {"Example Org", "tls@example.org", "mail.example.org"}) ==
        R"({"organization-name":"Example Org",)"
        R"("date-range":{"start-datetime":"2026-11-25T00:00:00Z",)"
        R"("end-datetime":"2026-11-25T23:59:59Z"},)"
        R"("contact-info":"tls@example.org",)"
        R"("report-id":"2026-11-25.example.net@mail.example.org",)"
        R"("policies":[{"policy":{"policy-type":"sts",)"
        R"("policy-string":["version: STSv1","mode: enforce","mx: mx.example.net",)"
        R"("max_age: 86400"],"policy-domain":"example.net","mx-host":["mx.example.net"]},)"
        R"("summary":{"total-successful-session-count":1,"total-failure-session-count":1},)"
        R"("failure-details":[{"result-type":"starttls-not-supported",)"
        R"("sending-mta-ip":"198.51.100.7","receiving-mx-hostname":"mx.example.net",)"
        R"("receiving-ip":"192.0.2.1","failed-session-count":1,)"
        R"("failure-reason-code":"550 ???"}]},)"
        R"({"policy":{"policy-type":"tlsa","policy-string":["3 1 1 00ff"],)"
        R"("policy-domain":"mx.example.net"},)"
        R"("summary":{"total-successful-session-count":1,"total-failure-session-count":0}}]})");
}

BOOST_AUTO_TEST_SUITE_END()
