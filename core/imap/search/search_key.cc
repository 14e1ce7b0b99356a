// Parses search-key of RFC 3501 §9.
#include "core/imap/search/search_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/ascii.h"
#include "core/imap/flag_list.h"
#include "core/imap/limits.h"

namespace mailctl::imap {
namespace {

using Kind = SearchKey::Kind;

/// What follows a key's name.
enum class Argument : std::uint8_t { None, Text, Date, Number, Seconds, Keyword, ObjectId, Uids };

/// One row a key that takes at most one argument. `negated` wraps it in Not.
struct Row {
    std::string_view name;
    Kind kind;
    Argument argument = Argument::None;
    bool negated = false;
    SystemFlag flag{};
    std::string_view field = {};
};

constexpr std::array kRows{
    Row{"ALL", Kind::All},
    Row{"ANSWERED", Kind::Flag, Argument::None, false, SystemFlag::Answered},
    Row{"BCC", Kind::Header, Argument::Text, false, {}, "bcc"},
    Row{"BEFORE", Kind::Before, Argument::Date},
    Row{"BODY", Kind::Body, Argument::Text},
    Row{"CC", Kind::Header, Argument::Text, false, {}, "cc"},
    Row{"DELETED", Kind::Flag, Argument::None, false, SystemFlag::Deleted},
    Row{"DRAFT", Kind::Flag, Argument::None, false, SystemFlag::Draft},
    Row{"EMAILID", Kind::EmailId, Argument::ObjectId},
    Row{"FLAGGED", Kind::Flag, Argument::None, false, SystemFlag::Flagged},
    Row{"FROM", Kind::Header, Argument::Text, false, {}, "from"},
    Row{"KEYWORD", Kind::Keyword, Argument::Keyword},
    Row{"LARGER", Kind::Larger, Argument::Number},
    Row{"OLD", Kind::Recent, Argument::None, true},
    Row{"OLDER", Kind::Older, Argument::Seconds},
    Row{"ON", Kind::On, Argument::Date},
    Row{"RECENT", Kind::Recent},
    Row{"SAVEDATESUPPORTED", Kind::All},
    Row{"SAVEDBEFORE", Kind::SavedBefore, Argument::Date},
    Row{"SAVEDON", Kind::SavedOn, Argument::Date},
    Row{"SAVEDSINCE", Kind::SavedSince, Argument::Date},
    Row{"SEEN", Kind::Flag, Argument::None, false, SystemFlag::Seen},
    Row{"SENTBEFORE", Kind::SentBefore, Argument::Date},
    Row{"SENTON", Kind::SentOn, Argument::Date},
    Row{"SENTSINCE", Kind::SentSince, Argument::Date},
    Row{"SINCE", Kind::Since, Argument::Date},
    Row{"SMALLER", Kind::Smaller, Argument::Number},
    Row{"SUBJECT", Kind::Header, Argument::Text, false, {}, "subject"},
    Row{"TEXT", Kind::Text, Argument::Text},
    Row{"THREADID", Kind::ThreadId, Argument::ObjectId},
    Row{"TO", Kind::Header, Argument::Text, false, {}, "to"},
    Row{"UID", Kind::Uids, Argument::Uids},
    Row{"UNANSWERED", Kind::Flag, Argument::None, true, SystemFlag::Answered},
    Row{"UNDELETED", Kind::Flag, Argument::None, true, SystemFlag::Deleted},
    Row{"UNDRAFT", Kind::Flag, Argument::None, true, SystemFlag::Draft},
    Row{"UNFLAGGED", Kind::Flag, Argument::None, true, SystemFlag::Flagged},
    Row{"UNKEYWORD", Kind::Keyword, Argument::Keyword, true},
    Row{"UNSEEN", Kind::Flag, Argument::None, true, SystemFlag::Seen},
    Row{"YOUNGER", Kind::Younger, Argument::Seconds},
};

SearchKey negate(SearchKey key)
{
    SearchKey negated(Kind::Not);
    negated.children.push_back(std::move(key));
    return negated;
}

void make_fuzzy(SearchKey& key)
{
    key.is_fuzzy = true;
    for (auto& child : key.children)
        make_fuzzy(child);
}

/// Parses one tree; counts keys and levels against the limits.
class Parser {
public:
    explicit Parser(Lexer& args) : args_(args) {}

    /// search-key *(SP search-key)
    Result<SearchKey> parse_all()
    {
        SearchKey all(Kind::And);
        do {
            TRY(auto key, parse_key());
            all.children.push_back(std::move(key));
        } while (args_.accept(' '));
        return all;
    }

private:
    Result<SearchKey> parse_key()
    {
        if (++keys_ > kSearchKeys)
            return Error(Errc::Invalid, "Too many search keys");
        if (++depth_ > kSearchDepth)
            return Error(Errc::Invalid, "Search nested too deep");
        auto key = parse_one();
        --depth_;
        return key;
    }

    Result<SearchKey> parse_one()
    {
        if (args_.accept('('))
            return parse_group();
        if (ascii::is_digit(args_.peek()) || args_.peek() == '*' || args_.peek() == '$')
            return parse_numbers();
        for (const auto& row : kRows)
            if (args_.accept_word(row.name))
                return parse_row(row);
        if (args_.accept_word("FUZZY"))
            return parse_fuzzy();
        if (args_.accept_word("NOT"))
            return parse_not();
        if (args_.accept_word("OR"))
            return parse_or();
        if (args_.accept_word("NEW"))
            return new_key();
        if (args_.accept_word("HEADER"))
            return parse_header();
        if (args_.accept_word("MODSEQ"))
            return parse_mod_seq();
        return Error(Errc::Invalid, "Unknown search key");
    }

