// Writes and reads with ldns.
#include "core/dns/record_text.h"

#include "core/dns/rrset.h" // last

namespace mailctl::dns {
namespace {

std::string taken(char* text)
{
    std::string out(text ? text : "");
    std::free(text); // NOLINT: ldns allocates with malloc
    return out;
}

/// RFC 6895 §3.1: from 128 to 255 stand questions and what belongs to one message; 41 is OPT.
bool is_of_records(std::uint16_t type)
{
    return type != 0 && type != 41 && (type < 128 || type > 255);
}

} // namespace

Result<Type> parse_type(std::string_view text)
{
    const std::string name = ascii::upper(text);
    const auto type = static_cast<std::uint16_t>(ldns_get_rr_type_by_name(name.c_str()));
    if (!is_of_records(type))
        return Error(Errc::Invalid, "no type of records: " + ascii::printable(text));
    return static_cast<Type>(type);
}

std::string text_of(Type type)
{
    return taken(ldns_rr_type2str(static_cast<ldns_rr_type>(type)));
}

Result<std::string> text_of(Type type, std::string_view rdata)
{
    const auto number = static_cast<std::uint16_t>(type);
    const auto add = [](std::string& wire, std::size_t value) {
        wire += static_cast<char>(value >> 8);
        wire += static_cast<char>(value);
    };
    std::string wire(1, '\0'); // the root owns it, class IN, TTL 0
    add(wire, number);
    add(wire, 1);
    add(wire, 0);
    add(wire, 0);
    add(wire, rdata.size());
    wire += rdata;
    ldns_rr* parsed = nullptr;
    std::size_t at = 0;
    const ldns_status status =
        ldns_wire2rr(&parsed, reinterpret_cast<const std::uint8_t*>(wire.data()), wire.size(), &at,
                     LDNS_SECTION_ANSWER);
    const LdnsRecord record(status == LDNS_STATUS_OK ? parsed : nullptr);
    if (!record)
        return Error(Errc::Corrupt, "DNS: malformed record");
    std::string out;
    for (std::size_t i = 0; i < ldns_rr_rd_count(record.get()); ++i)
        out += (i == 0 ? "" : " ") + taken(ldns_rdf2str(ldns_rr_rdf(record.get(), i)));
    return out;
}

} // namespace mailctl::dns
