// What a SEARCH or SORT is to tell: RETURN and its options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

/// partial-range of RFC 9394 §5: places in a result, counted from its start or from its end.
struct PartialRange {
    std::uint32_t first = 1; ///< may be after `last`
    std::uint32_t last = 1;
    bool from_end = false;

    /// Places [from, to) of a result of `count`; empty where it has none there.
    struct Places {
        std::size_t from = 0, to = 0;
    };
    Places places(std::size_t count) const;
    /// "1:500" or "-1:-100": the lower place first, however it was asked for.
    std::string text() const;
};

/// ("-" nz-number ":" "-" nz-number) / (nz-number ":" nz-number). Errors: Invalid.
Result<PartialRange> parse_partial_range(Lexer& args);

/// RFC 4731 §3.1, RFC 5182 §2.1, RFC 9394 §3.1, RFC 6203 §4, RFC 5267 §4.
struct SearchReturn {
    bool min = false, max = false, all = false, count = false, save = false, relevancy = false;
    bool update = false; ///< changes of the result are to be told
    std::optional<PartialRange> partial;

    /// Only to be kept: no response is sent.
    bool is_save_alone() const { return save && !min && !max && !all && !count && !partial && !relevancy; }
};

/// "RETURN" SP "(" [option *(SP option)] ")" SP; nullopt where there is none. "()" asks for ALL.
/// Errors: Invalid.
Result<std::optional<SearchReturn>> parse_search_return(Lexer& args);

} // namespace mailctl::imap
