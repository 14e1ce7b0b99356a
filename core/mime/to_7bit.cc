// Converts part by part, along the byte ranges of the message's card.
#include "core/mime/to_7bit.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/card.h"
#include "core/mime/content_type.h"
#include "core/mime/header.h"
#include "core/mime/octet_count.h"
#include "core/mime/transfer_encode.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kMaxLineOctets = 998; // RFC 5322 §2.1.1
constexpr std::string_view kEncodingField = "Content-Transfer-Encoding";

class Converter {
public:
    explicit Converter(std::string_view message) : message_(message)
    {
        out_.reserve(message.size() + message.size() / 2);
    }

    Result<> convert(const Part& part, bool is_outermost);
    std::string take() { return std::move(out_); }

private:
    std::string_view header_of(const Part& part) const
    {
        return message_.substr(part.header_offset, part.header_octets);
    }
    std::string_view body_of(const Part& part) const
    {
        return message_.substr(part.body_offset(), part.body_octets);
    }

    Result<> convert_children(const Part& part);
    Result<> convert_leaf(const Part& part, bool is_outermost);
    Result<> append_between(std::size_t begin, std::size_t end);
    void append_header(const Part& part, std::string_view encoding, bool is_outermost);

    std::string_view message_;
    std::string out_;
};

/// Text that is text for the most part stays readable.
bool is_better_quoted(const Part& part, std::string_view body)
{
    const auto strange = std::count_if(body.begin(), body.end(),
                                       [](char c) { return ascii::is_8bit(c) || c == '\0'; });
    return part.type == "text" && static_cast<std::size_t>(strange) < body.size() / 3 + 1;
}

bool claims_to_be_composite(std::string_view header)
{
    const auto value = find_field(header, "Content-Type");
    return value && parse_content_type(*value).type == "multipart";
}

Result<> Converter::convert(const Part& part, bool is_outermost)
{
    const std::string_view body = body_of(part);
    if (is_7bit(body)) {
        out_ += header_of(part);
        out_ += body;
        return ok();
    }
    // RFC 1847 §2.1: what was signed or encrypted may not change on the way.
    if (part.subtype == "signed" || part.subtype == "encrypted")
        return Error(Errc::Invalid, "a " + part.type + "/" + part.subtype + " part with 8-bit octets");
    const bool is_inner_message = part.is_message() && part.subtype == "rfc822";
    if (!part.is_multipart() && !is_inner_message)
        return convert_leaf(part, is_outermost);
    append_header(part, "7bit", is_outermost);
    return convert_children(part);
}

Result<> Converter::convert_children(const Part& part)
{
    std::size_t at = part.body_offset();
    for (const Part& child : part.children) {
        TRY_VOID(append_between(at, child.header_offset));
        TRY_VOID(convert(child, false));
        at = child.body_offset() + child.body_octets;
    }
    return append_between(at, part.body_offset() + part.body_octets);
}

Result<> Converter::append_between(std::size_t begin, std::size_t end)
{
    const std::string_view octets = message_.substr(begin, end - begin);
    if (!is_7bit(octets))
        return Error(Errc::Invalid, "8-bit octets between parts");
    out_ += octets;
    return ok();
}

Result<> Converter::convert_leaf(const Part& part, bool is_outermost)
{
    const bool is_identity =
        part.encoding == "7bit" || part.encoding == "8bit" || part.encoding == "binary";
    if (!is_identity || claims_to_be_composite(header_of(part)))
        return Error(Errc::Invalid, "a part that is not in the encoding it says");
    // RFC 2046 §5.2.2, §5.2.3: 7bit and nothing else. A message too deep to look into: §5.2.1.
    if (part.type == "message" && (part.subtype == "partial" || part.subtype == "external-body" ||
                                   part.subtype == "rfc822"))
        return Error(Errc::Invalid, "message/" + part.subtype + " with 8-bit octets");
    const std::string_view body = body_of(part);
    if (is_better_quoted(part, body)) {
        append_header(part, "quoted-printable", is_outermost);
        append_quoted_printable(out_, body);
        if (is_outermost && !body.ends_with("\r\n"))
            out_ += "=\r\n"; // a line's end that is no part of the content
        return ok();
    }
    append_header(part, "base64", is_outermost);
    append_base64_lines(out_, body);
    if (is_outermost)
        out_ += "\r\n";
    return ok();
}

/// The header with another encoding. Of the whole message also what makes a reader look at it.
void Converter::append_header(const Part& part, std::string_view encoding, bool is_outermost)
{
    const std::string_view header = header_of(part);
    std::size_t copied = 0;
    bool is_set = false, has_version = false, has_type = false;
    for (FieldReader reader(header); reader.next();) {
        const Field& field = reader.field();
        has_version = has_version || field.is("MIME-Version");
        has_type = has_type || field.is("Content-Type");
        const auto end =
            static_cast<std::size_t>(field.raw.data() - header.data()) + field.raw.size();
        if (!field.is(kEncodingField))
            out_ += field.raw;
        else if (!std::exchange(is_set, true))
            out_ += std::string(kEncodingField) + ": " + std::string(encoding) + "\r\n";
        copied = end;
    }
    if (is_outermost && !has_version)
        out_ += "MIME-Version: 1.0\r\n";
    if (is_outermost && !has_type)
        out_ += "Content-Type: text/plain; charset=unknown-8bit\r\n";
    if (!is_set)
        out_ += std::string(kEncodingField) + ": " + std::string(encoding) + "\r\n";
    const std::string_view blank = header.substr(copied);
    out_ += blank.empty() ? "\r\n" : blank;
}

} // namespace

bool is_7bit(std::string_view body)
{
    const OctetCount count = count_octets(body);
    if (count.has_8bit || count.has_nul)
        return false;
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        const bool has_feed = end < body.size();
        const bool has_cr = end > 0 && body[end - 1] == '\r';
        const std::string_view line = body.substr(0, has_cr && has_feed ? end - 1 : end);
        if (line.size() > kMaxLineOctets || (has_feed && !has_cr) ||
            line.find('\r') != std::string_view::npos)
            return false;
        body.remove_prefix(end + (has_feed ? 1 : 0));
    }
    return true;
}

Result<std::string> to_7bit(std::string_view message)
{
    const Card card = make_card(message);
    Converter converter(message);
    TRY_VOID(converter.convert(card.root, true));
    return converter.take();
}

} // namespace mailctl::mime
