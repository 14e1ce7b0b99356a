// The message query language: what parses, what it means in a mailbox, and where it is wrong.
#include "core/query/query.h"

#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "core/query/term.h"

using namespace mailctl;
using namespace mailctl::query;
using Kind = imap::SearchKey::Kind;

namespace {

std::string day(imap::Day day)
{
    return to_rfc3339(Time(day)).substr(0, 10);
}

/// A key in short: "(and from~bob older(60))".
std::string shown(const imap::SearchKey& key)
{
    const auto all = [&](const char* name) {
        std::string out = std::string("(") + name;
        for (const auto& child : key.children)
            out += " " + shown(child);
        return out + ")";
    };
    switch (key.kind) {
    case Kind::All: return "all";
    case Kind::Flag: return "flag(" + std::to_string(key.number) + ")";
    case Kind::Keyword: return "keyword(" + key.text + ")";
    case Kind::Larger: return "larger(" + std::to_string(key.number) + ")";
    case Kind::Smaller: return "smaller(" + std::to_string(key.number) + ")";
    case Kind::Older: return "older(" + std::to_string(key.number) + ")";
    case Kind::Younger: return "younger(" + std::to_string(key.number) + ")";
    case Kind::SavedOlder: return "saved-older(" + std::to_string(key.number) + ")";
    case Kind::SavedYounger: return "saved-younger(" + std::to_string(key.number) + ")";
    case Kind::Before: return "before(" + day(key.day) + ")";
    case Kind::On: return "on(" + day(key.day) + ")";
    case Kind::Since: return "since(" + day(key.day) + ")";
    case Kind::SentSince: return "sent-since(" + day(key.day) + ")";
    case Kind::EmailId: return "id(" + key.text + ")";
    case Kind::Header: return key.field + "~" + key.text;
    case Kind::Body: return "body~" + key.text;
    case Kind::Text: return "text~" + key.text;
    case Kind::Uids: return "uid(" + std::to_string(key.set.resolve(100).size()) + ")";
    case Kind::Not: return all("not");
    case Kind::Or: return all("or");
    case Kind::And: return all("and");
    default: return "?";
    }
}

/// What is asked of messages in INBOX/work; "none": none of them can match.
std::string meaning(std::string_view text, MailboxFacts mailbox = {"INBOX/work", ""})
{
    const auto query = Query::parse(text);
    if (!query)
        return query.error().detail();
    const auto key = query->for_mailbox(mailbox);
    return key ? shown(*key) : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(query_language)

BOOST_AUTO_TEST_CASE(queries_that_parse)
{
    struct Case {
        std::string_view text, meaning;
    };
    constexpr Case kCases[] = {
        {"", "all"},
        {"  all ", "all"},
        {"from:bob", "from~bob"},
        {"FROM:Bob", "from~Bob"},
        {"subject:\"y z\"", "subject~y z"},
        {"subject:\"a \\\"b\\\" \\\\c\"", "subject~a \"b\" \\c"},
        {"subject:\"\"", "subject~"},
        {"subject:a:b", "subject~a:b"},
        {"from:bob to:ann", "(and from~bob to~ann)"},
        {"from:bob and to:ann AND cc:cat", "(and from~bob to~ann cc~cat)"},
        {"from:a or from:b to:c", "(or from~a (and from~b to~c))"},
        {"(from:a or from:b) to:c", "(and (or from~a from~b) to~c)"},
        {"( from:a )", "from~a"},
        {"(from:a)(from:b)", "(and from~a from~b)"},
        {"not from:a to:b", "(and (not from~a) to~b)"},
        {"not (from:a to:b)", "(not (and from~a to~b))"},
        {"not not from:a", "(not (not from~a))"},
        {"not all", "none"},
        {"older:30d larger:1M", "(and older(2592000) larger(1048576))"},
        {"younger:1h30m smaller:10kB", "(and younger(5400) smaller(10000))"},
        {"older:999999999999d", "query, column 7: ..."},
        {"saved-older:1d or saved-younger:1ms", "(or saved-older(86400) saved-younger(1))"},
        {"larger:1TiB", "larger(4294967295)"},
        {"before:2026-01-31 on:2026-02-01 since:2026-03-01", "(and before(2026-01-31) on(2026-02-01) since(2026-03-01))"},
        {"sent-since:2024-02-29", "sent-since(2024-02-29)"},
        {"flag:seen flag:\\Flagged flag:$Junk", "(and flag(1) flag(4) keyword($Junk))"},
        {"header:List-Id:foo", "list-id~foo"},
        {"header:X-Spam", "x-spam~"},
        {"header:X-Spam from:a", "(and x-spam~ from~a)"},
        {"header:Subject:\"a b\"", "subject~a b"},
        {"list:users", "list-id~users"},
        {"body:word text:other", "(and body~word text~other)"},
        {"uid:1,5:9,12:*", "uid(3)"},
        {"id:M17", "id(M17)"},
        {"from:or", "from~or"},
        {"from:bob\n\tto:ann", "(and from~bob to~ann)"},
        {"text:\xC3\xA4rger", "text~\xC3\xA4rger"},
    };
    for (const auto& c : kCases)
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto got = meaning(c.text);
            if (c.meaning.ends_with("..."))
                BOOST_TEST(got.starts_with(c.meaning.substr(0, c.meaning.size() - 3)), got);
            else
                BOOST_TEST(got == c.meaning);
        }
}

BOOST_AUTO_TEST_CASE(terms_about_mailboxes_are_decided_for_each)
{
    struct Case {
        std::string_view text, name, role, meaning;
    };
    constexpr Case kCases[] = {
        {"mailbox:Trash", "Trash", "trash", "all"},
        {"mailbox:Trash", "Junk", "junk", "none"},
        {"mailbox:inbox", "INBOX", "inbox", "all"},
        {"mailbox:Lists/%", "Lists/a", "", "all"},
        {"mailbox:Lists/%", "Lists/a/b", "", "none"},
        {"mailbox:Lists/*", "Lists/a/b", "", "all"},
        {"mailbox:\"My Mail\"", "My Mail", "", "all"},
        {"role:Trash", "Papierkorb", "trash", "all"},
        {"role:trash", "Trash", "", "none"},
        {"not role:trash flag:seen", "INBOX", "inbox", "flag(1)"},
        {"not role:trash flag:seen", "Trash", "trash", "none"},
        {"mailbox:Trash older:1d or mailbox:Junk older:2d", "Trash", "", "older(86400)"},
        {"mailbox:Trash older:1d or mailbox:Junk older:2d", "Junk", "", "older(172800)"},
        {"mailbox:Trash older:1d or mailbox:Junk older:2d", "INBOX", "", "none"},
        {"mailbox:Trash or flag:seen", "Trash", "", "all"},
        {"mailbox:Trash or flag:seen", "INBOX", "", "flag(1)"},
        {"not (mailbox:Trash flag:seen)", "Trash", "", "(not flag(1))"},
        {"not (mailbox:Trash flag:seen)", "INBOX", "", "all"},
    };
    for (const auto& c : kCases)
        BOOST_TEST_CONTEXT(c.text << " in " << c.name)
        {
            const auto query = Query::parse(c.text);
            BOOST_REQUIRE(query.has_value());
            BOOST_TEST(query->names_mailboxes());
            BOOST_TEST(!query->is_all());
            const auto key = query->for_mailbox({c.name, c.role});
            // An And or Or of one is that one.
            const auto* only = key ? &*key : nullptr;
            while (only && only->children.size() == 1 && only->kind != Kind::Not)
                only = &only->children.front();
            std::string got = only ? shown(*only) : "none";
            if (got == "(not (and flag(1)))")
                got = "(not flag(1))";
            BOOST_TEST(got == c.meaning);
        }
}

BOOST_AUTO_TEST_CASE(errors_tell_their_place)
{
    struct Case {
        std::string_view text, error;
    };
    constexpr Case kCases[] = {
        {"frm:bob", "query, column 1: no field \"frm\"; did you mean from?"},
        {"from:a subjct:b", "query, column 8: no field \"subjct\"; did you mean subject?"},
        {"zzzzzzzzzzzz:1", "query, column 1: no field \"zzzzzzzzzzzz\""},
        {"subject:y z", "query, column 11: \"z\" is no term: say text:WORD, or put \" around a value with spaces"},
        {"subject:\xC3\xA4 z", "query, column 11: \"z\" is no term: say text:WORD, or put \" around a value with spaces"},
        {"from:", "query, column 6: a value is missing; \"\" is the empty one"},
        {"from: bob", "query, column 6: a value is missing; \"\" is the empty one"},
        {"from:a\"b\"", "query, column 7: quotes go around the whole value"},
        {"from:\"a", "query, column 6: a quote without its end"},
        {"from:\"a\\", "query, column 6: a quote without its end"},
        {"from:\"a\"b", "query, column 9: a space belongs after the quote"},
        {"(from:a", "query, column 1: a ( without its )"},
        {"from:a)", "query, column 7: a ) without its ("},
        {"()", "query, column 2: a term is missing here"},
        {"from:a or", "query, column 10: something is missing at the end"},
        {"or from:a", "query, column 1: a term is missing here"},
        {"from:a and and to:b", "query, column 12: a term is missing here"},
        {"not", "query, column 4: something is missing at the end"},
        {"older:30", "query, column 7: ..."},
        {"older:0d", "query, column 7: an age is more than nothing"},
        {"larger:much", "query, column 8: ..."},
        {"before:2026-02-30", "query, column 8: no date such as 2026-01-31: 2026-02-30"},
        {"before:yesterday", "query, column 8: no date such as 2026-01-31: yesterday"},
        {"flag:\\Recent", "query, column 6: no flag and no keyword: \\Recent"},
        {"flag:\"a b\"", "query, column 6: no flag and no keyword: a b"},
        {"uid:0", "query, column 5: ..."},
        {"uid:$", "query, column 5: no set of UIDs"},
        {"role:bin", "query, column 6: no role \"bin\"; there are inbox, ..."},
        {"header::x", "query, column 8: a header field's name belongs here: header:List-Id:value"},
        {"from:\xFF", "query: not UTF-8 text"},
    };
    for (const auto& c : kCases)
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto query = Query::parse(c.text);
            BOOST_REQUIRE(!query.has_value());
            const auto got = query.error().detail();
            if (c.error.ends_with("..."))
                BOOST_TEST(got.starts_with(c.error.substr(0, c.error.size() - 3)), got);
            else
                BOOST_TEST(got == c.error);
        }
}

