// Sets of message numbers or UIDs: parsing, resolving "*", writing.
#include "core/imap/sequence_set.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

Error malformed()
{
    return Error(Errc::Invalid, "Malformed message set");
}

/// seq-number = nz-number / "*"; gives 0 for "*".
Result<std::uint32_t> parse_one(std::string_view text)
{
    if (text == "*")
        return 0U;
    const auto number = ascii::parse_number<std::uint32_t>(text);
    if (!number || *number == 0)
        return malformed();
    return *number;
}

Result<NumberRange> parse_range(std::string_view text)
{
    const auto colon = text.find(':');
    TRY(const auto first, parse_one(text.substr(0, colon)));
    if (colon == std::string_view::npos)
        return NumberRange{first, first};
    TRY(const auto last, parse_one(text.substr(colon + 1)));
    return NumberRange{first, last};
}

/// Sorts, and joins ranges that touch.
void normalize(std::vector<NumberRange>& ranges)
{
    std::sort(ranges.begin(), ranges.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (const auto& range : ranges) {
        if (kept != 0 && range.first - 1 <= ranges[kept - 1].last)
            ranges[kept - 1].last = std::max(ranges[kept - 1].last, range.last);
        else
            ranges[kept++] = range;
    }
    ranges.resize(kept);
}

} // namespace

Result<SequenceSet> SequenceSet::parse(std::string_view text)
{
    SequenceSet set;
    if (text == "$") {
        set.is_saved_ = true;
        return set;
    }
    for (const auto part : ascii::split(text, ',')) {
        TRY(const auto range, parse_range(part));
        set.ranges_.push_back(range);
    }
    return set;
}

std::vector<NumberRange> SequenceSet::resolve(std::uint32_t largest) const
{
    std::vector<NumberRange> resolved;
    resolved.reserve(ranges_.size());
    for (const auto& range : ranges_) {
        const auto first = range.first == 0 ? largest : range.first;
        const auto last = range.last == 0 ? largest : range.last;
        if (first != 0 && last != 0)
            resolved.push_back({std::min(first, last), std::max(first, last)});
    }
    normalize(resolved);
    return resolved;
}

bool SequenceSet::is_past(std::uint32_t largest) const
{
    return std::any_of(ranges_.begin(), ranges_.end(), [largest](const auto& range) {
        const bool star = range.first == 0 || range.last == 0;
        return (star && largest == 0) || std::max(range.first, range.last) > largest;
    });
}

bool contains(std::span<const NumberRange> ranges, std::uint32_t number)
{
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), number,
                         [](std::uint32_t n, const NumberRange& range) { return n < range.first; });
    return after != ranges.begin() && std::prev(after)->last >= number;
}

std::vector<NumberRange> ranges_of(std::span<const std::uint32_t> numbers)
{
    std::vector<NumberRange> ranges;
    for (const auto number : numbers) {
        if (!ranges.empty() && ranges.back().last + 1 == number)
            ranges.back().last = number;
        else
            ranges.push_back({number, number});
    }
    return ranges;
}

void put_number_set(std::string& out, std::span<const std::uint32_t> numbers)
{
    const char* before = "";
    for (const auto& range : ranges_of(numbers)) {
        out.append(before).append(std::to_string(range.first));
        if (range.last != range.first)
            out.append(":").append(std::to_string(range.last));
        before = ",";
    }
}

void put_uid_set(std::string& out, std::span<const Uid> uids)
{
    for (std::size_t i = 0; i < uids.size();) {
        std::size_t end = i + 1;
        while (end < uids.size() && value_of(uids[end]) == value_of(uids[end - 1]) + 1)
            ++end;
        if (i != 0)
            out += ',';
        out += std::to_string(value_of(uids[i]));
        if (end - i > 1)
            out.append(":").append(std::to_string(value_of(uids[end - 1])));
        i = end;
    }
}

} // namespace mailctl::imap
