// The message query language: which messages a command or a rule is about.
//
//   query     = either
//   either    = all *( "or" all )
//   all       = one *( [ "and" ] one )
//   one       = "not" one / "(" query ")" / "all" / term
//   term      = FIELD ":" value             ; kTerms in term.cc has every field
//   value     = word / DQUOTE *( char / "\" char ) DQUOTE
//
// "and" binds closer than "or". A word ends at a space or a parenthesis. There are no bare words:
// one is always a quote forgotten, and a query that takes more than was meant deletes mail.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/imap/search/search_key.h"

namespace mailctl::query {

inline constexpr std::size_t kMaxQueryOctets = 16 * 1024;
inline constexpr unsigned kMaxTerms = 500;
inline constexpr unsigned kMaxDepth = 32; ///< of parentheses and "not"

/// What a query can ask of a mailbox.
struct MailboxFacts {
    std::string_view name; ///< as it is stored: "/" between levels
    std::string_view role; ///< "trash", "junk" and so on; empty: none
};

/// The roles that role: may name.
inline constexpr std::string_view kRoles[] = {"inbox", "archive", "drafts", "junk",
                                              "sent",  "trash",   "all",    "flagged"};

/// A query, parsed. The default one is "all".
class Query {
public:
    /// Errors: Invalid (malformed, a limit above passed), with the column, counted in characters
    /// from 1, and the nearest known field.
    static Result<Query> parse(std::string_view text);

    /// What is left to be asked of each message of a mailbox; nullopt: none there can match.
    std::optional<imap::SearchKey> for_mailbox(const MailboxFacts& mailbox) const;
    /// It asks for nothing: every message of every mailbox.
    bool is_all() const { return is_all_; }
    /// Some term is about mailboxes.
    bool names_mailboxes() const { return names_mailboxes_; }

private:
    friend class Parser;
    /// What each message is asked, or which mailboxes are meant.
    struct Node {
        enum class Kind { Key, Mailbox, Role, Not, And, Or };
        Kind kind = Kind::And;
        imap::SearchKey key;
        std::string pattern; ///< of Mailbox; of Role its name
        std::vector<Node> children;
    };
    /// A node asked of one mailbox: decided, or a key that each message decides.
    struct Narrowed;
    static Narrowed narrow(const Node& node, const MailboxFacts& mailbox);
    static Narrowed narrow_all(const Node& node, const MailboxFacts& mailbox);

    Node root_; ///< an And without children: all
    bool is_all_ = true;
    bool names_mailboxes_ = false;
};

} // namespace mailctl::query
