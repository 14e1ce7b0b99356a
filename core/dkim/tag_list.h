// Tag lists: what signatures and key records are written in. RFC 6376 §3.2
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::dkim {

struct Tag {
    std::string_view name;
    std::string_view value; ///< without blanks at its ends, still folded
    bool operator==(const Tag&) const = default;
};

/// In the order written. Borrows: `text`.
class TagList {
public:
    explicit TagList(std::vector<Tag> tags) : tags_(std::move(tags)) {}
    const std::vector<Tag>& tags() const { return tags_; }
    /// nullptr: no such tag. Names tell upper from lower case.
    const std::string_view* find(std::string_view name) const;

private:
    std::vector<Tag> tags_;
};

/// Errors: Invalid (no "=", bad name, bad character, a name twice).
Result<TagList> parse_tag_list(std::string_view text);

/// The parts of a value between colons, without blanks: "sha1 : sha256".
std::vector<std::string> split_colons(std::string_view value);

/// The value without blanks and line ends: base64 as it is folded.
std::string without_blanks(std::string_view value);

} // namespace mailctl::dkim
