// Settings files: what is read, every mistake told with its place, edits that keep comments.
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "conf/edit.h"
#include "conf/load.h"
#include "conf/print.h"

using namespace mailctl;
using namespace mailctl::conf;

namespace {

constexpr std::string_view kGood = R"(
[server]
data_dir = "/tmp/x"
hostname = "mx.example.org"

[limits.message]
recipients = 100
octets = "25MiB"

[[listener]]
name = "smtp"
protocol = "smtp"
port = 10025
addresses = ["127.0.0.1"]
)";

std::string with(std::string_view more)
{
    return std::string(kGood) + std::string(more);
}

} // namespace

BOOST_AUTO_TEST_CASE(values_are_read)
{
    const auto loaded = load_text(kGood, "x.toml");
    for (const auto& error : loaded.errors)
        BOOST_ERROR(to_string(error));
    BOOST_TEST(loaded.config.limits.message.recipients == 100U);
    BOOST_TEST(loaded.config.limits.message.message_octets == 25U << 20);
    BOOST_REQUIRE(loaded.config.listeners.size() == 1U);
    BOOST_TEST(loaded.config.listeners[0].port == 10025);
    BOOST_TEST(loaded.origins.at("limits.message.recipients").line == 7U);
}

BOOST_AUTO_TEST_CASE(every_mistake_is_told_with_its_place)
{
    struct Case {
        std::string_view name, text, message;
    };
    constexpr Case kCases[] = {
        {"misspelt key", "[smtp]\nvrfi = true\n",
         "x.toml:16:1: smtp.vrfi: unknown key; did you mean smtp.vrfy?"},
        {"wrong type", "[smtp]\nvrfy = 1\n", "x.toml:16:1: smtp.vrfy: must be true or false"},
        {"not a word", "[smtp]\nbare_newline = \"keep\"\n",
         "x.toml:16:1: smtp.bare_newline: must be one of: refuse, fix"},
        {"not a field", "[smtp]\nidentity_fields = [\"Sender\", \"From\"]\n",
         "x.toml:16:1: smtp.identity_fields: must be one of: X-Originating-IP, "
         "X-Authenticated-User, Sender"},
        {"not a way to relay", "[relay]\nallow = [\"auth\", \"any\"]\n",
         "x.toml:16:1: relay.allow: must be one of: auth, trusted"},
        {"negative", "[limits.smtp]\nconnections = -1\n",
         "x.toml:16:1: limits.smtp.connections: must be an integer between 0 and 4294967295"},
        {"bad duration", "[ban]\nwindow = \"10\"\n",
         "x.toml:16:1: ban.window: must be a duration such as \"15m\" or \"1h30m\""},
        {"port over 65535", "[[listener]]\nname=\"b\"\nport=65536\n",
         "x.toml:17:1: listener[1].port: must be an integer between 0 and 65535"},
        {"same port", "[[listener]]\nname=\"b\"\nport=10025\naddresses=[\"127.0.0.1\"]\n",
         "x.toml:15:1: listener[1]: 127.0.0.1 port 10025 is already taken by listener \"smtp\""},
        {"implicit TLS without certificate",
         "[[listener]]\nname=\"b\"\nport=1\ntls=\"implicit\"\n",
         "x.toml:18:1: listener[1].tls: needs a [[tls.certificate]]"},
        {"bad network", "[access]\ntrusted=[\"10.0.0.0/33\"]\n",
         "x.toml:16:1: access.trusted: \"10.0.0.0/33\" is no address or network such as "
         "192.0.2.0/24"},
        {"unknown table", "[smpt]\nx = 1\n", "x.toml:15:2: smpt: unknown key; did you mean smtp?"},
        {"a rule that never bans", "[[ban.rule]]\ntrigger=\"trap\"\ncount=0\n",
         "x.toml:17:1: ban.rule[0].count: must be between 1 and 10000"},
        {"one over the limit", "[[ban.rule]]\ncount=10001\n",
         "x.toml:16:1: ban.rule[0].count: must be between 1 and 10000"},
        {"unknown trigger", "[[ban.rule]]\ntrigger=\"guess\"\n",
         "x.toml:16:1: ban.rule[0].trigger: must be one of: failed_login, bad_command, "
         "unknown_recipient, empty_session, connection, trap"},
        {"traps without a rule", "[spam]\ntraps=[\"x@example.org\"]\n",
         "x.toml:16:1: spam.traps: needs a [[ban.rule]] with trigger = \"trap\""},
        {"no address", "[[address]]\nip=\"mx\"\n",
         "x.toml:16:1: address[0].ip: \"mx\" is no address or network such as 192.0.2.0/24"},
        {"no host name", "[[address]]\nip=\"192.0.2.1\"\nhostname=\"mx 2\"\n",
         "x.toml:17:1: address[0].hostname: "},
        {"short idle", "[limits.imap]\nidle = \"29m\"\n",
         "x.toml:16:1: limits.imap.idle: must be at least 30m (RFC 9051 §5.4)"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto loaded = load_text(with(c.text), "x.toml");
            BOOST_REQUIRE(!loaded.errors.empty());
            BOOST_TEST(to_string(loaded.errors[0]).substr(0, c.message.size()) == c.message);
        }
    }
}

