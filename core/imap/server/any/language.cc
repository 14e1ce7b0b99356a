// LANGUAGE: in which language the texts of responses are.
#include <algorithm>
#include <string>
#include <vector>

#include "core/base/ascii.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

/// What texts there are, by their tags of RFC 5646. The default one is English that all may expect.
constexpr std::string_view kDefault = "i-default";
constexpr std::string_view kLanguages[] = {"en", kDefault};

/// The tag that a range asks for, by lookup: its end is cut off until one fits (RFC 4647 §3.4).
/// Empty: none.
std::string_view look_up(std::string_view range)
{
    if (ascii::equals_ignoring_case(range, "default")) // RFC 5255 §3.2
        return kDefault;
    while (!range.empty()) {
        for (const auto tag : kLanguages)
            if (ascii::equals_ignoring_case(tag, range))
                return tag;
        const auto at = range.rfind('-');
        range = range.substr(0, at == std::string_view::npos ? 0 : at);
    }
    return {};
}

/// *(SP lang-range): in the client's order of preference.
Result<std::vector<std::string>> parse_ranges(Lexer& args)
{
    std::vector<std::string> ranges;
    while (args.accept(' ')) {
        if (ranges.size() == kLanguageRanges)
            return Error(Errc::Invalid, "Too many languages");
        TRY(auto range, args.astring());
        ranges.push_back(std::move(range));
    }
    return ranges;
}

} // namespace

/// RFC 5255 §3.2. Texts are in English: choosing it changes nothing.
Completion on_language(Session& session, Invocation& invocation)
{
    PARSE_TRY(const auto ranges, parse_ranges(invocation.args));
    PARSE_TRY_VOID(invocation.args.end());
    if (ranges.empty()) {
        session.out += "* LANGUAGE (";
        for (const auto tag : kLanguages)
            session.out.append(tag == kLanguages[0] ? "\"" : " \"").append(tag).append("\"");
        session.out += ")\r\n";
        return Completion::ok("LANGUAGE completed");
    }
    for (const auto& range : ranges) {
        const auto tag = look_up(range);
        if (tag.empty())
            continue;
        session.out.append("* LANGUAGE (\"").append(tag).append("\")\r\n");
        return Completion::ok("LANGUAGE completed");
    }
    return Completion::no("CANNOT", "No such language here");
}

} // namespace mailctl::imap
