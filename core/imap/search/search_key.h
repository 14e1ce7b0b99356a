// What SEARCH asks for: a tree of keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/imap/date.h"
#include "core/imap/lexer.h"
#include "core/imap/search_return.h"
#include "core/imap/sequence_set.h"
#include "core/mime/collation.h"

namespace mailctl::imap {

/// search-key of RFC 3501 §6.4.4. FROM, TO, CC, BCC and SUBJECT are Header; NEW is And, OLD Not.
struct SearchKey {
    enum class Kind : std::uint8_t {
        All,
        Flag,     ///< `number`: a SystemFlag bit that is set
        Keyword,  ///< `text`
        Recent,
        Larger,   ///< than `number` octets
        Smaller,
        Older,    ///< INTERNALDATE at least `number` seconds ago. RFC 5032 §2
        Younger,
        Before,   ///< INTERNALDATE earlier than `day`
        On,
        Since,
        SavedBefore, ///< the same for the time it came into the mailbox. RFC 8514 §4.3
        SavedOn,
        SavedSince,
        SavedOlder,  ///< so at least `number` seconds ago; in no IMAP command, core/query has it
        SavedYounger,
        EmailId,    ///< `text`. RFC 8474 §6
        ThreadId,   ///< `text`
        SentBefore, ///< the same for the Date field
        SentOn,
        SentSince,
        Header,   ///< field `field` holds `text`
        Body,     ///< `text`
        Text,     ///< `text`, in header or body
        ModSeq,   ///< `mod_seq` or later. RFC 7162 §3.1.5
        Numbers,  ///< `set` of message numbers
        Uids,     ///< `set` of UIDs
        Not,      ///< of one child
        Or,       ///< of any number of children
        And,      ///< of any number of children
    };
    Kind kind = Kind::All;
    std::uint64_t number = 0;
    Day day{};
    mailctl::ModSeq mod_seq{};
    std::string field; ///< lower case
    std::string text;
    SequenceSet set;
    mime::Collation collation = mime::Collation::UnicodeCasemap; ///< of Header, Body and Text
    bool is_fuzzy = false; ///< of Header, Body and Text: what is like it will do. RFC 6203 §3
    std::vector<SearchKey> children;

    SearchKey() = default;
    explicit SearchKey(Kind k) : kind(k) {}
};

/// FUZZY is somewhere in it.
bool has_fuzzy(const SearchKey& key);
/// Texts in it are compared so. RFC 5255 §4
void compare_by(SearchKey& key, mime::Collation collation);

struct SearchRequest {
    std::optional<SearchReturn> returns; ///< nullopt: the response of RFC 3501
    std::string charset;                 ///< upper case; empty: none was named
    SearchKey key;                       ///< And of all
};

/// ["RETURN" SP "(" ... ")" SP] ["CHARSET" SP astring SP] search-key *(SP search-key).
/// RFC 3501 §9, RFC 4731 §3. Errors: Invalid (malformed, too many keys, nested too deep).
Result<SearchRequest> parse_search(Lexer& args);

/// charset SP search-key *(SP search-key), as SORT and THREAD have it: RFC 5256 §5. RETURN is taken
/// behind the charset too, where some clients put it.
Result<SearchRequest> parse_search_program(Lexer& args);

} // namespace mailctl::imap
