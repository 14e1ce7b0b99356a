// Makes previews out of text parts.
#include "core/imap/server/selected/preview.h"

#include <algorithm>
#include <string_view>

#include "core/base/ascii.h"
#include "core/mime/charset.h"
#include "core/mime/transfer.h"

namespace mailctl::imap {
namespace {

constexpr std::uint64_t kReadOctets = 16 * 1024; // of the raw part

bool is_text(const mime::Part& part, std::string_view subtype)
{
    return part.type == "text" && part.subtype == subtype && part.disposition != "attachment";
}

/// The first part of that kind, within multiparts only: a message inside is somebody else's words.
/// Their depth is bounded by kMaxPartDepth.
const mime::Part* first_text(const mime::Part& part, std::string_view subtype)
{
    if (is_text(part, subtype))
        return &part;
    if (part.is_multipart())
        for (const auto& child : part.children)
            if (const auto* found = first_text(child, subtype))
                return found;
    return nullptr;
}

std::string charset_of(const mime::Part& part)
{
    for (const auto& [name, value] : part.parameters)
        if (name == "charset")
            return value;
    return "";
}

std::string decode(const mime::Part& part, std::string_view raw)
{
    std::string octets;
    mime::TransferDecoder decoder(mime::transfer_encoding(part.encoding));
    decoder.feed(raw, octets); // never finished: what is cut at the end is left out
    const auto known = mime::to_utf8(octets, charset_of(part));
    return known ? *known : mime::guess_utf8(octets);
}

/// What stands between tags, and not in <style>, <script>, <title> or <head>'s comments.
std::string without_tags(std::string_view html)
{
    std::string text;
    std::string_view hidden; // the element whose end is waited for
    while (!html.empty()) {
        const auto open = html.find('<');
        if (hidden.empty())
            text.append(html.substr(0, open)).append(" ");
        if (open == std::string_view::npos)
            break;
        html.remove_prefix(open);
        if (html.starts_with("<!--")) {
            const auto end = html.find("-->");
            html.remove_prefix(std::min(html.size(), end == std::string_view::npos ? end : end + 3));
            continue;
        }
        for (const std::string_view name : {"style", "script", "title"}) {
            if (hidden.empty() && ascii::starts_with_ignoring_case(html.substr(1), name))
                hidden = name;
            else if (hidden == name && html.starts_with("</") &&
                     ascii::starts_with_ignoring_case(html.substr(2), name))
                hidden = {};
        }
        const auto close = html.find('>');
        html.remove_prefix(close == std::string_view::npos ? html.size() : close + 1);
    }
    return text;
}

struct Entity {
    std::string_view name, text;
};
constexpr Entity kEntities[] = {{"&nbsp;", " "}, {"&lt;", "<"},   {"&gt;", ">"},
                                {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};

std::string without_entities(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto* found = std::find_if(std::begin(kEntities), std::end(kEntities),
                                         [&](const auto& entity) {
                                             return text.starts_with(entity.name);
                                         });
        const bool is_entity = found != std::end(kEntities);
        out += is_entity ? found->text : text.substr(0, 1);
        text.remove_prefix(is_entity ? found->name.size() : 1);
    }
    return out;
}

/// Blanks joined and control characters gone, cut to whole characters.
std::string shorten(std::string_view text)
{
    std::string out;
    std::size_t characters = 0;
    bool blank = false;
    for (const char c : text) {
        if (c == ' ' || ascii::is_control(c)) {
            blank = !out.empty();
            continue;
        }
        const bool starts = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        if (starts && characters + (blank ? 1 : 0) >= kPreviewCharacters)
            break;
        if (blank)
            out += ' ';
        characters += (blank ? 1 : 0) + (starts ? 1 : 0);
        blank = false;
        out += c;
    }
    return out;
}

} // namespace

Awaitable<Result<std::string>> preview_of(store::Account& account, const store::Email& email)
{
    const auto& root = email.card.root;
    const auto* plain = first_text(root, "plain");
    const auto* part = plain != nullptr ? plain : first_text(root, "html");
    if (part == nullptr)
        co_return std::string();
    std::string raw;
    if (const auto most = std::min(part->body_octets, kReadOctets); most != 0) {
        CO_TRY(raw, co_await account.read_body(email.body, part->body_offset(), most));
    }
    auto text = decode(*part, raw);
    if (part != plain)
        text = without_entities(without_tags(text));
    co_return shorten(text);
}

} // namespace mailctl::imap
