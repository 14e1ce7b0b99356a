// The way out of a message by the settings.
#include <boost/test/unit_test.hpp>

#include "conf/load.h"
#include "core/route/route.h"

using namespace mailctl;
using namespace mailctl::route;

namespace {

constexpr std::string_view kSettings = R"(
[server]
data_dir = "/tmp/x"
hostname = "mx.example.org"
[outbound]
hello = "out.example.org"
connections_per_destination = 7
tls = "encrypt"
port = 2525
[queue]
retry = ["5m", "1h"]
lifetime = "3d"
bounce_lifetime = "1d"
[[smart_host]]
name = "out"
hosts = ["relay.example.net:587"]
connections = 2
[[smart_host]]
name = "slow"
hosts = ["slow.example.net"]
[[route]]
name = "refused"
recipients = ["*.bad.example"]
via = "refuse"
reason = "No mail there"
[[route]]
name = "ann"
senders = ["ann@example.org"]
recipients = ["example.net", "*@example.com"]
hosts = ["[192.0.2.1]:26"]
retry = ["1m"]
lifetime = "2h"
fallback = ["mx", "slow"]
[[route]]
name = "low"
max_priority = 2
via = "smart-host"
smart_hosts = ["slow", "out"]
[[route]]
name = "staff"
accounts = ["*@staff.example"]
authenticated_only = true
via = "smart-host"
smart_hosts = ["out"]
[[route]]
name = "bounces"
senders = ["<>"]
recipients = ["lists.example"]
via = "exec"
exec = ["/bin/cat"]
[[route]]
name = "mx2"
recipients = ["second.example", "@third.example"]
via = "backup"
accept = true
hold_for_etrn = true
[[route]]
name = "inside"
recipients = ["*.inside.example"]
via = "local"
)";

conf::Config settings(std::string_view more = {})
{
    const auto loaded = conf::load_text(std::string(kSettings) + std::string(more), "x.toml");
    for (const auto& error : loaded.errors)
        BOOST_ERROR(conf::to_string(error));
    return loaded.config;
}

