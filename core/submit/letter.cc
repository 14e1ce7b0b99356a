// Header fields are read by core/mime; here is what sendmail programs do with them.
#include "core/submit/letter.h"

#include "core/address/address.h"
#include "core/mime/address_list.h"
#include "core/mime/header.h"

namespace mailctl::submit {

void LineEnds::end_line(std::string& out)
{
    if (dot_ends_ && dot_ && line_octets_ == 1) {
        done_ = true;
        return;
    }
    if (dot_)
        out += '.';
    out += "\r\n";
    dot_ = false;
    line_octets_ = 0;
}

void LineEnds::feed(std::string_view octets, std::string& out)
{
    for (const char c : octets) {
        if (done_)
            return;
        if (cr_ && c == '\n') { // the second half
            cr_ = false;
            continue;
        }
        cr_ = c == '\r';
        if (c == '\r' || c == '\n') {
            end_line(out);
            continue;
        }
        if (dot_)
            out += '.';
        dot_ = c == '.' && line_octets_ == 0;
        if (!dot_)
            out += c;
        ++line_octets_;
    }
}

void LineEnds::finish(std::string& out)
{
    if (!done_ && line_octets_ > 0)
        end_line(out);
}

namespace {

/// RFC 5322 §3.4, a missing domain filled in.
void add_addresses(std::string_view value, const std::string& domain,
                   std::vector<std::string>& out)
{
    for (const auto& one : mime::parse_address_list(value)) {
        if (one.host.empty())
            continue; // a group's start or end
        address::Address whole;
        whole.local_part = one.mailbox;
        const auto canonical = address::canonical_domain(one.host);
        whole.domain = one.host == mime::kMissingHost ? domain : canonical ? *canonical : one.host;
        out.push_back(to_string(whole));
    }
}

bool is_recipient_field(const mime::Field& field, bool resent)
{
    if (resent)
        return field.is("Resent-To") || field.is("Resent-Cc") || field.is("Resent-Bcc");
    return field.is("To") || field.is("Cc") || field.is("Bcc");
}

bool has_resent(std::string_view header)
{
    return mime::find_field(header, "Resent-To") || mime::find_field(header, "Resent-Cc") ||
           mime::find_field(header, "Resent-Bcc");
}

std::optional<std::string> author_of(std::string_view header, const std::string& domain)
{
    if (const auto path = mime::find_field(header, "Return-Path");
        path && mime::unfold(*path) == "<>")
        return "";
    for (const std::string_view name : {"Return-Path", "Sender", "From"}) {
        const auto value = mime::find_field(header, name);
        std::vector<std::string> found;
        if (value)
            add_addresses(*value, domain, found);
        if (!found.empty())
            return found.front();
    }
    return std::nullopt;
}

/// Whether To, Cc and Bcc name recipients, beside or instead of kPickupTo fields.
bool counts_header(std::string_view header, const HeaderWishes& wishes)
{
    if (!wishes.pickup)
        return wishes.recipients;
    bool found = false, header_too = false;
    for (mime::FieldReader reader(header); reader.next();) {
        found = found || reader.field().is(kPickupTo);
        header_too = header_too || (reader.field().is(kPickupTo) &&
                                    mime::unfold(reader.field().value) == "(header)");
    }
    return !found || header_too;
}

/// A phrase of RFC 5322 §3.2.5, quoted; control characters would end the field.
std::string quoted(std::string_view name)
{
    std::string out = "\"";
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            continue;
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string from_field(const HeaderWishes& wishes)
{
    const std::string address = wishes.sender.empty() ? "MAILER-DAEMON@" + wishes.domain
                                                      : wishes.sender;
    if (wishes.full_name.empty())
        return "From: " + address + "\r\n";
    return "From: " + quoted(wishes.full_name) + " <" + address + ">\r\n";
}

/// Where the fields end: at the blank line, or before the first line that is none.
std::size_t octets_of_fields(std::string_view text)
{
    std::size_t octets = 0;
    for (mime::FieldReader reader(text); reader.next();) {
        if (reader.field().name.empty())
            break;
        octets += reader.field().raw.size();
    }
    return octets;
}

} // namespace

PreparedHeader prepare_header(std::string_view text, const HeaderWishes& wishes)
{
    if (text.starts_with("From ")) {
        const auto end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    const std::string_view fields = text.substr(0, octets_of_fields(text));
    text.remove_prefix(fields.size());
    PreparedHeader out;
    const bool resent = has_resent(fields);
    const bool counts = counts_header(fields, wishes);
    for (mime::FieldReader reader(fields); reader.next();) {
        const mime::Field& field = reader.field();
        const bool added = wishes.pickup && field.is(kPickupTo);
        if (added || (counts && is_recipient_field(field, resent)))
            add_addresses(field.value, wishes.domain, out.recipients);
        const bool blind = field.is("Bcc") || field.is("Resent-Bcc");
        const bool trace = field.is("Return-Path"); // RFC 5321 §4.4: the final delivery's
        if (!(counts && blind) && !trace && !added)
            out.header += field.raw;
    }
    out.author = author_of(fields, wishes.domain);
    if (!mime::find_field(fields, "From"))
        out.header.insert(0, from_field(wishes));
    out.header += "\r\n";
    if (text.starts_with("\r\n"))
        text.remove_prefix(2);
    out.rest = text;
    return out;
}

Result<std::string> full_address(std::string_view text, const std::string& domain)
{
    std::vector<std::string> found;
    add_addresses(text, domain, found);
    if (found.size() != 1)
        return Error(Errc::Invalid, std::string(text) + ": not one address");
    if (const auto parsed = address::parse(found.front()); !parsed)
        return Error(Errc::Invalid, std::string(text) + ": " + parsed.error().detail());
    return found.front();
}

} // namespace mailctl::submit