BOOST_AUTO_TEST_CASE(all_mistakes_at_once)
{
    const auto loaded = load_text("[smtp]\nvrfy = 1\nexpn = 2\n[nope]\na = 1\n", "x.toml");
    BOOST_TEST(loaded.errors.size() == 4U); // and server.data_dir is missing
}

BOOST_AUTO_TEST_CASE(syntax_error_has_a_place)
{
    const auto loaded = load_text("[server]\ndata_dir = \n", "x.toml");
    BOOST_REQUIRE(!loaded.errors.empty());
    BOOST_TEST(loaded.errors[0].line == 2U);
}

BOOST_AUTO_TEST_CASE(a_commented_file_reads_back_the_same)
{
    auto config = load_text(kGood, "x.toml").config;
    config.smtp.vrfy = true;
    config.log.levels = {{"smtp", "debug"}};
    config.ban.rules.emplace_back().count = kMostBanCount;
    config.addresses.push_back({"192.0.2.1", "mx2.example.org", ""});
    const auto again = load_text(commented_file(config), "x.toml");
    for (const auto& error : again.errors)
        BOOST_ERROR(to_string(error));
    BOOST_TEST((again.config == config));
}

BOOST_AUTO_TEST_CASE(set_keeps_comments_and_order)
{
    const std::string before = "# top\n[smtp] \n# vrfy = false\n\n[smtp.x]\n";
    BOOST_TEST(!set_in_text("[smtp]\nvrfy = true # why\n", "smtp.vrf", "true").has_value());
    BOOST_TEST(*set_in_text("[smtp]\nvrfy = true # why\n", "smtp.vrfy", "false") ==
               "[smtp]\nvrfy = false # why\n");
    BOOST_TEST(*set_in_text("[smtp]\n# vrfy = false\n# expn = false\n", "smtp.vrfy", "true") ==
               "[smtp]\n# vrfy = false\nvrfy = true\n# expn = false\n");
    BOOST_TEST(*set_in_text("# only\n", "server.hostname", "mx.example.org") ==
               "# only\n\n[server]\nhostname = \"mx.example.org\"\n");
    BOOST_TEST(*set_in_text("[[listener]]\nname = \"a\"\nport = 1\n[[listener]]\nname = \"b\"\n",
                            "listener[b].port", "25") ==
               "[[listener]]\nname = \"a\"\nport = 1\n[[listener]]\nname = \"b\"\nport = 25\n");
    BOOST_TEST(!set_in_text("", "listener[b].port", "25").has_value());
    BOOST_TEST(*set_in_text("[server]\nhostname = \"ü\" # ü\n", "server.hostname", "\"x\"") ==
               "[server]\nhostname = \"x\" # ü\n");
}

BOOST_AUTO_TEST_CASE(differences_name_their_effect)
{
    const auto before = load_text(kGood, "x.toml").config;
    auto after = before;
    after.smtp.vrfy = true;
    after.server.threads = 3;
    after.listeners[0].port = 26;
    const auto found = differences(before, after);
    BOOST_REQUIRE(found.size() == 3U);
    BOOST_TEST(found[0].path == "server.threads");
    BOOST_TEST((found[0].effect == Effect::Restart));
    BOOST_TEST(found[2].path == "listener[smtp].port");
    BOOST_TEST(found[2].before == "10025");
}

BOOST_AUTO_TEST_CASE(directory_files_declare_objects)
{
    const auto folder = std::filesystem::temp_directory_path() /
                        ("mailctl-conf-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "directory");
    std::ofstream(folder / "mailctl.toml")
        << "[server]\ndata_dir = \"data\"\n[directory]\nfiles = [\"directory/*.toml\"]\n";
    std::ofstream(folder / "directory/a.toml")
        << "[[domain]]\nname = \"example.org\"\n[[user]]\naddress = \"ann@example.org\"\n"
           "quota = \"1GiB\"\nmessage_octets = \"25MiB\"\nrecipients = 20\n[[alias]]\naddress = \"team@example.org\"\n"
           "targets = [\"ann@example.org\"]\n";
    auto loaded = load((folder / "mailctl.toml").string());
    for (const auto& error : loaded.errors)
        BOOST_ERROR(to_string(error));
    BOOST_TEST(loaded.config.server.data_dir == (folder / "data").string());
    BOOST_REQUIRE(loaded.declared.users.size() == 1U);
    BOOST_TEST(loaded.declared.users[0].quota_octets == 1U << 30);
    BOOST_TEST(loaded.declared.users[0].message_octets == 25U << 20);
    BOOST_TEST(loaded.declared.users[0].recipients == 20U);
    BOOST_TEST(loaded.declared.aliases[0].targets.size() == 1U);

    std::ofstream(folder / "directory/b.toml") << "[[user]]\nadress = \"bob@example.org\"\n[smtp]\n";
    loaded = load((folder / "mailctl.toml").string());
    BOOST_REQUIRE(loaded.errors.size() == 2U);
    BOOST_TEST(to_string(loaded.errors[0]) ==
               (folder / "directory/b.toml").string() +
                   ":2:1: user[1].adress: unknown key; did you mean address?");
    std::filesystem::remove_all(folder);
}
