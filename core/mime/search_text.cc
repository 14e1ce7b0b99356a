// Looks for text in headers and text parts.
#include "core/mime/search_text.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/content_type.h"
#include "core/mime/encoded_word.h"
#include "core/mime/header.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kTextOctets = 32 * 1024; // looked into at once

/// Where UTF-8 text may be cut so that folding gives the same: before the last ASCII character,
/// as none of them joins with what stands before it.
std::size_t last_cut(std::string_view text)
{
    for (std::size_t at = text.size(); at-- > 1;) {
        if (!ascii::is_8bit(text[at]))
            return at;
    }
    return text.size();
}

std::optional<CharsetDecoder> decoder_of(const Part& part)
{
    const auto charset = find_parameter(part.parameters, "charset");
    auto decoder = CharsetDecoder::open(charset.value_or("utf-8"));
    if (!decoder)
        decoder = CharsetDecoder::open("windows-1252");
    if (!decoder)
        return std::nullopt;
    return *std::move(decoder);
}

void add_ranges(const Part& part, std::vector<SearchRange>& out)
{
    if (part.children.empty() && part.type == "text")
        out.push_back({&part, part.body_offset(), part.body_octets, false});
    if (part.is_message()) {
        const Part& inside = part.children.front();
        out.push_back({&inside, inside.header_offset, inside.header_octets, true});
    }
    for (const auto& child : part.children)
        add_ranges(child, out);
}

} // namespace

bool TextNeedle::is_in(std::string_view utf8) const
{
    return fold_case(utf8).find(folded_) != std::string::npos;
}

bool field_contains(std::string_view header, std::string_view name, const TextNeedle& needle)
{
    for (FieldReader reader(header); reader.next();) {
        if (reader.field().is(name) && needle.is_in(decode_header_text(reader.field().value)))
            return true;
    }
    return false;
}

bool header_contains(std::string_view header, const TextNeedle& needle)
{
    if (needle.folded().empty())
        return true;
    for (FieldReader reader(header); reader.next();) {
        const Field& field = reader.field();
        const std::string shown =
            std::string(field.name) + ": " + decode_header_text(field.value);
        if (needle.is_in(shown))
            return true;
    }
    return false;
}

std::vector<SearchRange> search_ranges(const Part& root)
{
    std::vector<SearchRange> ranges;
    add_ranges(root, ranges);
    return ranges;
}

PartSearch::PartSearch(const Part& part, const TextNeedle& needle)
    : needle_(needle),
      transfer_(transfer_encoding(part.encoding)),
      charset_(decoder_of(part)),
      found_(needle.folded().empty())
{
}

bool PartSearch::feed(std::string_view octets)
{
    for (; !octets.empty() && !found_;
         octets.remove_prefix(std::min(octets.size(), kTextOctets))) {
        transfer_.feed(octets.substr(0, kTextOctets), decoded_);
        take_decoded(false);
    }
    return found_;
}

bool PartSearch::finish()
{
    if (!found_) {
        transfer_.finish(decoded_);
        take_decoded(true);
    }
    return found_;
}

void PartSearch::take_decoded(bool is_last)
{
    if (charset_) {
        charset_->feed(decoded_, text_);
        if (is_last)
            charset_->finish(text_);
    } else {
        text_ += decoded_;
    }
    decoded_.clear();
    if (!is_last && text_.size() < kTextOctets)
        return;
    const std::size_t cut = is_last ? text_.size() : last_cut(text_);
    look_in(std::string_view(text_).substr(0, cut));
    text_.erase(0, cut);
}

void PartSearch::look_in(std::string_view utf8)
{
    window_ += fold_case(utf8);
    found_ = window_.find(needle_.folded()) != std::string::npos;
    const std::size_t kept = needle_.folded().size() - 1;
    if (window_.size() > kept)
        window_.erase(0, window_.size() - kept);
}

bool range_contains(std::string_view octets, const SearchRange& range, const TextNeedle& needle)
{
    if (range.is_header)
        return header_contains(octets, needle);
    PartSearch search(*range.part, needle);
    return search.feed(octets) || search.finish();
}

bool body_contains(std::string_view message, const Card& card, const TextNeedle& needle)
{
    const auto ranges = search_ranges(card.root);
    return needle.folded().empty() ||
           std::any_of(ranges.begin(), ranges.end(), [&](const SearchRange& range) {
               const auto from = std::min<std::size_t>(range.offset, message.size());
               return range_contains(message.substr(from, range.octets), range, needle);
           });
}

bool message_contains(std::string_view message, const Card& card, const TextNeedle& needle)
{
    return header_contains(message.substr(0, card.root.header_octets), needle) ||
           body_contains(message, card, needle);
}

} // namespace mailctl::mime
