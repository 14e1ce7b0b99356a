// Extensions: announced as they are there, and gone where they are switched off. IMA-03
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "conf/imap_extensions.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/imap/server/extension.h"
#include "store/directory.h"
#include "tests/core/imap/server/client.h"
#include "tests/core/imap/server/imap_server.h"

using namespace mailctl;
using namespace mailctl::imap::test;

namespace {

/// The words between "[CAPABILITY " and "]".
std::vector<std::string> capability_of(std::string_view line)
{
    std::vector<std::string> words;
    const auto at = line.find("CAPABILITY ");
    if (at == std::string_view::npos)
        return words;
    for (const auto word : ascii::split(line.substr(at + 11, line.find(']') - at - 11), ' '))
        words.emplace_back(word);
    return words;
}

bool has(const std::vector<std::string>& words, std::string_view word)
{
    return std::any_of(words.begin(), words.end(), [word](const auto& each) {
        return each == word || (word.ends_with('=') && each.starts_with(word));
    });
}

struct Said {
    std::vector<std::string> before, after; ///< a login
    std::vector<Answer> answers;
};

Awaitable<> talk(ImapServer& server, const std::vector<std::string>& commands, Said& said)
{
    Client client(server.connect());
    client.stream().set_deadline(std::chrono::minutes(1));
    const auto greeting = co_await client.reader().read_line(64 * 1024);
    said.before = capability_of(greeting.text);
    const auto in = co_await client.run("LOGIN ann@example.org secret-ann");
    said.after = capability_of(in.status);
    co_await client.run("APPEND INBOX {6+}\r\nx: y\r\n");
    co_await client.run("SELECT INBOX");
    for (const auto& command : commands) {
        auto answer = co_await client.run(command);
        said.answers.push_back(std::move(answer));
    }
}

Said said_to(ImapServer& server, const std::vector<std::string>& commands)
{
    Said said;
    server.run(talk(server, commands, said));
    return said;
}

/// What only a server with this extension understands. `probe` empty: nothing that a command shows.
struct Extended {
    std::string_view name, probe;
};
constexpr Extended kExtended[] = {
    {"IMAP4rev2", ""},
    {"LITERAL+", ""},
    {"SASL-IR", ""},
    {"ID", "ID NIL"},
    {"ENABLE", "ENABLE QRESYNC"},
    {"IDLE", ""},
    {"NAMESPACE", "NAMESPACE"},
    {"ACL", "MYRIGHTS INBOX"},
    {"CHILDREN", "LIST \"\" % RETURN (CHILDREN)"},
    {"UIDPLUS", "UID EXPUNGE 999"},
    {"MOVE", "UID MOVE 999 Trash"},
    {"UNSELECT", ""},
    {"SPECIAL-USE", "LIST (SPECIAL-USE) \"\" %"},
    {"CREATE-SPECIAL-USE", "CREATE Attic (USE (\\Archive))"},
    {"XLIST", "XLIST \"\" %"},
    {"ESEARCH", "SEARCH RETURN (COUNT) ALL"},
    {"SEARCHRES", "SEARCH RETURN (SAVE) ALL"},
    {"WITHIN", "SEARCH YOUNGER 60"},
    {"PARTIAL", "SEARCH RETURN (PARTIAL 1:2) ALL"},
    {"SEARCH=FUZZY", "SEARCH FUZZY TEXT x"},
    {"MULTISEARCH", "ESEARCH IN (personal) ALL"},
    {"SORT", "SORT (SIZE) UTF-8 ALL"},
    {"SORT=DISPLAY", "SORT (DISPLAYTO) UTF-8 ALL"},
    {"ESORT", "SORT RETURN (COUNT) (SIZE) UTF-8 ALL"},
    {"THREAD=ORDEREDSUBJECT", "THREAD ORDEREDSUBJECT UTF-8 ALL"},
    {"THREAD=REFERENCES", "THREAD REFERENCES UTF-8 ALL"},
    {"THREAD=REFS", "UID THREAD REFS UTF-8 ALL"},
    {"CONTEXT=SEARCH", "SEARCH RETURN (UPDATE) SEEN"},
    {"CONTEXT=SORT", "SORT RETURN (UPDATE) (SIZE) UTF-8 SEEN"},
    {"UIDBATCHES", "UIDBATCHES 500"},
    {"LANGUAGE", "LANGUAGE"},
    {"CONDSTORE", "FETCH 1 MODSEQ"},
    {"QRESYNC", "UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)"},
    {"LIST-EXTENDED", "LIST \"\" (% INBOX)"},
    {"LIST-STATUS", "LIST \"\" % RETURN (STATUS (MESSAGES))"},
    {"LIST-MYRIGHTS", "LIST \"\" % RETURN (MYRIGHTS)"},
    {"LIST-METADATA", "LIST \"\" % RETURN (METADATA (/shared/comment))"},
    {"METADATA", "GETMETADATA INBOX /shared/comment"},
    {"METADATA-SERVER", ""},
    {"NOTIFY", "NOTIFY NONE"},
    {"STATUS=SIZE", "STATUS Trash (SIZE)"},
    {"STATUS=DELETED", "STATUS Trash (DELETED)"},
    {"APPENDLIMIT=", "STATUS Trash (APPENDLIMIT)"},
    {"OBJECTID", "FETCH 1 EMAILID"},
    {"SAVEDATE", "FETCH 1 SAVEDATE"},
    {"BINARY", "FETCH 1 BINARY.PEEK[1]"},
    {"PREVIEW", "FETCH 1 PREVIEW"},
    {"UNAUTHENTICATE", ""},
    {"QUOTA", "GETQUOTAROOT INBOX"},
    {"QUOTASET", "SETQUOTA x (STORAGE 1)"},
    {"UTF8=ACCEPT", ""},
    {"UIDONLY", ""},
    {"COMPRESS=DEFLATE", ""},
    {"MULTIAPPEND", "APPEND INBOX {6+}\r\nx: y\r\n {6+}\r\nx: y\r\n"},
    {"REPLACE", "REPLACE 1 INBOX {6+}\r\nx: y\r\n"},
    {"CATENATE", "APPEND INBOX CATENATE (TEXT {6+}\r\nx: y\r\n)"},
    {"URLAUTH", "RESETKEY"},
    {"URLAUTH=BINARY", ""},
    {"URL-PARTIAL", ""},
    {"I18NLEVEL=", "COMPARATOR"},
    {"INPROGRESS", ""},
};

std::string switch_of(std::string_view name)
{
    return std::string(name.ends_with('=') ? name.substr(0, name.size() - 1) : name);
}

Awaitable<> switch_off_for_ann(store::Directory& directory, std::string line)
{
    auto address = address::parse("ann@example.org");
    BOOST_REQUIRE(address.has_value());
    std::function<Result<>(store::User&)> change = [line](store::User& user) -> Result<> {
        user.settings = {line};
        return ok();
    };
    const auto changed = co_await directory.update_user(*std::move(address), change);
    BOOST_TEST(changed.has_value());
}

} // namespace

