// Fuzzes messages: cards whole and in pieces, their stored form, decoded text, searching.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/utf8.h"
#include "core/mime/address_list.h"
#include "core/mime/card.h"
#include "core/mime/card_envelope.h"
#include "core/mime/date.h"
#include "core/mime/encoded_word.h"
#include "core/mime/header.h"
#include "core/mime/search_text.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

const Time kLastYear{std::chrono::sys_days{std::chrono::year{9999} / 1 / 1}};

std::string fed_in_pieces(std::string_view message, std::size_t octets)
{
    mime::CardBuilder builder;
    for (; !message.empty(); message.remove_prefix(std::min(octets, message.size())))
        builder.feed(message.substr(0, octets));
    return encode(builder.finish());
}

bool is_same(const mime::FirstAddress& a, const mime::FirstAddress& b)
{
    return a.name == b.name && a.mailbox == b.mailbox && a.host == b.host;
}

/// What is read of a card alone is what the whole card has.
void check_parts(std::string_view stored, const mime::Card& card)
{
    const auto envelope = mime::decode_card_envelope(stored);
    require(envelope.has_value() && envelope->envelope == card.envelope);
    const auto part = mime::decode_card_summary(stored);
    const auto whole = mime::summary_of(card);
    require(part.has_value() && part->date == whole.date && part->subject == whole.subject);
    require(is_same(part->from, whole.from) && is_same(part->to, whole.to) && is_same(part->cc, whole.cc));
}

void check_ranges(const mime::Part& part, std::uint64_t end)
{
    require(part.body_offset() + part.body_octets <= end);
    require(part.is_multipart() == (!part.children.empty() && !part.envelope));
    for (const auto& child : part.children)
        check_ranges(child, end);
}

void check_text(std::string_view message, const mime::Card& card)
{
    const auto header = message.substr(0, card.root.header_octets);
    for (mime::FieldReader reader(header); reader.next();) {
        require(utf8::is_valid(mime::decode_header_text(reader.field().value)));
        mime::parse_address_list(reader.field().value);
        const auto date = mime::parse_date(reader.field().value);
        if (date && date->time < kLastYear) {
            const auto again = mime::parse_date(mime::format_date(date->time, date->zone));
            require(again.has_value() && again->time == date->time);
        }
    }
    const mime::TextNeedle needle("n\xc3\xa4" "del");
    mime::message_contains(message, card, needle);
    for (const auto& range : mime::search_ranges(card.root)) {
        const auto octets = message.substr(range.offset, range.octets);
        mime::PartSearch search(*range.part, needle);
        bool in_pieces = false;
        for (std::size_t at = 0; at < octets.size() && !range.is_header; at += 7)
            in_pieces = search.feed(octets.substr(at, 7));
        if (!range.is_header)
            require((in_pieces || search.finish()) == range_contains(octets, range, needle));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] == 0) {
        if (const auto card = mime::decode_card(input)) {
            require(mime::decode_card(encode(*card)).has_value());
            mime::find_part(card->root, {1, 2, 1, 1});
            check_parts(input, *card);
        }
        (void)mime::decode_card_summary(input);
        (void)mime::decode_card_envelope(input);
        return 0;
    }
    const mime::Card card = mime::make_card(input);
    const std::string stored = encode(card);
    require(card.octets == input.size());
    require(fed_in_pieces(input, data[0]) == stored);
    const auto decoded = mime::decode_card(stored);
    require(decoded.has_value() && encode(*decoded) == stored);
    check_ranges(card.root, input.size());
    check_parts(stored, *decoded);
    check_text(input, card);
    return 0;
}
