// Takes tag lists apart, strictly where it matters.
#include "core/dkim/tag_list.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::dkim {
namespace {

// tag-name = ALPHA *ALNUMPUNC
bool is_tag_name(std::string_view name)
{
    return !name.empty() && ascii::is_alpha(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

// tag-value = [ tval *( 1*(WSP / FWS) tval ) ]; RFC 8616 §4 adds UTF-8.
bool is_tag_value(std::string_view value)
{
    return std::none_of(value.begin(), value.end(), [](char c) {
        return ascii::is_control(c) && c != '\t' && c != '\r' && c != '\n';
    });
}

/// tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
Result<Tag> parse_tag(std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        return Error(Errc::Invalid, "a tag without \"=\"");
    const Tag tag{ascii::trim(text.substr(0, equals)), ascii::trim(text.substr(equals + 1))};
    if (!is_tag_name(tag.name))
        return Error(Errc::Invalid, "a tag without a proper name");
    if (!is_tag_value(tag.value))
        return Error(Errc::Invalid, "a bad character in tag " + std::string(tag.name));
    return tag;
}

} // namespace

const std::string_view* TagList::find(std::string_view name) const
{
    const auto tag = std::find_if(tags_.begin(), tags_.end(),
                                  [name](const Tag& one) { return one.name == name; });
    return tag == tags_.end() ? nullptr : &tag->value;
}

Result<TagList> parse_tag_list(std::string_view text)
{
    std::vector<Tag> tags;
    auto parts = ascii::split(text, ';');
    if (ascii::trim(parts.back()).empty())
        parts.pop_back(); // a list may end with ";"
    for (const auto part : parts) {
        TRY(const Tag tag, parse_tag(part));
        const bool is_known = std::any_of(tags.begin(), tags.end(),
                                          [&tag](const Tag& one) { return one.name == tag.name; });
        if (is_known) // "Tags with duplicate names MUST NOT occur within a single tag-list"
            return Error(Errc::Invalid, "tag " + std::string(tag.name) + " twice");
        tags.push_back(tag);
    }
    return TagList(std::move(tags));
}

std::vector<std::string> split_colons(std::string_view value)
{
    std::vector<std::string> out;
    for (const auto part : ascii::split(value, ':'))
        out.push_back(without_blanks(part));
    return out;
}

std::string without_blanks(std::string_view value)
{
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        if (!ascii::is_space(c) && c != '\r' && c != '\n')
            out += c;
    }
    return out;
}

} // namespace mailctl::dkim
