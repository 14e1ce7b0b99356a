// What an index knows of a string that is sought.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/base/ids.h"

namespace mailctl::fts {

/// A set of documents; a document's number is its message's EmailId.
class DocumentSet {
public:
    void add(std::uint32_t number)
    {
        if (number / 64 >= bits_.size())
            bits_.resize(number / 64 + 1);
        bits_[number / 64] |= std::uint64_t{1} << number % 64;
    }
    bool has(std::uint64_t number) const
    {
        return number / 64 < bits_.size() && (bits_[number / 64] >> number % 64 & 1) != 0;
    }
    void add_all(const DocumentSet& other)
    {
        bits_.resize(std::max(bits_.size(), other.bits_.size()));
        for (std::size_t i = 0; i < other.bits_.size(); ++i)
            bits_[i] |= other.bits_[i];
    }
    void keep_only(const DocumentSet& other)
    {
        bits_.resize(std::min(bits_.size(), other.bits_.size()));
        for (std::size_t i = 0; i < bits_.size(); ++i)
            bits_[i] &= other.bits_[i];
    }
    std::size_t count() const
    {
        std::size_t sum = 0;
        for (const auto word : bits_)
            sum += static_cast<std::size_t>(__builtin_popcountll(word));
        return sum;
    }

private:
    std::vector<std::uint64_t> bits_;
};

/// Which messages an index can speak of.
struct Coverage {
    std::uint64_t trusted = 0; ///< up to this EmailId index and store agree
    DocumentSet known;
    DocumentSet unread; ///< known, but their text is not: too large, or not readable
    bool speaks_of(EmailId id) const
    {
        const auto number = value_of(id);
        return number <= trusted && known.has(number) && !unread.has(number);
    }
};

enum class Says : std::uint8_t { Unknown, No, Yes };

/// About one string. An empty answer knows nothing. What it says holds exactly: "Unknown" is to be
/// looked up in the message itself.
struct Answer {
    std::shared_ptr<const Coverage> coverage;
    DocumentSet yes;
    DocumentSet maybe; ///< holds the pieces of the string, but perhaps not in its order
    std::unordered_map<std::uint64_t, unsigned> scores; ///< of a fuzzy one, 1 to 100

    Says about(EmailId id) const
    {
        if (!coverage || !coverage->speaks_of(id))
            return Says::Unknown;
        if (yes.has(value_of(id)))
            return Says::Yes;
        return maybe.has(value_of(id)) ? Says::Unknown : Says::No;
    }
};

} // namespace mailctl::fts
