// Plays every transcript of core/smtp/wire against a server in memory.
//
// In front of what the player reads, a transcript may say:
//   #@ submission tls size=100      the listener and its settings: the table below
//   #= ann@example.org 2            afterwards, this many messages are in the inbox
//   #~ ann@example.org text         and the last one holds this text (\r \n \t \0 stand for octets)
//   #! ann@example.org text         and lacks this one
//   #queue 1                        this many messages wait in the queue
//   #held 1                         and of them are held
//   #wait 2026-12-24T18:00:00Z      the oldest waits until then
//   #route TO ROUTE                 and goes to TO that way
//   #spf ann@example.net pass       this is known of the sender of a queued message; "-": nothing
//   #out FROM TO text               the oldest goes out from FROM to TO and holds this text
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/ascii.h"
#include "core/base/octets.h"
#include "core/delegation/delegate.h"
#include "core/dns/make_resolver.h"
#include "core/smtp/server/serve.h"
#include "store/queue.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;

namespace {

/// What a transcript's own lines ask for.
struct Scenario {
    conf::Protocol protocol = conf::Protocol::Smtp;
    net::MemoryStreamOptions stream;
    std::vector<fixture::Server::Change> settings;
    std::vector<std::function<void(conf::Listener&)>> listener;
    bool users = false;
    conf::Delegation delegation = conf::Delegation::Off; ///< what Bob lets Ann do
    store::DomainLimits domain; ///< of example.org
    bool domain_requires_auth = false;
    std::vector<std::pair<std::string, std::size_t>> counts;
    std::vector<std::pair<std::string, std::string>> texts, absent;
    std::optional<std::size_t> queued, held;
    struct Out {
        std::string from, to, text;
    };
    std::vector<Out> out;
    std::string waits_until;
    std::vector<std::pair<std::string, std::string>> routes, spf;
    std::string zone; ///< the DNS, where a transcript has one
};

/// Who may send from 192.0.2.1, where the player sits.
constexpr const char* kSpfZone =
    "$TTL 60\ngood.example. IN TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
    "bad.example. IN TXT \"v=spf1 -all\"\nodd.example. IN TXT \"v=spf1 moo\"\n";

using Apply = void (*)(Scenario&, const std::string& value);

unsigned number(const std::string& value)
{
    return static_cast<unsigned>(std::stoul(value));
}

/// One word of "#@" a row.
const std::map<std::string, Apply>& words()
{
    static const std::map<std::string, Apply> kWords = {
        {"submission", [](Scenario& s, const std::string&) { s.protocol = conf::Protocol::Submission; }},
        {"lmtp", [](Scenario& s, const std::string&) { s.protocol = conf::Protocol::Lmtp; }},
        {"tls", [](Scenario& s, const std::string&) {
             s.stream.tls = net::TlsInfo{"TLS1.3", "TLS_AES_256_GCM_SHA384", "", "", ""};
         }},
        {"users", [](Scenario& s, const std::string&) { s.users = true; }},
        {"delegation", [](Scenario& s, const std::string& value) {
             using enum conf::Delegation;
             s.delegation = value == "send-as" ? SendAs : OnBehalf;
             s.settings.push_back([](conf::Config& c) { c.user.delegation = SendAs; });
         }},
        {"require_tls", [](Scenario& s, const std::string&) {
             s.listener.push_back([](conf::Listener& l) { l.tls = conf::TlsMode::RequireStartTls; });
         }},
        {"disabled", [](Scenario& s, const std::string& value) {
             s.listener.push_back([value](conf::Listener& l) {
                 for (const auto verb : ascii::split(value, ','))
                     l.disabled_commands.emplace_back(verb);
             });
         }},
        {"banner", [](Scenario& s, const std::string& value) {
             s.listener.push_back([value](conf::Listener& l) { l.banner = value; });
         }},
        {"trusted", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.access.trusted = {"192.0.2.0/24"}; });
         }},
        {"local_sender", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.smtp.local_sender =
                     value == "any" ? conf::LocalSender::Any : conf::LocalSender::Trusted;
             });
         }},
        {"fix", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.bare_newline = conf::BareNewline::Fix; });
         }},
        {"identity", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 for (const auto field : ascii::split(value, ','))
                     c.smtp.identity_fields.emplace_back(field);
             });
         }},
        {"vrfy", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.vrfy = true; });
         }},
        {"expn", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.expn = true; });
         }},
        {"gateway", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) {
                 conf::Route route;
                 route.name = "inside";
                 route.recipients = {"far.example"};
                 route.accept = route.hold_for_etrn = true;
                 route.verify = conf::RouteVerify::List;
                 route.verify_list = {"ann@far.example"};
                 c.routes.push_back(std::move(route));
             });
         }},
        {"own_senders", [](Scenario& s, const std::string&) { // after gateway
             s.settings.push_back(
                 [](conf::Config& c) { c.routes.back().sender_side = conf::RouteSide::Local; });
         }},
        {"sending_remote", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.sending.account.remote_recipients_per_day = number(value);
             });
         }},
        {"sending_local", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.sending.account.local_recipients_per_day = number(value);
             });
         }},
        {"sending", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.sending.account.recipients_per_day = number(value);
             });
         }},
        {"detect", [](Scenario& s, const std::string& value) { // recipients:1:hold
             s.settings.push_back([value](conf::Config& c) {
                 const auto parts = ascii::split(value, ':');
                 auto& detect = c.abuse.detect;
                 const unsigned limit = number(std::string(parts[1]));
                 detect.equal_subjects = parts[0] == "equal_subjects" ? limit : 0;
                 detect.logins = parts[0] == "logins" ? limit : 0;
                 detect.recipients = parts[0] == "recipients" ? limit : 0;
                 detect.failures = parts[0] == "failures" ? limit : 0;
                 detect.action = parts[2] == "hold"   ? conf::DetectAction::Hold
                                 : parts[2] == "lock" ? conf::DetectAction::Lock
                                                      : conf::DetectAction::Notify;
                 c.server.postmaster = "bob@example.org";
             });
         }},
        {"sending_refuses", [](Scenario& s, const std::string&) {
             s.settings.push_back(
                 [](conf::Config& c) { c.sending.action = conf::LimitAction::Refuse; });
         }},
        {"forward", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.forward.sender = value == "keep"      ? conf::ForwardSender::Keep
                                    : value == "mailbox" ? conf::ForwardSender::Mailbox
                                    : value == "attach"  ? conf::ForwardSender::Attach
                                    : value == "off"     ? conf::ForwardSender::Off
                                                         : conf::ForwardSender::Srs;
             });
         }},
        {"verp", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) { c.outbound.verp = {value}; });
         }},
        {"rewrite", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 const auto parts = ascii::split(value, ',');
                 c.rewrites.push_back({std::string(parts[0]), std::string(parts[1]),
                                       parts.size() > 2});
             });
         }},
        {"rewrite_here", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 const auto parts = ascii::split(value, ',');
                 conf::Rewrite rule;
                 rule.from = parts[0];
                 rule.to = parts[1];
                 rule.scope = conf::RewriteScope::Local;
                 c.rewrites.push_back(std::move(rule));
             });
         }},
        {"literals", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.literals = true; });
         }},
        {"no_utf8", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.utf8 = false; });
         }},
        {"no_null_sender", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.null_sender = false; });
         }},
        {"refuse_long_lines", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) { c.smtp.long_lines = conf::LongLines::Refuse; });
         }},
        {"recipients", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.recipients = number(value); });
         }},
        {"messages", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.messages_per_session = number(value); });
         }},
        {"size", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.limits.message.message_octets = c.limits.message.submission_octets = number(value);
             });
         }},
        {"domain_size", [](Scenario& s, const std::string& value) {
             s.domain.message_octets = number(value);
         }},
        {"domain_recipients", [](Scenario& s, const std::string& value) {
             s.domain.recipients = number(value);
         }},
        {"require_auth", [](Scenario& s, const std::string&) { s.domain_requires_auth = true; }},
        {"hops", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) { c.limits.message.hops = number(value); });
         }},
        {"command_octets", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.command_octets = number(value); });
         }},
        {"resets", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.resets = number(value); });
         }},
        {"connections", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.smtp.connections = number(value); });
         }},
        {"relay", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) { c.relay.allow = {value}; });
         }},
        {"unknown_delay", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.bad_recipients_delay = number(value); });
         }},
        {"unknown_cut", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.message.bad_recipients_cut = number(value); });
         }},
        {"bad_commands", [](Scenario& s, const std::string& value) {
             s.settings.push_back([value](conf::Config& c) {
                 c.limits.smtp.bad_commands = c.limits.submission.bad_commands = number(value);
             });
         }},
        {"account_failures", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.ban.account_failures = number(value); });
         }},
        {"reached", [](Scenario& s, const std::string& value) {
             s.stream.local = {value, 25};
             s.settings.push_back([](conf::Config& c) {
                 c.addresses = {{"192.0.2.50", "mx2.example.net", "example.org"},
                                {"2001:db8::/64", "six.example.net", ""}};
             });
         }},
        {"own_texts", [](Scenario& s, const std::string&) {
             s.settings.push_back([](conf::Config& c) {
                 c.smtp.replies = {{"bye", "So long"}, {"no_such_user", "Nobody of that name"}};
             });
         }},
        {"bounce_to_spf", [](Scenario& s, const std::string&) {
             s.zone = kSpfZone;
             s.settings.push_back([](conf::Config& c) { c.bounce.to = conf::BounceTo::SpfPassed; });
         }},
        {"session", [](Scenario& s, const std::string& value) {
             s.settings.push_back(
                 [value](conf::Config& c) { c.limits.smtp.session = *parse_duration(value); });
         }},
    };
    return kWords;
}

