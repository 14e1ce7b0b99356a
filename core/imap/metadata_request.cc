// Parses annotations' names and values.
#include "core/imap/metadata_request.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

bool is_entry_char(char c)
{
    return static_cast<unsigned char>(c) > 0x19 && !ascii::is_8bit(c) && c != '*' && c != '%';
}

/// GETMETADATA may name what is above entries too: DEPTH asks for what is below.
enum class Above : bool { Refused, Allowed };

Result<> check_entry(std::string_view entry, Above above)
{
    const bool has_root = entry.starts_with("/private/") || entry.starts_with("/shared/");
    const bool is_root = entry == "/private" || entry == "/shared";
    if (is_root && above == Above::Allowed)
        return ok();
    if (!has_root || entry.ends_with('/') || entry.find("//") != std::string_view::npos ||
        !std::all_of(entry.begin(), entry.end(), is_entry_char))
        return Error(Errc::Invalid, "Bad entry name");
    const auto below = entry.substr(entry.find('/', 1));
    const auto levels = std::count(below.begin(), below.end(), '/');
    if ((below == "/vendor" || below.starts_with("/vendor/")) && levels < 3 &&
        above == Above::Refused) // RFC 5464 §3.2
        return Error(Errc::Invalid, "A vendor's entry needs a name");
    return ok();
}

/// entry = astring, in lower case. RFC 5464 §3.2
Result<std::string> parse_entry(Lexer& args, Above above)
{
    TRY(const auto name, args.astring());
    auto entry = ascii::lower(name);
    TRY_VOID(check_entry(entry, above));
    return entry;
}

/// "MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity"), in parentheses.
Result<> parse_options(Lexer& args, GetMetadata& request)
{
    TRY_VOID(args.expect('('));
    bool has_depth = false;
    do {
        if (args.accept_word("MAXSIZE")) {
            if (request.max_size)
                return Error(Errc::Invalid, "Option given twice");
            TRY_VOID(args.space());
            TRY(request.max_size, args.number());
        } else if (args.accept_word("DEPTH")) {
            if (std::exchange(has_depth, true))
                return Error(Errc::Invalid, "Option given twice");
            TRY_VOID(args.space());
            if (args.accept_word("0"))
                request.depth = GetMetadata::Depth::Zero;
            else if (args.accept_word("1"))
                request.depth = GetMetadata::Depth::One;
            else if (args.accept_word("infinity"))
                request.depth = GetMetadata::Depth::Infinity;
            else
                return Error(Errc::Invalid, "Unknown depth");
        } else {
            return Error(Errc::Invalid, "Unknown option");
        }
    } while (args.accept(' '));
    return args.expect(')');
}

/// Options begin with a letter, entries with a slash, a quote or a literal.
bool has_options(const Lexer& args)
{
    const auto rest = args.rest();
    return rest.size() > 1 && rest[0] == '(' && ascii::is_alpha(rest[1]);
}

} // namespace

Result<std::vector<std::string>> parse_metadata_entry_list(Lexer& args)
{
    std::vector<std::string> entries;
    TRY_VOID(args.expect('('));
    do {
        if (entries.size() == kMetadataEntriesAsked)
            return Error(Errc::Invalid, "Too many entries");
        TRY(auto entry, parse_entry(args, Above::Allowed));
        if (std::find(entries.begin(), entries.end(), entry) == entries.end())
            entries.push_back(std::move(entry));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return entries;
}

bool GetMetadata::wants(std::string_view entry) const
{
    return std::any_of(entries.begin(), entries.end(), [&](const std::string& asked) {
        if (entry == asked)
            return true;
        if (depth == Depth::Zero || !entry.starts_with(asked) || entry[asked.size()] != '/')
            return false;
        return depth == Depth::Infinity ||
               entry.find('/', asked.size() + 1) == std::string_view::npos;
    });
}

Result<GetMetadata> parse_get_metadata(Lexer& args)
{
    GetMetadata request;
    TRY_VOID(args.space());
    if (has_options(args)) {
        TRY_VOID(parse_options(args, request));
        TRY_VOID(args.space());
    }
    TRY(request.mailbox, args.mailbox());
    TRY_VOID(args.space());
    if (has_options(args)) {
        TRY_VOID(parse_options(args, request));
        TRY_VOID(args.space());
    }
    if (args.peek() == '(') {
        TRY(request.entries, parse_metadata_entry_list(args));
    } else {
        TRY(auto entry, parse_entry(args, Above::Allowed));
        request.entries.push_back(std::move(entry));
    }
    TRY_VOID(args.end());
    return request;
}

Result<SetMetadata> parse_set_metadata(Lexer& args)
{
    SetMetadata request;
    TRY_VOID(args.space());
    TRY(request.mailbox, args.mailbox());
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    do {
        if (request.values.size() == kMetadataEntriesAsked)
            return Error(Errc::Invalid, "Too many entries");
        TRY(auto entry, parse_entry(args, Above::Refused));
        TRY_VOID(args.space());
        TRY(auto value, args.value());
        request.values.emplace_back(std::move(entry), std::move(value));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    TRY_VOID(args.end());
    return request;
}

} // namespace mailctl::imap
