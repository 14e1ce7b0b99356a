// Sections of RFC 3501 §6.4.5 as octets.
#include "core/imap/section.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

using Text = Section::Text;

OctetRange header_of(const mime::Part& part)
{
    return {part.header_offset, part.header_octets};
}

OctetRange body_of(const mime::Part& part)
{
    return {part.body_offset(), part.body_octets};
}

bool selects(const Section& section, std::string_view name)
{
    const bool listed = std::any_of(
        section.fields.begin(), section.fields.end(),
        [name](const auto& field) { return ascii::equals_ignoring_case(field, name); });
    return listed == (section.text == Text::HeaderFields);
}

/// HEADER and TEXT of a message: the one fetched, or one inside it.
OctetRange locate_in(const mime::Part& message, Text text)
{
    return text == Text::Text ? body_of(message) : header_of(message);
}

} // namespace

std::optional<OctetRange> locate(const Section& section, const mime::Card& card)
{
    if (section.part.empty()) {
        if (section.text == Text::All)
            return OctetRange{0, card.octets};
        return locate_in(card.root, section.text);
    }
    const auto* part = mime::find_part(card.root, section.part);
    if (part == nullptr)
        return std::nullopt;
    if (section.text == Text::All)
        return body_of(*part);
    if (section.text == Text::Mime)
        return header_of(*part);
    if (!part->is_message() || part->children.empty())
        return std::nullopt;
    return locate_in(part->children.front(), section.text);
}

OctetRange slice(OctetRange range, const std::optional<Partial>& partial)
{
    if (!partial)
        return range;
    const auto skipped = std::min<std::uint64_t>(partial->offset, range.octets);
    return {range.offset + skipped,
            std::min<std::uint64_t>(partial->octets, range.octets - skipped)};
}

std::string select_fields(std::string_view header, const Section& section)
{
    std::string out;
    bool selected = false; // also of the folded lines that follow
    while (!header.empty()) {
        const auto line = header.substr(0, header.find('\n') + 1);
        if (line.empty() || line == "\r\n" || line == "\n")
            break;
        if (!ascii::is_space(line.front())) {
            const auto name = line.substr(0, line.find_first_of(": \t\r\n"));
            selected = selects(section, name);
        }
        if (selected)
            out += line;
        header.remove_prefix(line.size());
    }
    return out += "\r\n";
}

} // namespace mailctl::imap
