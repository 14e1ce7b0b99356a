// What GETMETADATA and SETMETADATA say. RFC 5464
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

inline constexpr std::size_t kMetadataEntriesAsked = 100; ///< of one command

// An entry is an astring, given in lower case. Errors: Invalid ("/private" and "/shared" are the
// only roots; two slashes, one at the end, a wildcard, a control character or one outside of ASCII).

/// "(" entry *(SP entry) ")". Errors: Invalid.
Result<std::vector<std::string>> parse_metadata_entry_list(Lexer& args);

/// RFC 5464 §4.2.
struct GetMetadata {
    enum class Depth : std::uint8_t { Zero, One, Infinity } depth = Depth::Zero;
    std::optional<std::uint32_t> max_size;
    std::string mailbox; ///< empty: the server
    std::vector<std::string> entries;

    /// True where the entry is asked for, by its name or by one above it.
    bool wants(std::string_view entry) const;
};

/// [SP options] SP mailbox [SP options] SP entries: the grammar has options before the mailbox, the
/// examples have them after it, and clients do both. Errors: Invalid.
Result<GetMetadata> parse_get_metadata(Lexer& args);

/// RFC 5464 §4.3.
struct SetMetadata {
    std::string mailbox; ///< empty: the server
    std::vector<std::pair<std::string, std::optional<std::string>>> values; ///< nullopt: NIL
};

/// SP mailbox SP "(" entry SP value *(SP entry SP value) ")". Errors: Invalid (also a vendor's entry
/// without a name).
Result<SetMetadata> parse_set_metadata(Lexer& args);

} // namespace mailctl::imap
