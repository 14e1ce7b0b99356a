// Settings of mail that goes out: hosts as written, and every mistake told.
#include <boost/test/unit_test.hpp>

#include "conf/hosts.h"
#include "conf/load.h"

using namespace mailctl;
using namespace mailctl::conf;

namespace {

constexpr std::string_view kGood = R"(
[server]
data_dir = "/tmp/x"
hostname = "mx.example.org"
[[listener]]
name = "smtp"
protocol = "smtp"
port = 25
addresses = ["127.0.0.1", "192.0.2.7"]
[[smart_host]]
name = "out"
hosts = ["relay.example.net:587", "[2001:db8::1]", "mx:example.net"]
)";

std::string first_error(std::string_view more)
{
    const auto loaded = load_text(std::string(kGood) + std::string(more), "x.toml");
    if (loaded.errors.empty())
        return "";
    return loaded.errors[0].key + ": " + loaded.errors[0].message;
}

} // namespace

BOOST_AUTO_TEST_CASE(hosts_as_they_are_written)
{
    using Kind = HostSpec::Kind;
    struct Case {
        std::string_view text;
        Kind kind;
        std::string_view name;
        unsigned port, weight;
    };
    constexpr Case kCases[] = {
        {"Mail.Example.org", Kind::Name, "mail.example.org", 0, 1},
        {"mail.example.org:587=1000", Kind::Name, "mail.example.org", 587, 1000},
        {"mail.example.org=3", Kind::Name, "mail.example.org", 0, 3},
        {"192.0.2.1", Kind::Address, "192.0.2.1", 0, 1},
        {"192.0.2.1:65535", Kind::Address, "192.0.2.1", 65535, 1},
        {"[192.0.2.1]:26", Kind::Address, "192.0.2.1", 26, 1},
        {"2001:db8::1", Kind::Address, "2001:db8::1", 0, 1},
        {"[IPv6:2001:db8::1]:26=2", Kind::Address, "2001:db8::1", 26, 2},
        {"unix:/run/a=b:c", Kind::Unix, "/run/a=b:c", 0, 1},
        {"mx:example.org", Kind::Mx, "example.org", 0, 1},
        {"b\xc3\xbc" "cher.example", Kind::Name, "xn--bcher-kva.example", 0, 1},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto host = parse_host(c.text);
            BOOST_REQUIRE(host.has_value());
            BOOST_TEST((host->kind == c.kind));
            BOOST_TEST(host->name == c.name);
            BOOST_TEST(host->port == c.port);
            BOOST_TEST(host->weight == c.weight);
        }
    }
    for (const auto text :
         {"", "a..b", "host:0", "host:65536", "host:", "host=0", "host=1001", "host=x", "[192.0.2.1",
          "[mail.example.org]", "[192.0.2.1]x", "unix:", "unix:run/x", "mx:192.0.2.1", "mx:"})
        BOOST_TEST(!parse_host(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(what_is_right_passes)
{
    for (const auto text : {
             "",
             "[outbound]\nmode = \"smart-host\"\nsmart_hosts = [\"out\"]\n",
             "[[route]]\nname = \"a\"\nhosts = [\"unix:/run/x\"]\nprotocol = \"lmtp\"\n",
             "[[route]]\nname = \"a\"\nhosts = [\"127.0.0.1:2525\", \"192.0.2.8\"]\n"
             "fallback = [\"mx\", \"out\"]\n",
             "[[route]]\nname = \"a\"\nvia = \"backup\"\naccept = true\n"
             "recipients = [\"example.com\", \"*.example.com\", \"@example.info\", \"x@a.example\"]\n"
             "senders = [\"<>\", \"*@*\"]\n",
             "[[route]]\nname = \"a\"\nvia = \"exec\"\nexec = [\"/bin/cat\", \"{sender}\"]\n",
             "[[route]]\nname = \"a\"\nvia = \"mx\"\nretry = [\"1ms\"]\nmin_priority = 10\n",
             "[queue]\ndelay_notices = \"each\"\n[[route]]\nname = \"a\"\nvia = \"mx\"\n"
             "delay_notices = \"queue\"\nsender_side = \"local\"\nattempts = 3\n"
             "recipients = [\"*.example.com\"]\n",
             "[queue]\npriority = { list = \"1\", bounce = \"10\" }\njitter_percent = 100\n",
             "[[rewrite]]\nfrom = \"*@inside.example\"\nto = \"*@example.org\"\n",
             "[dns]\nservers = [\"192.0.2.53\", \"[2001:db8::53]:5353\"]\n",
         })
        BOOST_TEST(first_error(text) == "");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told)
{
    struct Case {
        std::string_view text, message;
    };
    constexpr Case kCases[] = {
        {"[dns]\nservers = [\"ns.example.org\"]\n",
         "dns.servers: \"ns.example.org\" is no IP address, with or without a port"},
        {"[dns]\nattempts = 0\n", "dns.attempts: must be at least 1"},
        {"[outbound]\nmode = \"fallback\"\n", "outbound.mode: needs outbound.smart_hosts"},
        {"[outbound]\nsmart_hosts = [\"in\"]\n",
         "outbound.smart_hosts: no [[smart_host]] is named \"in\""},
        {"[outbound]\nsources = [\"192.0.2.1\", \"192.0.2.2\"]\n",
         "outbound.sources: there may be one IPv4 and one IPv6 address"},
        {"[outbound]\nproxy = \"localhost\"\n", "outbound.proxy: must be \"host:port\" or"},
        {"[outbound]\nproxy = \"socks4://localhost\"\n", "outbound.proxy: must be \"host:port\" or"},
        {"[outbound]\nproxy = \"socks4://localhost:1080\"\nproxy_user = \"ann\"\n"
         "proxy_secret = \"env:SECRET\"\n",
         "outbound.proxy_secret: SOCKS4 knows no passwords"},
        {"[outbound]\nmin_tls_version = \"1.4\"\n",
         "outbound.min_tls_version: must be one of: 1.0, 1.1, 1.2, 1.3"},
        {"[outbound]\nback_off = \"2h\"\n", "outbound.max_back_off: is under outbound.back_off"},
        {"[outbound]\nmax_mx = 0\n", "outbound.max_mx: must be at least 1"},
        {"[[smart_host]]\nname = \"x\"\n", "smart_host[1]: hosts must be set"},
        {"[[smart_host]]\nname = \"mx\"\nhosts = [\"a.example\"]\n",
         "smart_host[1].name: \"mx\" stands for the MX hosts of a domain"},
        {"[[smart_host]]\nname = \"out\"\nhosts = [\"a.example\"]\n",
         "smart_host[1].name: \"out\" is used twice"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example\"]\nuser = \"u\"\n",
         "smart_host[1].user: needs secret, and the other way round"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example\"]\nuser = \"u\"\nsecret = \"hush\"\n",
         "smart_host[1].secret: must be \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\""},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example\"]\nmechanisms = [\"NTLM\"]\n",
         "smart_host[1].mechanisms: must be one of: SCRAM-SHA-256-PLUS, "},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example\"]\norder = \"random\"\n",
         "smart_host[1].order: must be one of: ordered, round-robin, weighted"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"127.0.0.1\"]\n",
         "smart_host[1].hosts: \"127.0.0.1\" is this server itself"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"[192.0.2.7]:25\"]\n",
         "smart_host[1].hosts: \"[192.0.2.7]:25\" is this server itself"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"MX.example.org\"]\n",
         "smart_host[1].hosts: \"MX.example.org\" is this server itself"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"unix:/run/x\"]\n",
         "smart_host[1].hosts: \"unix:/run/x\": a Unix socket needs protocol = \"lmtp\""},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example\"]\nprotocol = \"lmtp\"\n",
         "smart_host[1].hosts: \"a.example\": LMTP needs a port other than 25 (RFC 2033 §5)"},
        {"[[smart_host]]\nname = \"x\"\nhosts = [\"a.example:0\"]\n",
         "smart_host[1].hosts: \"a.example:0\": the port after \":\" must be 1 to 65535"},
        {"[[route]]\nname = \"a\"\n", "route[0].via: \"hosts\" needs hosts"},
        {"[[route]]\nname = \"a\"\nvia = \"exec\"\n", "route[0].via: \"exec\" needs exec"},
        {"[[route]]\nname = \"a\"\nvia = \"smart-host\"\n",
         "route[0].via: \"smart-host\" needs smart_hosts"},
        {"[[route]]\nname = \"a\"\nvia = \"exec\"\nexec = [\"cat\"]\n",
         "route[0].exec: must begin with the command's full path"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nhosts = [\"b.example\"]\n",
         "route[0].hosts: is used with via = \"hosts\" only"},
        {"[[route]]\nname = \"a b\"\nvia = \"mx\"\n",
         "route[0].name: may hold letters, digits, \"-\", \"_\" and \".\""},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nrecipients = [\"b\xc3\xbc" "cher.example\"]\n",
         "route[0].recipients: \"b\xc3\xbc" "cher.example\": write the domain as "
         "\"xn--bcher-kva.example\""},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nrecipients = [\"<>\"]\n",
         "route[0].recipients: \"<>\" can only be a sender"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nsenders = [\"ann@\"]\n",
         "route[0].senders: \"ann@\" is neither a domain nor an address"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nmax_priority = 11\n",
         "route[0].max_priority: must be between 1 and 10"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nmin_priority = 0\n",
         "route[0].min_priority: must be between 1 and 10"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nmin_priority = 6\nmax_priority = 5\n",
         "route[0].min_priority: is over max_priority"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nretry = [\"soon\"]\n",
         "route[0].retry: \"soon\" is no wait such as \"15m\" or \"1h30m\""},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nfallback = [\"in\"]\n",
         "route[0].fallback: no [[smart_host]] is named \"in\""},
        {"[[route]]\nname = \"a\"\nvia = \"refuse\"\nfallback = [\"mx\"]\n",
         "route[0].fallback: nothing follows via = \"local\" or \"refuse\""},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\naccept = true\n",
         "route[0].accept: needs recipients: without them this is an open relay"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\naccept = true\nrecipients = [\"a.example\", \"*@*\"]\n",
         "route[0].accept: recipients that match everything make an open relay"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\naccept = true\nrecipients = [\"a.example\"]\n"
         "authenticated_only = true\n",
         "route[0].accept: takes mail from anyone, which authenticated_only would lead another way"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nsender_side = \"local\"\n",
         "route[0].sender_side: \"local\" needs recipients that do not match everything"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nsender_side = \"local\"\nrecipients = [\"*\"]\n",
         "route[0].sender_side: \"local\" needs recipients that do not match everything"},
        {"[queue]\ndelay_notices = \"queue\"\n",
         "queue.delay_notices: must be one of: never, once, each"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\nverify = \"callout\"\n",
         "route[0].verify: needs accept = true"},
        {"[[route]]\nname = \"a\"\nvia = \"mx\"\naccept = true\nrecipients = [\"a.example\"]\n"
         "verify = \"list\"\n",
         "route[0].verify: \"list\" needs verify_list"},
        {"[queue]\nretry = []\n", "queue.retry: must hold at least one wait"},
        {"[queue]\nretry = [\"0s\"]\n", "queue.retry: \"0s\" is no wait such as"},
        {"[queue]\nlifetime = \"0s\"\n", "queue.lifetime: must be over 0"},
        {"[queue]\njitter_percent = 101\n", "queue.jitter_percent: must be between 0 and 100"},
        {"[queue]\npriority = { list = \"11\" }\n",
         "queue.priority: the priority of \"list\" must be 1 to 10"},
        {"[queue]\npriority = { lists = \"1\" }\n",
         "queue.priority: must be one of: normal, list, large, bounce, auto_reply, report, event, "
         "after_N (attempts)"},
        {"[bounce]\ncopy = \"postmaster\"\n",
         "bounce.copy: \"postmaster\" is no mail address"},
        {"[bounce]\nlanguage = \"../x\"\n", "bounce.language: must be a language tag"},
        {"[forward]\nsrs_secrets = [\"hush\"]\n", "forward.srs_secrets: must be \"file:PATH\""},
        {"[[rewrite]]\nfrom = \"ann@inside.example\"\nto = \"*@example.org\"\n",
         "rewrite[0]: one \"*\" may stand in from, and then one in to"},
        {"[[rewrite]]\nfrom = \"inside.example\"\nto = \"ann@example.org\"\n",
         "rewrite[0].from: must be an address, \"*\" allowed"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            BOOST_TEST(first_error(c.text).substr(0, c.message.size()) == c.message);
        }
    }
}
