// What SORT orders messages by.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/mime/card_envelope.h"
#include "core/mime/collation.h"

namespace mailctl::imap {

/// sort-key of RFC 5256 §5 and RFC 5957 §3.
struct SortKey {
    enum class Kind : std::uint8_t {
        Arrival,
        Size,
        Relevancy, ///< the most relevant first. RFC 6203 §6
        Cc, ///< from here on the card is asked
        Date,
        From,
        Subject,
        To,
        DisplayFrom,
        DisplayTo,
    };
    Kind kind = Kind::Arrival;
    bool reverse = false;
    mime::Collation collation = mime::Collation::UnicodeCasemap; ///< of texts

    bool needs_card() const { return kind >= Kind::Cc; }
};

inline constexpr std::size_t kSortKeys = 20;         ///< of one SORT
inline constexpr std::size_t kSortedOctets = 1024;   ///< of one text; the rest decides nothing

/// "(" ["REVERSE" SP] key *(SP ["REVERSE" SP] key) ")". Errors: Invalid.
Result<std::vector<SortKey>> parse_sort_keys(Lexer& args);

/// What of a message may decide its place.
struct SortedMessage {
    std::uint64_t octets = 0;
    unsigned relevancy = 0; ///< 1 to 100
    Time arrived{};
    mime::CardSummary card; ///< empty where no key asks for it
};

/// A text whose octets are in the order of the messages; equal ones keep that of their numbers.
std::string sort_value(const std::vector<SortKey>& keys, const SortedMessage& message);

} // namespace mailctl::imap