BOOST_AUTO_TEST_CASE(names_are_those_of_the_settings)
{
    const auto names = imap::extension_names();
    BOOST_TEST(names == std::vector<std::string_view>(std::begin(conf::kImapExtensions),
                                                      std::end(conf::kImapExtensions)),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_is_announced_and_understood)
{
    ImapServer server;
    server.make_indexes();
    std::vector<std::string> probes;
    for (const auto& one : kExtended)
        probes.emplace_back(one.probe.empty() ? "NOOP" : one.probe);
    const auto said = said_to(server, probes);
    for (std::size_t i = 0; i < std::size(kExtended); ++i) {
        BOOST_TEST_CONTEXT(kExtended[i].name)
        {
            BOOST_TEST(has(said.before, kExtended[i].name));
            BOOST_TEST(has(said.after, kExtended[i].name));
            BOOST_TEST(!said.answers[i].status.starts_with("BAD"), said.answers[i].status);
        }
    }
    for (const char* word : {"IMAP4rev1", "RIGHTS=texk", "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE",
                             "I18NLEVEL=2"}) {
        BOOST_TEST(has(said.before, word), word);
        BOOST_TEST(has(said.after, word), word);
    }
    // How to log in is told before, and only there: RFC 3501 §6.2.3.
    BOOST_TEST(has(said.before, "AUTH="));
    BOOST_TEST(!has(said.after, "AUTH="));
    BOOST_TEST(!has(said.before, "LITERAL-")); // RFC 7888 §5: one of the two
}

BOOST_AUTO_TEST_CASE(each_can_be_switched_off)
{
    for (const auto& one : kExtended) {
        BOOST_TEST_CONTEXT(one.name)
        {
            ImapServer server;
            if (one.name == "SEARCH=FUZZY")
                server.make_indexes();
            server.config.imap.disabled_extensions = {ascii::lower(switch_of(one.name))};
            std::vector<std::string> probes;
            if (!one.probe.empty())
                probes.emplace_back(one.probe);
            const auto said = said_to(server, probes);
            BOOST_TEST(!has(said.before, one.name));
            BOOST_TEST(!has(said.after, one.name));
            for (const auto& answer : said.answers)
                BOOST_TEST(answer.status.starts_with("BAD"), answer.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_builds_on_one_goes_with_it)
{
    ImapServer server;
    server.config.imap.disabled_extensions = {"ESEARCH"};
    const auto said = said_to(server, {"SEARCH ALL", "SORT (SIZE) UTF-8 ALL"});
    for (const char* word : {"ESEARCH", "SEARCHRES", "PARTIAL", "MULTISEARCH", "ESORT",
                             "CONTEXT=SEARCH", "CONTEXT=SORT", "IMAP4rev2"})
        BOOST_TEST(!has(said.after, word), word);
    BOOST_TEST(has(said.after, "SORT"));
    for (const auto& answer : said.answers)
        BOOST_TEST(answer.is_ok(), answer.status);
}

BOOST_AUTO_TEST_CASE(a_user_may_have_fewer)
{
    ImapServer server;
    server.run(switch_off_for_ann(server.store->directory(), "imap.disabled_extensions=QRESYNC,NOTIFY"));
    const auto said = said_to(server, {"NOTIFY NONE", "ENABLE QRESYNC"});
    BOOST_TEST(has(said.before, "QRESYNC"));
    BOOST_TEST(!has(said.after, "QRESYNC"));
    BOOST_TEST(!has(said.after, "NOTIFY"));
    BOOST_TEST(has(said.after, "CONDSTORE"));
    BOOST_TEST(said.answers[0].status.starts_with("BAD"));
    BOOST_TEST((said.answers[1].untagged == std::vector<std::string>{"* ENABLED"}));
}

/// APPEND of so many messages of a few octets.
std::string append_of(int count)
{
    std::string append = "APPEND INBOX";
    for (int i = 0; i < count; ++i)
        append += " {6+}\r\nx: y\r\n";
    return append;
}

// RFC 10022 §3.1: from the newest message on, the rest at the end.
BOOST_AUTO_TEST_CASE(batches_of_many_messages)
{
    ImapServer server;
    std::vector<std::string> commands;
    for (int i = 0; i < 12; ++i) { // a hundred at a time, besides the one that is there
        commands.push_back(append_of(100));
    }
    for (const char* command : {"UIDBATCHES 500", "UIDBATCHES 600 2:2", "UIDBATCHES 1201"})
        commands.emplace_back(command);
    const auto said = said_to(server, commands);
    BOOST_TEST(said.answers[11].is_ok(), said.answers[11].status);
    const auto last = [&](std::size_t i) { return said.answers[12 + i].untagged.back(); };
    BOOST_TEST(last(0).ends_with(" 1201:702,701:202,201:1"), last(0));
    BOOST_TEST(last(1).ends_with(" 601:2"), last(1));
    BOOST_TEST(last(2).ends_with(" 1201:1"), last(2));
}

// RFC 10022 §3.1.1: again only after more than half a batch came or went, but for ten times.
BOOST_AUTO_TEST_CASE(batches_are_not_told_again_and_again)
{
    ImapServer server;
    std::vector<std::string> commands{append_of(251)};
    for (int i = 0; i < 11; ++i)
        commands.emplace_back("UIDBATCHES 500");
    const std::size_t first = commands.size();
    for (const std::string& command :
         {std::string("UIDBATCHES 500"), std::string("UIDBATCHES 501 1:2"), append_of(250),
          std::string("UIDBATCHES 500"), append_of(1), std::string("UIDBATCHES 500"),
          std::string("UID STORE 1:251 +FLAGS.SILENT (\\Deleted)"), std::string("EXPUNGE")})
        commands.push_back(command);
    for (int i = 0; i < 11; ++i)
        commands.emplace_back("UIDBATCHES 500 1:1");
    commands.emplace_back("UIDBATCHES 500 2:3"); // it goes on, which is no repetition
    commands.emplace_back("UIDBATCHES 500 1:1");
    commands.emplace_back("SELECT INBOX");
    commands.emplace_back("UIDBATCHES 500");
    const auto said = said_to(server, commands);
    for (std::size_t i = 0; i < first; ++i)
        BOOST_TEST(said.answers[i].is_ok(), i << ' ' << said.answers[i].status);
    const auto status = [&](std::size_t i) { return said.answers[first + i].status; };
    const auto is_limited = [&](std::size_t i) { return status(i).starts_with("NO [LIMIT]"); };
    BOOST_TEST(is_limited(0), status(0));
    BOOST_TEST(is_limited(1), status(1)); // another size is the same question
    BOOST_TEST(is_limited(3), status(3)); // exactly half
    BOOST_TEST(said.answers[first + 5].is_ok(), status(5));
    for (std::size_t i = 8; i < 19; ++i)
        BOOST_TEST(said.answers[first + i].is_ok(), i << ' ' << status(i));
    BOOST_TEST(said.answers[first + 19].is_ok(), status(19));
    BOOST_TEST(is_limited(20), status(20));
    BOOST_TEST(said.answers[first + 22].is_ok(), status(22));
}
