// Sets of message numbers or UIDs, as commands name them and as responses give them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::imap {

/// Both ends inside. In a SequenceSet 0 stands for "*".
struct NumberRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool operator==(const NumberRange&) const = default;
};

/// "2,4:7,9,12:*" as it was sent. RFC 3501 §9, sequence-set.
class SequenceSet {
public:
    SequenceSet() = default;

    /// "$" is the set that a SEARCH saved: RFC 5182 §2.1. Errors: Invalid (empty, zero, not a
    /// number, over 32 bits).
    static Result<SequenceSet> parse(std::string_view text);

    /// It is "$": the view knows what it holds, and the other members know nothing.
    bool is_saved() const { return is_saved_; }

    /// Ascending ranges without overlap, "*" replaced by `largest`. "559:*" holds `largest` even
    /// where it is below 559 (RFC 3501 §6.4.8). With `largest` 0, "*" alone stands for nothing.
    std::vector<NumberRange> resolve(std::uint32_t largest) const;

    /// True where a number is past `largest`, or where "*" is used and `largest` is 0:
    /// an error for message numbers (RFC 3501 §9, seq-number).
    bool is_past(std::uint32_t largest) const;

private:
    std::vector<NumberRange> ranges_;
    bool is_saved_ = false;
};

/// True where one of the ascending ranges holds the number.
bool contains(std::span<const NumberRange> ranges, std::uint32_t number);

/// Ascending numbers as ranges without overlap.
std::vector<NumberRange> ranges_of(std::span<const std::uint32_t> numbers);
/// Appends "4:7,9" for ascending numbers.
void put_number_set(std::string& out, std::span<const std::uint32_t> numbers);
/// Appends "4:7,9" for ascending or mixed UIDs; runs are joined. RFC 4315 §3, uid-set.
void put_uid_set(std::string& out, std::span<const Uid> uids);

} // namespace mailctl::imap
