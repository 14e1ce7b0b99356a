// Which octets of a message a section names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/imap/fetch_items.h"
#include "core/mime/card.h"

namespace mailctl::imap {

/// Octets of the whole message.
struct OctetRange {
    std::uint64_t offset = 0;
    std::uint64_t octets = 0;
};

/// Where the section is; for HEADER.FIELDS the whole header. nullopt: the message has no such
/// part. RFC 3501 §6.4.5.
std::optional<OctetRange> locate(const Section& section, const mime::Card& card);

/// The slice that a partial asks for; empty past the end.
OctetRange slice(OctetRange range, const std::optional<Partial>& partial);

/// The fields of `header` that HEADER.FIELDS or HEADER.FIELDS.NOT selects, in their order, and a
/// blank line.
std::string select_fields(std::string_view header, const Section& section);

} // namespace mailctl::imap
