// MTA-STS records, policies and their hosts; when a policy is fetched and how long it holds.
#include "core/mta_sts/policy.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/dns/make_resolver.h"
#include "core/mta_sts/policies.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"

using namespace mailctl;
using mta_sts::Policy;

BOOST_AUTO_TEST_SUITE(policy)

BOOST_AUTO_TEST_CASE(records)
{
    struct Case {
        std::string_view name, text, id;
    };
    const Case cases[] = {
        {"RFC 8461 §3.1", "v=STSv1; id=20160831085700Z;", "20160831085700Z"},
        {"no final semicolon", "v=STSv1; id=1", "1"},
        {"fields we do not know", "v=STSv1; a=b; id=1;", "1"},
        {"version not first", "id=1; v=STSv1;", ""},
        {"no id", "v=STSv1;", ""},
        {"another record", "v=spf1 -all", ""},
        {"id of 32", "v=STSv1; id=12345678901234567890123456789012",
         "12345678901234567890123456789012"},
        {"id of 33", "v=STSv1; id=123456789012345678901234567890123", ""},
        {"id with a dash", "v=STSv1; id=1-2", ""},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(mta_sts::parse_record(c.text).value_or("") == c.id);
        }
    }
}

BOOST_AUTO_TEST_CASE(texts)
{
    const auto good = mta_sts::parse_policy(
        "version: STSv1\r\nmode: enforce\r\nmx: Mail.example.com\r\n"
        "mx: *.example.net\r\nmax_age: 604800\r\n");
    BOOST_REQUIRE(good.has_value());
    BOOST_TEST((good->mode == Policy::Mode::Enforce));
    BOOST_TEST(good->max_age.count() == 604800);
    BOOST_TEST(mta_sts::allows(*good, "mail.example.com"));
    BOOST_TEST(mta_sts::allows(*good, "MX1.example.net"));
    BOOST_TEST(!mta_sts::allows(*good, "example.net"));
    BOOST_TEST(!mta_sts::allows(*good, "a.b.example.net"));
    BOOST_TEST(!mta_sts::allows(*good, "mail.example.com.evil.example"));
    for (const char* bad :
         {"", "version: STSv2\nmode: none\nmax_age: 1\n", "mode: enforce\nmx: a\nmax_age: 1\n",
          "version: STSv1\nmode: strict\nmx: a\nmax_age: 1\n",
          "version: STSv1\nmx: a\nmax_age: 1\n", "version: STSv1\nmode: enforce\nmax_age: 1\n",
          "version: STSv1\nmode: enforce\nmx: a\n",
          "version: STSv1\nmode: enforce\nmx: a\nmax_age: soon\n"})
        BOOST_TEST(!mta_sts::parse_policy(bad).has_value(), bad);
    BOOST_TEST(mta_sts::parse_policy("version: STSv1\nmode: none\nmax_age: 1\n").has_value());
    std::string large = "version: STSv1\nmode: none\nmax_age: 1\n";
    large.append(mta_sts::kMaxPolicyOctets - large.size(), '\n');
    BOOST_TEST(mta_sts::parse_policy(large).has_value());
    BOOST_TEST(!mta_sts::parse_policy(large + "\n").has_value());
}

/// RFC 8461 §5.1: a policy holds for its max_age, whatever becomes of the record and the server.
BOOST_AUTO_TEST_CASE(kept_policies)
{
    boost::asio::io_context io;
    ManualClock clock{Time(milliseconds(1'764'000'000'000))};
    SeededRandom random(1);
    auto store = store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
    auto resolver = dns::make_zone_resolver(
        "$ORIGIN example.net.\n@ IN SOA ns root 1 2 3 4 5\n"
        "_mta-sts IN TXT \"v=STSv1; id=1;\"\n"
        "mta-sts IN A 127.0.0.1\n");
    BOOST_REQUIRE(resolver.has_value());
    unsigned fetches = 0;
    bool is_down = false;
    mta_sts::PoliciesParts parts;
    parts.store = store.get();
    parts.resolver = resolver->get();
    parts.clock = &clock;
    parts.workers = io.get_executor();
    parts.fetch = [&](const mta_sts::Fetch& what) -> Result<std::string> {
        ++fetches;
        BOOST_TEST(what.domain == "example.net");
        BOOST_TEST(what.addresses.size() == 1U);
        if (is_down)
            return Error(Errc::Unavailable, "down");
        return std::string("version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 86400\n");
    };
    const auto ask = [&](mta_sts::Policies& policies) {
        mta_sts::InForce found;
        boost::asio::co_spawn(io, policies.policy_for("example.net", ""),
                              [&](std::exception_ptr e, mta_sts::InForce p) {
                                  if (e)
                                      std::rethrow_exception(e);
                                  found = std::move(p);
                              });
        io.restart();
        io.run();
        return found;
    };
    mta_sts::Policies first(parts);
    BOOST_TEST(ask(first).policy.has_value());
    BOOST_TEST(ask(first).policy.has_value());
    BOOST_TEST(fetches == 1U);
    is_down = true;
    mta_sts::Policies after_restart(parts); // from the store
    BOOST_TEST(ask(after_restart).policy.has_value());
    BOOST_TEST(fetches == 1U);
    clock.advance(std::chrono::hours(25));
    const auto gone = ask(after_restart);
    BOOST_TEST(!gone.policy.has_value());
    BOOST_TEST(gone.failure == "sts-policy-fetch-error"); // RFC 8460 §4.3.2.2
    BOOST_TEST(gone.reason == "down");
    BOOST_TEST(fetches == 2U);
    BOOST_TEST(ask(after_restart).failure == "sts-policy-fetch-error"); // until it is tried again
    BOOST_TEST(fetches == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