std::string keys(const Result<Choice>& choice)
{
    if (!choice)
        return choice.error().detail();
    std::string out = choice->route;
    for (const auto& way : choice->ways)
        out += " > " + way.key;
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_route_that_matches_decides)
{
    struct Case {
        std::string_view name;
        Question question;
        std::string_view keys;
    };
    const Case kCases[] = {
        {"none matches", {"bob@example.org", "x@far.example", "", 5, ""}, " > far.example"},
        {"domain of the recipient", {"bob@example.org", "x@a.bad.example", "", 5, ""},
         "refused > refuse:refused"},
        {"a wildcard needs its dot", {"bob@example.org", "x@bad.example", "", 5, ""},
         " > bad.example"},
        {"sender and recipient", {"Ann@Example.org", "x@Example.NET", "", 5, ""},
         "ann > route:ann > example.net > smart_host:slow"},
        {"pattern of an address", {"ann@example.org", "x@example.com", "", 5, ""},
         "ann > route:ann > example.com > smart_host:slow"},
        {"another sender", {"bob@example.org", "x@example.net", "", 5, ""}, " > example.net"},
        {"priority at its limit", {"bob@example.org", "x@far.example", "", 2, ""},
         "low > smart_host:slow > smart_host:out"},
        {"priority one over it", {"bob@example.org", "x@far.example", "", 3, ""}, " > far.example"},
        {"account", {"bob@example.org", "x@far.example", "eve@staff.example", 5, ""},
         "staff > smart_host:out"},
        {"null sender", {"", "x@lists.example", "", 5, ""}, "bounces > exec:bounces"},
        {"not the null sender", {"bob@example.org", "x@lists.example", "", 5, ""},
         " > lists.example"},
        {"a domain alone", {"", "@second.example", "", 5, ""}, "mx2 > second.example"},
        {"pattern of a whole domain", {"", "x@third.example", "", 5, ""}, "mx2 > third.example"},
        {"internal", {"", "x@a.inside.example", "", 5, ""}, "inside > local:inside"},
        {"literal", {"", "x@[192.0.2.1]", "", 5, ""}, " > [192.0.2.1]"},
        {"rerouted to MX", {"ann@example.org", "x@example.net", "", 5, "mx"}, "ann > example.net"},
        {"rerouted to a smart host", {"", "x@far.example", "", 5, "smart_host:out"},
         " > smart_host:out"},
        {"rerouted to a host", {"", "x@far.example", "", 5, "[192.0.2.1]:26"},
         " > host:[192.0.2.1]:26"},
        {"rerouted to nothing", {"", "x@far.example", "", 5, "smart_host:x"},
         "no [[smart_host]] is named \"x\""},
        {"rerouted to nonsense", {"", "x@far.example", "", 5, "a..b"}, "\"a..b\": "},
        {"no address", {"", "nobody", "", 5, ""}, "no domain in \"nobody\""},
    };
    const auto config = settings();
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto got = keys(choose(config, c.question));
            BOOST_TEST((got == c.keys || (c.keys.ends_with(": ") && got.starts_with(c.keys))), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(how_long_it_is_tried)
{
    using namespace std::chrono_literals;
    const auto config = settings();
    const auto plain = choose(config, {"bob@example.org", "x@far.example", "", 5, ""});
    BOOST_TEST((plain->retry == std::vector<milliseconds>{5min, 1h}));
    BOOST_TEST((plain->lifetime == 72h));
    BOOST_TEST((choose(config, {"", "x@far.example", "", 5, ""})->lifetime == 24h));
    const auto own = choose(config, {"ann@example.org", "x@example.net", "", 5, ""});
    BOOST_TEST((own->retry == std::vector<milliseconds>{1min}));
    BOOST_TEST((own->lifetime == 2h));
    BOOST_TEST(choose(config, {"", "x@second.example", "", 5, ""})->hold_for_etrn);
    BOOST_TEST(!choose(config, {"", "x@second.example", "", 5, "mx"})->hold_for_etrn);
}

BOOST_AUTO_TEST_CASE(a_hop_has_every_default_filled_in)
{
    const auto config = settings();
    const auto mx = choose(config, {"", "x@far.example", "", 5, ""})->ways.front();
    BOOST_TEST(mx.hop.hello == "out.example.org");
    BOOST_TEST(mx.hop.connections == 7U);
    BOOST_TEST(mx.hop.port == 2525);
    BOOST_TEST((mx.hop.tls == conf::OutboundTls::Encrypt));
    const auto out = choose(config, {"", "x@far.example", "", 5, "smart_host:out"})->ways.front();
    BOOST_TEST(out.hop.connections == 2U);
    // A route for MX hosts does not take required TLS away.
    const auto backup = choose(config, {"", "x@second.example", "", 5, ""})->ways.front();
    BOOST_TEST(backup.backup);
    BOOST_TEST(backup.hop.port == 2525);
    BOOST_TEST((backup.hop.tls == conf::OutboundTls::Encrypt));
}

BOOST_AUTO_TEST_CASE(modes_where_no_route_matches)
{
    auto config = settings();
    config.outbound.smart_hosts = {"out", "slow"};
    const Question question{"", "x@far.example", "", 5, ""};
    config.outbound.mode = conf::OutboundMode::Fallback;
    BOOST_TEST(keys(choose(config, question)) ==
               " > far.example > smart_host:out > smart_host:slow");
    config.outbound.mode = conf::OutboundMode::SmartHost;
    BOOST_TEST(keys(choose(config, question)) == " > smart_host:out > smart_host:slow");
}

BOOST_AUTO_TEST_CASE(ways_with_attempts_of_their_own)
{
    auto config = settings();
    const Question question{"ann@example.org", "x@example.net", "", 5, ""}; // here, mx, slow
    BOOST_TEST(attempts_of(*choose(config, question)) == 0U);
    BOOST_TEST(way_after(*choose(config, question), 1000) == 0U);
    config.routes[1].hop.attempts = 2;
    config.smart_hosts[1].hop.attempts = 3;
    auto choice = *choose(config, question);
    BOOST_TEST(attempts_of(choice) == 0U); // as often as it likes by MX
    BOOST_TEST(way_after(choice, 1) == 0U);
    BOOST_TEST(way_after(choice, 2) == 1U);
    BOOST_TEST(way_after(choice, 1000) == 1U);
    config.routes[1].fallback = {"slow"};
    choice = *choose(config, question);
    BOOST_TEST(attempts_of(choice) == 5U);
    BOOST_TEST(way_after(choice, 1) == 0U);
    BOOST_TEST(way_after(choice, 2) == 1U);
    BOOST_TEST(way_after(choice, 5) == 1U); // the last one
    config.routes[2].hop.attempts = 1; // of each of its smart hosts
    BOOST_TEST(attempts_of(*choose(config, {"", "x@far.example", "", 1, ""})) == 2U);
}

BOOST_AUTO_TEST_CASE(delay_notices_of_a_route)
{
    using conf::DelayNotices;
    auto config = settings();
    config.queue.delay_notices = DelayNotices::Each;
    const Question question{"ann@example.org", "x@example.net", "", 5, ""};
    BOOST_TEST((choose(config, question)->delay_notices == DelayNotices::Each));
    config.routes[1].delay_notices = DelayNotices::Never;
    BOOST_TEST((choose(config, question)->delay_notices == DelayNotices::Never));
}

BOOST_AUTO_TEST_CASE(whose_senders_count_as_ours)
{
    auto config = settings();
    BOOST_TEST(!owning(config, "x@example.net"));
    config.routes[1].sender_side = conf::RouteSide::Local; // example.net, *@example.com
    BOOST_REQUIRE(owning(config, "x@example.net"));
    BOOST_TEST(owning(config, "x@example.net")->name == "ann");
    BOOST_TEST(owning(config, "x@example.com"));
    BOOST_TEST(!owning(config, "x@sub.example.net"));
    BOOST_TEST(!owning(config, "ann@example.org"));
}

BOOST_AUTO_TEST_CASE(what_is_taken_from_anyone)
{
    const auto config = settings();
    BOOST_REQUIRE(accepting(config, "x@second.example"));
    BOOST_TEST(accepting(config, "x@second.example")->name == "mx2");
    BOOST_TEST(accepting(config, "x@third.example")->name == "mx2");
    BOOST_TEST(!accepting(config, "x@sub.second.example"));
    BOOST_TEST(!accepting(config, "x@example.net"));
}