std::string unescaped(const std::string& text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && i + 1 < text.size();
        const char next = escape ? text[++i] : text[i];
        out += !escape ? next : next == 'r' ? '\r' : next == 'n' ? '\n' : next == '0' ? '\0'
               : next == 't' ? '\t' : next;
    }
    return out;
}

Scenario read_scenario(const std::string& file)
{
    Scenario scenario;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words_of(line);
        std::string mark, first, rest;
        words_of >> mark;
        if (mark == "#@") {
            for (std::string word; words_of >> word;) {
                const auto equals = std::min(word.find('='), word.size());
                const auto row = words().find(word.substr(0, equals));
                BOOST_REQUIRE_MESSAGE(row != words().end(), file << ": unknown word " << word);
                row->second(scenario, word.substr(std::min(equals + 1, word.size())));
            }
        } else if (mark == "#=") {
            std::size_t count = 0;
            words_of >> first >> count;
            scenario.counts.emplace_back(first, count);
        } else if (mark == "#~" || mark == "#!") {
            words_of >> first >> std::ws;
            std::getline(words_of, rest);
            auto& list = mark == "#~" ? scenario.texts : scenario.absent;
            list.emplace_back(first, unescaped(rest));
        } else if (mark == "#out") {
            Scenario::Out out;
            words_of >> out.from >> out.to >> std::ws;
            std::getline(words_of, rest);
            out.text = unescaped(rest);
            scenario.out.push_back(std::move(out));
        } else if (mark == "#wait") {
            words_of >> scenario.waits_until;
        } else if (mark == "#route") {
            words_of >> first >> rest;
            scenario.routes.emplace_back(first, rest);
        } else if (mark == "#spf") {
            words_of >> first >> rest;
            scenario.spf.emplace_back(first, rest);
        } else if (mark == "#held") {
            std::size_t count = 0;
            words_of >> count;
            scenario.held = count;
        } else if (mark == "#queue") {
            std::size_t count = 0;
            words_of >> count;
            scenario.queued = count;
        }
    }
    return scenario;
}

