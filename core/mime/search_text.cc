// Looks for text in headers and text parts.
#include "core/mime/search_text.h"

#include <algorithm>
#include <cstring>

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

std::string text_of(const Field& field)
{
    return std::string(field.name) + ": " + decode_header_text(field.value);
}

/// The address lists of the envelope by field name; nullptr: not one of them.
const AddressList* addresses_of(const Envelope& envelope, std::string_view field)
{
    if (field == "from")
        return &envelope.from;
    if (field == "to")
        return &envelope.to;
    if (field == "cc")
        return &envelope.cc;
    return field == "bcc" ? &envelope.bcc : nullptr;
}

/// Fields whose whole text is in the envelope; nullptr: not one of them.
const std::string* value_of_field(const Envelope& envelope, std::string_view field)
{
    if (field == "subject")
        return &envelope.subject;
    if (field == "message-id")
        return &envelope.message_id;
    return field == "in-reply-to" ? &envelope.in_reply_to : nullptr;
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
    return is_in_folded(search_form(collation_, utf8));
}

bool TextNeedle::is_in_folded(std::string_view text) const
{
    // Faster than std::string_view::find, which tries every place of the first octet.
    return ::memmem(text.data(), text.size(), folded_.data(), folded_.size()) != nullptr;
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
        if (needle.is_in(text_of(reader.field())))
            return true;
    }
    return false;
}

std::vector<std::string> header_texts(std::string_view header)
{
    std::vector<std::string> texts;
    for (FieldReader reader(header); reader.next();)
        texts.push_back(fold_case(text_of(reader.field())));
    return texts;
}

std::optional<std::vector<std::string>> envelope_texts(const Envelope& envelope, std::string_view field)
{
    std::vector<std::string> texts;
    if (const auto* value = value_of_field(envelope, field)) {
        if (!value->empty())
            texts.push_back(decode_header_text(*value));
        return texts;
    }
    const auto* list = addresses_of(envelope, field);
    if (list == nullptr)
        return std::nullopt;
    for (const auto& address : *list) {
        auto text = decode_header_text(address.name) + " <" + address.mailbox;
        if (!address.host.empty())
            text += "@" + address.host;
        texts.push_back(std::move(text) + ">");
    }
    return texts;
}

std::vector<SearchRange> search_ranges(const Part& root)
{
    std::vector<SearchRange> ranges;
    add_ranges(root, ranges);
    return ranges;
}

PartText::PartText(const Part& part, Collation collation)
    : transfer_(transfer_encoding(part.encoding)),
      charset_(decoder_of(part)),
      is_html_(part.subtype == "html"),
      collation_(collation)
{
}

void PartText::feed(std::string_view octets)
{
    for (; !octets.empty(); octets.remove_prefix(std::min(octets.size(), kTextOctets))) {
        transfer_.feed(octets.substr(0, kTextOctets), decoded_);
        take_decoded(false);
    }
}

void PartText::finish()
{
    transfer_.finish(decoded_);
    take_decoded(true);
}

void PartText::take_decoded(bool is_last)
{
    const auto before = text_.size();
    if (charset_) {
        charset_->feed(decoded_, text_);
        if (is_last)
            charset_->finish(text_);
    } else {
        text_ += decoded_;
    }
    decoded_.clear();
    if (is_html_) {
        html_.feed(std::string_view(text_).substr(before), shown_text_);
        if (is_last)
            html_.finish(shown_text_);
        move_folded(shown_text_, is_last, shown);
    }
    move_folded(text_, is_last, sent);
}

void PartText::move_folded(std::string& text, bool is_last, std::string& out) const
{
    if (!is_last && text.size() < kTextOctets)
        return;
    const std::size_t cut = is_last ? text.size() : last_cut(text);
    out += search_form(collation_, std::string_view(text).substr(0, cut));
    text.erase(0, cut);
}

PartSearch::PartSearch(const Part& part, const TextNeedle& needle)
    : needle_(needle), text_(part, needle.collation()), found_(needle.folded().empty())
{
}

bool PartSearch::feed(std::string_view octets)
{
    for (; !octets.empty() && !found_; octets.remove_prefix(std::min(octets.size(), kTextOctets))) {
        text_.feed(octets.substr(0, kTextOctets));
        look();
    }
    return found_;
}

bool PartSearch::finish()
{
    if (!found_) {
        text_.finish();
        look();
    }
    return found_;
}

void PartSearch::look()
{
    found_ = look_in(text_.sent, sent_) || look_in(text_.shown, shown_);
}

bool PartSearch::look_in(std::string& piece, std::string& window)
{
    window += piece;
    piece.clear();
    const bool found = needle_.is_in_folded(window);
    const std::size_t kept = needle_.folded().size() - 1;
    if (window.size() > kept)
        window.erase(0, window.size() - kept);
    return found;
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
