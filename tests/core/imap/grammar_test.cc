// Tables for the grammar: tokens, sets, names, patterns, dates, flags, items, keys.
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/imap/date.h"
#include "core/imap/fetch_items.h"
#include "core/imap/flag_list.h"
#include "core/imap/lexer.h"
#include "core/imap/limits.h"
#include "core/imap/mailbox_pattern.h"
#include "core/imap/search/search_key.h"
#include "core/imap/sequence_set.h"
#include "core/imap/utf7.h"
#include "core/imap/write.h"

using namespace mailctl;
using namespace mailctl::imap;
using namespace std::string_literals;

namespace {

std::string shown(const std::vector<NumberRange>& ranges)
{
    std::string out;
    for (const auto& range : ranges)
        out += std::to_string(range.first) + "-" + std::to_string(range.last) + " ";
    return out;
}

} // namespace

// RFC 3501 §9, sequence-set.
BOOST_AUTO_TEST_CASE(sequence_sets)
{
    struct Case {
        std::string_view text;
        std::uint32_t largest;
        std::string_view ranges; // "bad": refused
        bool past = false;
    };
    constexpr Case kCases[] = {
        {"1", 9, "1-1 "},
        {"2,4:7,9,12:*", 15, "2-2 4-7 9-9 12-15 "},
        {"*:4,5:7", 10, "4-10 "},
        {"7:5", 9, "5-7 "},
        {"5,3,4", 9, "3-5 "},
        {"559:*", 500, "500-559 ", true}, // RFC 3501 §6.4.8
        {"*", 3, "3-3 "},
        {"*", 0, "", true},
        {"1:*", 0, "", true},
        {"4294967295", 1, "4294967295-4294967295 ", true},
        {"4294967296", 1, "bad"},
        {"0", 1, "bad"},
        {"", 1, "bad"},
        {"1,", 1, "bad"},
        {"1:2:3", 1, "bad"},
        {"a", 1, "bad"},
        {"1:", 1, "bad"},
        {"**", 1, "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto set = SequenceSet::parse(c.text);
            BOOST_TEST(set.has_value() == (c.ranges != "bad"));
            if (set) {
                BOOST_TEST(shown(set->resolve(c.largest)) == c.ranges);
                BOOST_TEST(set->is_past(c.largest) == c.past);
            }
        }
    }
    const std::vector<NumberRange> ranges{{2, 4}, {8, 8}};
    BOOST_TEST(!contains(ranges, 1));
    BOOST_TEST(contains(ranges, 2));
    BOOST_TEST(contains(ranges, 4));
    BOOST_TEST(!contains(ranges, 5));
    BOOST_TEST(contains(ranges, 8));
    BOOST_TEST(!contains(ranges, 9));
    std::string out;
    put_uid_set(out, std::vector<Uid>{Uid(4), Uid(5), Uid(6), Uid(9), Uid(2), Uid(3)});
    BOOST_TEST(out == "4:6,9,2:3");
}