/// Users in every state, and an alias for two.
void add_users(fixture::Server& server)
{
    server.add_user("disabled@example.org", "", [](store::User& u) { u.state = store::UserState::Disabled; });
    server.add_user("nologin@example.org", "", [](store::User& u) { u.state = store::UserState::NoLogin; });
    server.add_user("reader@example.org", "", [](store::User& u) { u.state = store::UserState::ReadOnly; });
    server.add_user("held@example.org", "", [](store::User& u) { u.state = store::UserState::Suspended; });
    server.add_user("waits@example.org", "", [](store::User& u) { u.state = store::UserState::Pending; });
    server.add_user("expired@example.org", "",
                    [](store::User& u) { u.expires = *parse_rfc3339("2026-11-20T00:00:00Z"); });
    server.add_user("full@example.org", "", [](store::User& u) { u.quota_messages = 1; });
    server.append("full@example.org", "INBOX", "Subject: the only one\r\n\r\n");
    server.add_user("dan@example.org", "ann-secret", [](store::User& u) {
        u.message_octets = 100;
        u.recipients = 2;
    });
    server.add_user("news@example.org", "bob-secret", [](store::User& u) { u.bulk = true; });
    server.add_user("moved@example.org", "",
                    [](store::User& u) { u.forward_to = {"ann@far.example"}; });
    server.add_alias("team@example.org", {"ann@example.org", "bob@example.org"});
    server.add_alias("postmaster@example.org", {"ann@example.org"});
}

/// AUTH-07
void delegate(fixture::Server& server, conf::Delegation as)
{
    const delegation::Delegate ann{server.account("ann@example.org")->id(), as, server.clock.now()};
    std::function<Result<>(store::User&)> change = [ann](store::User& user) -> Result<> {
        user.delegates = {delegation::to_string(ann)};
        return ok();
    };
    auto& directory = server.store->directory();
    const auto done = server.run(directory.update_user({"bob", "example.org"}, std::move(change)));
    BOOST_REQUIRE(done.has_value());
}

