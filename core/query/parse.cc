// Parses the query language.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/query/query.h"
#include "core/query/term.h"

namespace mailctl::query {

/// Recursive descent over one text; terms and depth are counted against their limits.
class Parser {
public:
    using Node = Query::Node;
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Query> parse()
    {
        Query query;
        skip_spaces();
        if (at_end())
            return query;
        TRY(query.root_, either());
        if (!at_end())
            return fail(at_, "a ) without its (");
        query.is_all_ = query.root_.kind == Node::Kind::And && query.root_.children.empty();
        query.names_mailboxes_ = names_mailboxes_;
        return query;
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    static bool ends_word(char c)
    {
        return ascii::is_space(c) || c == '\n' || c == '\r' || c == '(' || c == ')';
    }
    void skip_spaces()
    {
        while (!at_end() && (ascii::is_space(text_[at_]) || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    /// Columns are what a person counts: characters, not octets.
    Error fail(std::size_t at, const std::string& what) const
    {
        const auto start = text_.substr(0, at);
        const auto column = 1 + std::count_if(start.begin(), start.end(), [](char c) {
                                return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                            });
        return Error(Errc::Invalid, "query, column " + std::to_string(column) + ": " + what);
    }
    std::string_view peek_word() const
    {
        const auto rest = text_.substr(at_);
        const auto end = std::find_if(rest.begin(), rest.end(), ends_word);
        return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    }
    bool next_is(std::string_view word) const
    {
        return ascii::equals_ignoring_case(peek_word(), word);
    }
    bool accept(std::string_view word)
    {
        if (!next_is(word))
            return false;
        at_ += word.size();
        skip_spaces();
        return true;
    }

    /// all *( "or" all )
    Result<Node> either()
    {
        TRY(auto first, all());
        if (!next_is("or"))
            return first;
        Node node;
        node.kind = Node::Kind::Or;
        node.children.push_back(std::move(first));
        while (accept("or")) {
            TRY(auto next, all());
            node.children.push_back(std::move(next));
        }
        return node;
    }

    /// one *( [ "and" ] one )
    Result<Node> all()
    {
        Node node;
        TRY(auto first, one());
        node.children.push_back(std::move(first));
        while (!at_end() && text_[at_] != ')' && !next_is("or")) {
            accept("and");
            TRY(auto next, one());
            node.children.push_back(std::move(next));
        }
        if (node.children.size() == 1) {
            Node only = std::move(node.children.front());
            return only;
        }
        return node;
    }

    Result<Node> one()
    {
        if (++depth_ > kMaxDepth)
            return fail(at_, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
        auto node = one_of_any_depth();
        --depth_;
        return node;
    }

    Result<Node> one_of_any_depth()
    {
        if (at_end())
            return fail(at_, "something is missing at the end");
        if (text_[at_] == '(')
            return group();
        const auto start = at_;
        if (accept("not")) {
            Node node;
            node.kind = Node::Kind::Not;
            TRY(auto inner, one());
            node.children.push_back(std::move(inner));
            return node;
        }
        if (accept("all"))
            return Node();
        if (next_is("and") || next_is("or") || text_[at_] == ')')
            return fail(start, "a term is missing here");
        return term();
    }

    Result<Node> group()
    {
        const auto open = at_++;
        skip_spaces();
        TRY(auto node, either());
        if (at_end())
            return fail(open, "a ( without its )");
        ++at_;
        skip_spaces();
        return node;
    }

    Result<Node> term()
    {
        const auto start = at_;
        if (++terms_ > kMaxTerms)
            return fail(start, "more than " + std::to_string(kMaxTerms) + " terms");
        const auto word = peek_word();
        const auto colon = word.find(':');
        if (colon == std::string_view::npos || word.find('"') < colon)
            return fail(start, "\"" + ascii::printable(word) +
                                   "\" is no term: say text:WORD, or put \" around a value with "
                                   "spaces");
        const auto field = word.substr(0, colon);
        const auto* known = find_term(field);
        if (known == nullptr) {
            const auto meant = nearest_field(field);
            return fail(start, "no field \"" + ascii::printable(field) + "\"" +
                                   (meant.empty() ? "" : "; did you mean " + meant + "?"));
        }
        at_ += colon + 1;
        return known->value == ValueKind::HeaderText ? header() : value_of(*known);
    }

    /// header:NAME and header:NAME:VALUE
    Result<Node> header()
    {
        const auto start = at_;
        const auto word = peek_word();
        const auto name = word.substr(0, word.find(':'));
        const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return c > ' ' && c < 127 && c != '"'; // RFC 5322 §3.6.8
        });
        if (!is_name)
            return fail(start, "a header field's name belongs here: header:List-Id:value");
        at_ += name.size();
        Node node;
        node.kind = Node::Kind::Key;
        node.key = imap::SearchKey(imap::SearchKey::Kind::Header);
        node.key.field = ascii::lower(name);
        if (!at_end() && text_[at_] == ':') {
            ++at_;
            TRY(node.key.text, value());
        } else {
            skip_spaces();
        }
        return node;
    }

    Result<Node> value_of(const Term& known)
    {
        const auto start = at_;
        TRY(auto text, value());
        Node node;
        if (known.value == ValueKind::Mailbox || known.value == ValueKind::Role) {
            const bool is_role = known.value == ValueKind::Role;
            const auto role = ascii::lower(text);
            if (is_role && std::find(std::begin(kRoles), std::end(kRoles), role) == std::end(kRoles))
                return fail(start, "no role \"" + ascii::printable(text) +
                                       "\"; there are inbox, archive, drafts, junk, sent, trash, "
                                       "all, flagged");
            node.kind = is_role ? Node::Kind::Role : Node::Kind::Mailbox;
            node.pattern = is_role ? role : std::move(text);
            names_mailboxes_ = true;
            return node;
        }
        auto key = make_key(known, std::move(text));
        if (!key)
            return fail(start, key.error().detail());
        node.kind = Node::Kind::Key;
        node.key = *std::move(key);
        return node;
    }

    /// A word, or what stands between quotes.
    Result<std::string> value()
    {
        const auto start = at_;
        if (!at_end() && text_[at_] == '"')
            return quoted();
        const auto word = peek_word();
        if (word.empty())
            return fail(start, "a value is missing; \"\" is the empty one");
        if (const auto quote = word.find('"'); quote != std::string_view::npos)
            return fail(start + quote, "quotes go around the whole value");
        at_ += word.size();
        skip_spaces();
        return std::string(word);
    }

    Result<std::string> quoted()
    {
        const auto open = at_++;
        std::string value;
        for (; !at_end() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && ++at_ >= text_.size())
                break;
            value += text_[at_];
        }
        if (at_end())
            return fail(open, "a quote without its end");
        ++at_;
        if (!at_end() && !ends_word(text_[at_]))
            return fail(at_, "a space belongs after the quote");
        skip_spaces();
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned terms_ = 0;
    unsigned depth_ = 0;
    bool names_mailboxes_ = false;
};

Result<Query> Query::parse(std::string_view text)
{
    if (text.size() > kMaxQueryOctets)
        return Error(Errc::Invalid,
                     "query: longer than " + std::to_string(kMaxQueryOctets) + " octets");
    if (!utf8::is_valid(text) || text.find('\0') != std::string_view::npos)
        return Error(Errc::Invalid, "query: not UTF-8 text");
    return Parser(text).parse();
}

} // namespace mailctl::query