// RFC 3501 §5.1.3.
BOOST_AUTO_TEST_CASE(modified_utf7)
{
    struct Case {
        std::string_view wire, name; // "bad": refused
        bool one_way = false;
    };
    constexpr Case kCases[] = {
        {"INBOX", "INBOX"},
        {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"},
        {"Entw&APw-rfe", "Entwürfe"},
        {"a&-b", "a&b"},
        {"&2D3eAA-", "\xF0\x9F\x98\x80"},
        {"Entwürfe", "Entwürfe", true},
        {"&", "bad"},
        {"&Jjo", "bad"},
        {"&Jjo!-", "bad"},
        {"&2D0-", "bad"},      // a lone surrogate
        {"&3gA-", "bad"},      // the second half alone
        {"&AAo-", "bad"},      // a line feed
        {"&AGE-", "a", true},  // RFC 3501 forbids it, harmless
        {"\xFF", "bad"},
        {"a\tb", "bad"},
        {"\xC0\xAF", "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.wire)
        {
            const auto name = decode_utf7(c.wire);
            BOOST_TEST(name.has_value() == (c.name != "bad"));
            if (name) {
                BOOST_TEST(*name == c.name);
                if (!c.one_way)
                    BOOST_TEST(encode_utf7(*name) == c.wire);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(patterns)
{
    struct Case {
        std::string_view pattern, name;
        bool matches;
    };
    constexpr Case kCases[] = {
        {"*", "a/b/c", true},       {"%", "a", true},          {"%", "a/b", false},
        {"a/%", "a/b", true},       {"a/%", "a/b/c", false},   {"a/*", "a/b/c", true},
        {"a*c", "a/b/c", true},     {"%/%", "a/b", true},      {"%/%", "a", false},
        {"inbox", "INBOX", true},   {"InBox/%", "INBOX/x", true}, {"inbo%", "INBOX", false},
        {"", "a", false},           {"a", "A", false},         {"a%", "a", true},
        {"%b%", "abc", true},       {"*%*%*", "a/b", true},    {"INBOX*", "INBOX/a", true},
    };
    for (const auto& c : kCases)
        BOOST_TEST_CONTEXT(c.pattern << " on " << c.name)
            BOOST_TEST(matches_pattern(c.pattern, c.name, '/') == c.matches);
    BOOST_TEST(join_reference("foo/", "bar", '/') == "foo/bar");
    BOOST_TEST(join_reference("foo", "/bar", '/') == "bar");
    // Many wildcards take no exponential time.
    BOOST_TEST(!matches_pattern(std::string(200, '*') + "b", std::string(255, 'a'), '/'));
}

BOOST_AUTO_TEST_CASE(tokens)
{
    struct Case {
        std::string_view text, value; // "bad": refused
    };
    const Case kCases[] = {
        {"abc", "abc"},
        {"a]b", "a]b"},
        {"\"a b\"", "a b"},
        {R"("a\"b\\c")", R"(a"b\c)"},
        {"{3}\r\na\r\n", "a\r\n"},
        {"{3+}\r\nabc", "abc"},
        {"{0}\r\n", ""},
        {"\"\"", ""},
        {"\"abc", "bad"},
        {R"("a\x")", "bad"},
        {"{4}\r\nabc", "bad"},
        {"{99999999999999999999}\r\nabc", "bad"},
        {"{3}abc", "bad"},
        {"(", "bad"},
        {"", "bad"},
        {"\x80", "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer lexer(c.text);
            const auto value = lexer.astring();
            BOOST_TEST(value.has_value() == (c.value != "bad"));
            if (value) {
                BOOST_TEST(*value == c.value);
                BOOST_TEST(lexer.at_end());
            }
        }
    }
    BOOST_TEST(!Lexer("{1}\r\n\0"s).astring().has_value());
    BOOST_TEST(*Lexer("InBoX").mailbox() == "INBOX");
    BOOST_TEST(*Lexer("inbox/a").mailbox() == "INBOX/a");
    BOOST_TEST(*Lexer("inboxes").mailbox() == "inboxes");
    BOOST_TEST(!Lexer("nil").nstring()->has_value());
    BOOST_TEST(!Lexer("4294967296").number().has_value());
    BOOST_TEST(!Lexer("0").nz_number().has_value());
    BOOST_TEST(Lexer(std::string(kTagOctets, 'a')).tag().has_value());
    BOOST_TEST(!Lexer(std::string(kTagOctets + 1, 'a')).tag().has_value());
    BOOST_TEST(!Lexer("+").tag().has_value());
}

// RFC 3501 §4.3, RFC 7888.
BOOST_AUTO_TEST_CASE(announced_literals)
{
    struct Case {
        std::string_view line;
        long long octets; // -1: none
        bool synchronizing = true;
    };
    constexpr Case kCases[] = {{"a LOGIN {3}", 3},   {"a LOGIN {3+}", 3, false}, {"a LOGIN x", -1},
                               {"{}", -1},           {"{+}", -1},                {"{-1}", -1},
                               {"a {3} ", -1},       {"a \"{3}\"", -1},          {"}", -1}};
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.line)
        {
            const auto literal = announced_literal(c.line);
            BOOST_TEST(literal.has_value() == (c.octets >= 0));
            if (literal) {
                BOOST_TEST(literal->octets == static_cast<std::uint64_t>(c.octets));
                BOOST_TEST(literal->synchronizing == c.synchronizing);
            }
        }
    }
    BOOST_TEST(announced_literal("{99999999999999999999}")->octets == UINT64_MAX);
}

BOOST_AUTO_TEST_CASE(dates)
{
    struct Case {
        std::string_view text, utc; // "bad": refused
    };
    constexpr Case kCases[] = {
        {"\" 1-Feb-1994 21:52:25 -0800\"", "1994-02-02T05:52:25Z"},
        {"\"17-Jul-1996 02:44:25 -0700\"", "1996-07-17T09:44:25Z"},
        {"\"01-jan-2000 00:00:00 +0130\"", "1999-12-31T22:30:00Z"},
        {"\"31-Dec-2016 23:59:60 +0000\"", "2017-01-01T00:00:00Z"},
        {"\"30-Feb-1994 21:52:25 +0000\"", "bad"},
        {"\"1-Foo-1994 21:52:25 +0000\"", "bad"},
        {"\"1-Feb-1994 25:52:25 +0000\"", "bad"},
        {"\"1-Feb-1994 21:52:25\"", "bad"},
        {"\"1-Feb-94 21:52:25 +0000\"", "bad"},
        {"\"\"", "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer lexer(c.text);
            const auto time = parse_date_time(lexer);
            BOOST_TEST(time.has_value() == (c.utc != "bad"));
            if (time)
                BOOST_TEST(to_rfc3339(time->time) == c.utc);
        }
    }
    std::string out;
    put_date_time(out, *parse_rfc3339("1996-07-17T09:44:25Z"));
    put_date_time(out, *parse_rfc3339("2026-11-02T00:00:01.5Z"));
    BOOST_TEST(out == "\"17-Jul-1996 09:44:25 +0000\"\" 2-Nov-2026 00:00:01 +0000\"");
    Lexer day("\"1-Feb-1994\""), plain("1-Feb-1994"), bad("1-Feb");
    BOOST_TEST((*parse_date(day) == *parse_date(plain)));
    BOOST_TEST(!parse_date(bad).has_value());
}

BOOST_AUTO_TEST_CASE(flag_lists)
{
    struct Case {
        std::string_view text;
        int system; // -1: refused
        std::size_t keywords = 0;
    };
    constexpr Case kCases[] = {{"()", 0},
                               {"(\\Seen \\Deleted)", 1 + 8},
                               {"(\\seen $Forwarded Junk)", 1, 2},
                               {"(\\Recent)", 0},
                               {"(\\Flagged \\RECENT)", 4},
                               {"(\\Foo)", -1},
                               {"(\\Seen", -1},
                               {"( \\Seen)", -1},
                               {"\\Seen", -1}};
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer lexer(c.text);
            const auto flags = parse_flag_list(lexer);
            BOOST_TEST(flags.has_value() == (c.system >= 0));
            if (flags) {
                BOOST_TEST(flags->system == c.system);
                BOOST_TEST(flags->keywords.size() == c.keywords);
            }
        }
    }
    Lexer bare("\\Seen \\Flagged");
    BOOST_TEST(parse_store_flags(bare)->system == 5);
    std::string most = "(";
    for (std::size_t i = 0; i < kFlagsOfOneCommand; ++i)
        most += "k" + std::to_string(i) + " ";
    Lexer at_limit(most + "\\Seen)"), past(most + "one)");
    const std::string text_at = most + "\\Seen)", text_past = most + "one)";
    at_limit = Lexer(text_at);
    past = Lexer(text_past);
    BOOST_TEST(parse_flag_list(at_limit).has_value());
    BOOST_TEST(!parse_flag_list(past).has_value());
}

// RFC 3501 §6.4.5.
BOOST_AUTO_TEST_CASE(fetch_items)
{
    struct Case {
        std::string_view text, labels; // "bad": refused
        bool sets_seen = false;
    };
    constexpr Case kCases[] = {
        {"FLAGS", "FLAGS "},
        {"ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE "},
        {"fast", "FLAGS INTERNALDATE RFC822.SIZE "},
        {"FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY "},
        {"(uid body bodystructure)", "UID BODY BODYSTRUCTURE "},
        {"BODY[]", "BODY[] ", true},
        {"BODY.PEEK[]<0.2048>", "BODY[]<0> "},
        {"body[1.2.mime]", "BODY[1.2.MIME] ", true},
        {"BODY.PEEK[HEADER.FIELDS (From \"X Y\")]", "BODY[HEADER.FIELDS (From \"X Y\")] "},
        {"BODY.PEEK[2.HEADER.FIELDS.NOT (to)]", "BODY[2.HEADER.FIELDS.NOT (to)] "},
        {"(RFC822 RFC822.SIZE)", "RFC822 RFC822.SIZE ", true},
        {"RFC822.HEADER", "RFC822.HEADER "},
        {"RFC822.TEXT", "RFC822.TEXT ", true},
        {"BODY[1]", "BODY[1] ", true},
        {"BODY[TEXT]", "BODY[TEXT] ", true},
        {"BODY[MIME]", "bad"},
        {"BODY[1.]", "bad"},
        {"BODY[0]", "bad"},
        {"BODY[FOO]", "bad"},
        {"BODY[]<0.0>", "bad"},
        {"BODY[]<0>", "bad"},
        {"BODY[HEADER.FIELDS ()]", "bad"},
        {"BODY[HEADER.FIELDS]", "bad"},
        {"BODY.PEEK", "bad"},
        {"(FLAGS", "bad"},
        {"()", "bad"},
        {"(ALL)", "bad"},
        {"FLAGS,UID", "bad"},
        {"", "bad"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer lexer(c.text);
            const auto items = parse_fetch_items(lexer);
            const bool good = items.has_value() && lexer.at_end();
            BOOST_TEST(good == (c.labels != "bad"));
            if (!good)
                continue;
            std::string labels;
            bool sets_seen = false;
            for (const auto& item : *items) {
                labels += item.label + " ";
                sets_seen = sets_seen || item.sets_seen;
            }
            BOOST_TEST(labels == c.labels);
            BOOST_TEST(sets_seen == c.sets_seen);
        }
    }
    std::string deep = "BODY[1";
    for (std::size_t i = 1; i < kSectionNumbers; ++i)
        deep += ".1";
    const std::string at_limit = deep + "]", past = deep + ".1]";
    Lexer good(at_limit), bad(past);
    BOOST_TEST(parse_fetch_items(good).has_value());
    BOOST_TEST(!parse_fetch_items(bad).has_value());
}

// RFC 3501 §6.4.4.
BOOST_AUTO_TEST_CASE(search_keys)
{
    struct Case {
        std::string_view text;
        int keys; // at the top; -1: refused
    };
    constexpr Case kCases[] = {
        {"ALL", 1},
        {"FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"", 3},
        {"CHARSET UTF-8 TEXT {6}\r\nXXXXXX", 1},
        {"OR (SEEN DELETED) 1:3,5", 1},
        {"UID 1:* NEW OLD", 3},
        {"RETURN (MIN COUNT) OLDER 1 YOUNGER 4294967295", 2},
        {"$ UID $", 2},
        {"YOUNGER 0", -1},
        {"RETURN (PARTIAL 1:4294967296) ALL", -1},
        {"HEADER Message-ID <a@b>", 1},
        {"KEYWORD $Forwarded UNKEYWORD x", 2},
        {"LARGER 10 SMALLER 4294967295", 2},
        {"SENTON \"1-Feb-1994\"", 1},
        {"OR SEEN", -1},
        {"NOT", -1},
        {"FOO", -1},
        {"SINCE yesterday", -1},
        {"(SEEN", -1},
        {"()", -1},
        {"SEEN DELETED)", -1},
        {"LARGER x", -1},
        {"", -1},
        {"SEEN ", -1},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            Lexer lexer(c.text);
            const auto request = parse_search(lexer);
            BOOST_TEST(request.has_value() == (c.keys >= 0));
            if (request)
                BOOST_TEST(request->key.children.size() == static_cast<std::size_t>(c.keys));
        }
    }
    const auto parses = [](const std::string& text) {
        Lexer lexer(text);
        return parse_search(lexer).has_value();
    };
    const auto nested = [](unsigned levels) {
        return std::string(levels, '(') + "SEEN" + std::string(levels, ')');
    };
    BOOST_TEST(parses(nested(kSearchDepth - 1)));
    BOOST_TEST(!parses(nested(kSearchDepth)));
    std::string many = "SEEN";
    for (std::size_t i = 1; i < kSearchKeys; ++i)
        many += " SEEN";
    BOOST_TEST(parses(many));
    BOOST_TEST(!parses(many + " SEEN"));
}

// RFC 3501 §4.3, §7.4.2.
BOOST_AUTO_TEST_CASE(writing)
{
    std::string out;
    put_string(out, R"(a "b" \c)");
    put_string(out, "two\r\nlines");
    put_string(out, "\xC3\xBC");
    put_nstring(out, "");
    put_astring(out, "a b");
    put_astring(out, "nil");
    put_astring(out, "plain");
    put_mailbox(out, "Entwürfe");
    BOOST_TEST(out == "\"a \\\"b\\\" \\\\c\"{10}\r\ntwo\r\nlines{2}\r\n\xC3\xBCNIL\"a b\"\"nil\"plain"
                      "Entw&APw-rfe");

    mime::Envelope envelope;
    envelope.subject = "Hi";
    envelope.from = {{"Ann", "ann", "example.org"}};
    envelope.to = {{"", "team", ""}, {"", "bob", "example.org"}, {"", "", ""}};
    out.clear();
    put_envelope(out, envelope);
    BOOST_TEST(out == "(NIL \"Hi\" ((\"Ann\" NIL \"ann\" \"example.org\"))"
                      " ((\"Ann\" NIL \"ann\" \"example.org\"))"
                      " ((\"Ann\" NIL \"ann\" \"example.org\"))"
                      " ((NIL NIL \"team\" NIL)(NIL NIL \"bob\" \"example.org\")(NIL NIL NIL NIL))"
                      " NIL NIL NIL NIL)");
}

BOOST_AUTO_TEST_CASE(body_structures)
{
    mime::Part text;
    text.parameters = {{"charset", "us-ascii"}};
    text.body_octets = 3028;
    text.body_lines = 92;
    std::string out;
    put_body_structure(out, text, Extensions::No);
    BOOST_TEST(out == "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3028 92)");

    mime::Part image;
    image.type = "image";
    image.subtype = "png";
    image.encoding = "base64";
    image.id = "<1@x>";
    image.disposition = "attachment";
    image.disposition_parameters = {{"filename", "a.png"}};
    image.languages = {"de", "en"};
    image.body_octets = 10;
    mime::Part mixed;
    mixed.type = "multipart";
    mixed.subtype = "mixed";
    mixed.parameters = {{"boundary", "b"}};
    mixed.children.push_back(std::move(image));
    out.clear();
    put_body_structure(out, mixed, Extensions::Yes);
    BOOST_TEST(out == "((\"image\" \"png\" NIL \"<1@x>\" NIL \"base64\" 10 NIL (\"attachment\" "
                      "(\"filename\" \"a.png\")) (\"de\" \"en\") NIL) \"mixed\" (\"boundary\" "
                      "\"b\") NIL NIL NIL)");
    mime::Part empty;
    empty.type = "multipart";
    empty.subtype = "mixed";
    out.clear();
    put_body_structure(out, empty, Extensions::No);
    BOOST_TEST(out == "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0) "
                      "\"mixed\")");
}