/// "*" at the end of FROM stands for any octets.
void check_outgoing(fixture::Server& server, const store::QueueEntry& entry,
                    const Scenario::Out& out)
{
    bool found = false;
    for (const auto& recipient : entry.recipients) {
        if (recipient.address != out.to)
            continue;
        found = true;
        const std::string from = recipient.sender.empty() ? entry.sender : recipient.sender;
        BOOST_TEST(address::matches_wildcard(out.from, '<' + from + '>'), "from " << from);
    }
    BOOST_TEST(found, "nothing goes to " << out.to);
    const std::string message = entry.prefix + server.queued_body(entry);
    BOOST_TEST((message.find(out.text) != std::string::npos),
               "no \"" << out.text << "\" in:\n" << message);
}

void check_mailboxes(fixture::Server& server, const Scenario& scenario)
{
    for (const auto& [address, count] : scenario.counts)
        BOOST_TEST(server.messages(address).size() == count, address << " has other messages");
    for (const auto& [address, text] : scenario.texts) {
        const auto messages = server.messages(address);
        const std::string last = messages.empty() ? "(no message)" : messages.back();
        BOOST_TEST((last.find(text) != std::string::npos),
                   address << " lacks \"" << text << "\" in:\n" << last);
    }
    for (const auto& [address, text] : scenario.absent) {
        const auto messages = server.messages(address);
        const std::string last = messages.empty() ? text : messages.back();
        BOOST_TEST((last.find(text) == std::string::npos),
                   address << " has \"" << text << "\" in:\n" << last);
    }
    const auto queue = server.queue();
    if (scenario.queued)
        BOOST_TEST(queue.size() == *scenario.queued);
    if (scenario.held) {
        const auto held = std::count_if(queue.begin(), queue.end(),
                                        [](const store::QueueEntry& entry) { return entry.held; });
        BOOST_TEST(static_cast<std::size_t>(held) == *scenario.held);
    }
    if (!scenario.out.empty())
        BOOST_REQUIRE(!queue.empty());
    if (!scenario.waits_until.empty()) {
        BOOST_REQUIRE(!queue.empty());
        BOOST_TEST(to_rfc3339(queue.front().next_attempt) == scenario.waits_until);
        BOOST_TEST((queue.front().not_before == queue.front().next_attempt));
    }
    for (const auto& [to, route] : scenario.routes)
        for (const auto& recipient : queue.at(0).recipients)
            BOOST_TEST((recipient.address != to || recipient.route == route),
                       recipient.address << " goes by " << recipient.route);
    for (const auto& out : scenario.out)
        check_outgoing(server, queue.front(), out);
    for (const auto& [sender, said] : scenario.spf) {
        const auto entry = std::find_if(queue.begin(), queue.end(), [&sender = sender](const auto& one) {
            return one.sender == sender;
        });
        BOOST_REQUIRE_MESSAGE(entry != queue.end(), "nothing from " << sender);
        BOOST_TEST((entry->spf.empty() ? "-" : entry->spf) == said, "spf of " << sender);
    }
}

void play(const std::string& file)
{
    const Scenario scenario = read_scenario(file);
    fixture::Server server([&scenario](conf::Config& config) {
        for (const auto& change : scenario.settings)
            change(config);
    });
    if (scenario.users)
        add_users(server);
    if (scenario.delegation != conf::Delegation::Off)
        delegate(server, scenario.delegation);
    std::unique_ptr<dns::Resolver> resolver;
    if (!scenario.zone.empty()) {
        resolver = *dns::make_zone_resolver(scenario.zone);
        auto services = std::make_shared<delivery::Services>(*server.services);
        services->resolver = resolver.get();
        server.services = std::move(services);
    }
    auto domain = server.run(server.store->directory().find_domain("example.org"));
    BOOST_REQUIRE(domain.has_value());
    domain->limits = scenario.domain;
    domain->requires_auth = scenario.domain_requires_auth;
    BOOST_REQUIRE(server.run(server.store->directory().set_domain(*domain)).has_value());
    conf::Listener listener = fixture::Server::listener(scenario.protocol);
    for (const auto& change : scenario.listener)
        change(listener);
    wire::play(file, server.connect(smtp::serve, listener, scenario.stream), server.io,
               server.options());
    check_mailboxes(server, scenario);
}

} // namespace

BOOST_AUTO_TEST_CASE(transcripts)
{
    const auto files = wire::transcripts("core/smtp/wire");
    BOOST_TEST(files.size() > 40U);
    for (const auto& file : files) {
        BOOST_TEST_CONTEXT(file)
        {
            play(file);
        }
    }
}