    Result<SearchKey> parse_group()
    {
        TRY(auto all, parse_all());
        TRY_VOID(args_.expect(')'));
        return all;
    }

    Result<SearchKey> parse_numbers()
    {
        SearchKey key(Kind::Numbers);
        TRY(key.set, args_.sequence_set());
        return key;
    }

    /// "FUZZY" SP search-key: RFC 6203 §7. Keys that are not about text match as ever (§5).
    Result<SearchKey> parse_fuzzy()
    {
        TRY_VOID(args_.space());
        TRY(auto key, parse_key());
        make_fuzzy(key);
        return key;
    }

    Result<SearchKey> parse_not()
    {
        TRY_VOID(args_.space());
        TRY(auto key, parse_key());
        return negate(std::move(key));
    }

    Result<SearchKey> parse_or()
    {
        SearchKey either(Kind::Or);
        for (int i = 0; i < 2; ++i) {
            TRY_VOID(args_.space());
            TRY(auto key, parse_key());
            either.children.push_back(std::move(key));
        }
        return either;
    }

    /// NEW is (RECENT UNSEEN).
    static SearchKey new_key()
    {
        SearchKey seen(Kind::Flag);
        seen.number = static_cast<std::uint32_t>(SystemFlag::Seen);
        SearchKey both(Kind::And);
        both.children.emplace_back(Kind::Recent);
        both.children.push_back(negate(std::move(seen)));
        return both;
    }

    Result<SearchKey> parse_header()
    {
        SearchKey key(Kind::Header);
        TRY_VOID(args_.space());
        TRY(const auto field, args_.astring());
        key.field = ascii::lower(field);
        TRY_VOID(args_.space());
        TRY(key.text, args_.astring());
        return key;
    }

    /// "MODSEQ" [SP entry-name SP entry-type] SP mod-sequence-valzer: RFC 7162 §7. All metadata of
    /// a message has one mod-sequence here, whatever the entry.
    Result<SearchKey> parse_mod_seq()
    {
        SearchKey key(Kind::ModSeq);
        TRY_VOID(args_.space());
        if (args_.peek() == '"') {
            TRY(const auto entry, args_.string());
            if (ascii::equals_ignoring_case(entry, "/flags/\\Recent")) // no attr-flag
                return Error(Errc::Invalid, "\\Recent has no mod-sequence");
            TRY_VOID(args_.space());
            if (!args_.accept_word("priv") && !args_.accept_word("shared") &&
                !args_.accept_word("all"))
                return Error(Errc::Invalid, "Unknown entry type");
            TRY_VOID(args_.space());
        }
        TRY(key.mod_seq, args_.mod_seq());
        return key;
    }

    Result<SearchKey> parse_row(const Row& row)
    {
        SearchKey key(row.kind);
        key.field = row.field;
        key.number = static_cast<std::uint32_t>(row.flag);
        if (row.argument != Argument::None)
            TRY_VOID(args_.space());
        TRY_VOID(parse_argument(row.argument, key));
        return row.negated ? negate(std::move(key)) : std::move(key);
    }

    Result<> parse_argument(Argument argument, SearchKey& key)
    {
        switch (argument) {
        case Argument::None:
            break;
        case Argument::Text: {
            TRY(key.text, args_.astring());
            break;
        }
        case Argument::Date: {
            TRY(key.day, parse_date(args_));
            break;
        }
        case Argument::Number: {
            TRY(key.number, args_.octets());
            break;
        }
        case Argument::Seconds: { // RFC 5032 §3: nz-number
            TRY(key.number, args_.nz_number());
            break;
        }
        case Argument::ObjectId: // RFC 8474 §7: compared with case
        case Argument::Keyword: {
            TRY(const auto keyword, args_.atom());
            key.text = keyword;
            break;
        }
        case Argument::Uids: {
            TRY(key.set, args_.sequence_set());
            break;
        }
        }
        return ok();
    }

    Lexer& args_;
    std::size_t keys_ = 0;
    unsigned depth_ = 0;
};

} // namespace

void compare_by(SearchKey& key, mime::Collation collation)
{
    key.collation = collation;
    for (auto& child : key.children)
        compare_by(child, collation);
}

bool has_fuzzy(const SearchKey& key)
{
    return key.is_fuzzy || std::any_of(key.children.begin(), key.children.end(), has_fuzzy);
}

Result<SearchRequest> parse_search_program(Lexer& args)
{
    SearchRequest request;
    TRY(const auto charset, args.astring());
    request.charset = ascii::upper(charset);
    TRY_VOID(args.space());
    TRY(request.returns, parse_search_return(args));
    Parser parser(args);
    TRY(request.key, parser.parse_all());
    TRY_VOID(args.end());
    return request;
}

Result<SearchRequest> parse_search(Lexer& args)
{
    SearchRequest request;
    TRY(request.returns, parse_search_return(args));
    if (args.accept_word("CHARSET")) {
        TRY_VOID(args.space());
        TRY(const auto charset, args.astring());
        request.charset = ascii::upper(charset);
        TRY_VOID(args.space());
    }
    Parser parser(args);
    TRY(request.key, parser.parse_all());
    TRY_VOID(args.end());
    return request;
}

} // namespace mailctl::imap
