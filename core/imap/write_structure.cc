// BODY and BODYSTRUCTURE. RFC 3501 §7.4.2, §9: body.
#include "core/imap/write.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

/// body-fld-param: ("NAME" "value" ...) or NIL
void put_parameters(std::string& out, const mime::Parameters& parameters)
{
    if (parameters.empty()) {
        out += "NIL";
        return;
    }
    char before = '(';
    for (const auto& [name, value] : parameters) {
        out += before;
        put_string(out, name);
        out += ' ';
        put_string(out, value);
        before = ' ';
    }
    out += ')';
}

/// The parameters of a part's type. Clients read the charset of a text from here, so that the one
/// which goes without saying is said. RFC 2045 §5.2
void put_type_parameters(std::string& out, const mime::Part& part)
{
    const auto& all = part.parameters;
    const bool needs_charset =
        part.type == "text" && std::none_of(all.begin(), all.end(), [](const auto& parameter) {
            return ascii::equals_ignoring_case(parameter.first, "charset");
        });
    if (!needs_charset)
        return put_parameters(out, all);
    auto completed = all;
    completed.emplace_back("charset", "us-ascii");
    put_parameters(out, completed);
}

/// body-fld-dsp: ("attachment" (parameters)) or NIL
void put_disposition(std::string& out, const mime::Part& part)
{
    if (part.disposition.empty()) {
        out += "NIL";
        return;
    }
    out += '(';
    put_string(out, part.disposition);
    out += ' ';
    put_parameters(out, part.disposition_parameters);
    out += ')';
}

/// body-fld-lang: a string or a list of them
void put_languages(std::string& out, const mime::Part& part)
{
    if (part.languages.size() <= 1) {
        put_nstring(out, part.languages.empty() ? "" : part.languages.front());
        return;
    }
    char before = '(';
    for (const auto& language : part.languages) {
        out += before;
        put_string(out, language);
        before = ' ';
    }
    out += ')';
}

/// SP body-fld-dsp SP body-fld-lang SP body-fld-loc
void put_extension_tail(std::string& out, const mime::Part& part)
{
    out += ' ';
    put_disposition(out, part);
    out += ' ';
    put_languages(out, part);
    out += ' ';
    put_nstring(out, part.location);
}

void put_multipart(std::string& out, const mime::Part& part, Extensions extensions)
{
    // body-type-mpart = 1*body: a multipart without parts gets an empty text part.
    if (part.children.empty())
        out += R"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0))";
    for (const auto& child : part.children)
        put_body_structure(out, child, extensions);
    out += ' ';
    put_string(out, part.subtype);
    if (extensions == Extensions::No)
        return;
    out += ' ';
    put_parameters(out, part.parameters);
    put_extension_tail(out, part);
}

void put_single(std::string& out, const mime::Part& part, Extensions extensions)
{
    put_string(out, part.type);
    out += ' ';
    put_string(out, part.subtype);
    out += ' ';
    put_type_parameters(out, part);
    out += ' ';
    put_nstring(out, part.id);
    out += ' ';
    put_nstring(out, part.description);
    out += ' ';
    put_string(out, part.encoding.empty() ? "7bit" : part.encoding);
    out.append(" ").append(std::to_string(part.body_octets));
    if (part.is_message() && !part.children.empty()) {
        out += ' ';
        put_envelope(out, *part.envelope);
        out += ' ';
        put_body_structure(out, part.children.front(), extensions);
    }
    if (part.type == "text" || (part.is_message() && !part.children.empty()))
        out.append(" ").append(std::to_string(part.body_lines));
    if (extensions == Extensions::No)
        return;
    out += ' ';
    put_nstring(out, part.md5);
    put_extension_tail(out, part);
}

} // namespace

void put_body_structure(std::string& out, const mime::Part& part, Extensions extensions)
{
    out += '(';
    if (part.is_multipart())
        put_multipart(out, part, extensions);
    else
        put_single(out, part, extensions);
    out += ')';
}

} // namespace mailctl::imap