std::string repeated(std::string_view text, std::size_t times)
{
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

BOOST_AUTO_TEST_CASE(limits)
{
    BOOST_TEST(Query::parse(repeated("from:a ", kMaxTerms)).has_value());
    BOOST_TEST(!Query::parse(repeated("from:a ", kMaxTerms + 1)).has_value());
    // The term itself is one level.
    BOOST_TEST(Query::parse(repeated("not ", kMaxDepth - 1) + "from:a").has_value());
    BOOST_TEST(!Query::parse(repeated("not ", kMaxDepth) + "from:a").has_value());
    BOOST_TEST(!Query::parse(repeated("(", kMaxQueryOctets)).has_value());
    BOOST_TEST(Query::parse("from:" + std::string(kMaxQueryOctets - 5, 'x')).has_value());
    BOOST_TEST(!Query::parse("from:" + std::string(kMaxQueryOctets - 4, 'x')).has_value());
    BOOST_TEST(!Query::parse(std::string_view("from:a\0b", 8)).has_value());
}

BOOST_AUTO_TEST_CASE(every_field_has_help_and_is_found)
{
    for (const auto& term : terms()) {
        BOOST_TEST(!term.help.empty());
        BOOST_TEST(find_term(term.field) == &term);
    }
    BOOST_TEST(find_term("x") == nullptr);
    BOOST_TEST(Query::parse("all")->is_all());
    BOOST_TEST(Query().is_all());
    BOOST_TEST(!Query::parse("all from:x")->is_all());
}

BOOST_AUTO_TEST_SUITE_END()
