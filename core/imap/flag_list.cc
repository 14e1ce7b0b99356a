// Parses flag-list of RFC 3501 §9.
#include "core/imap/flag_list.h"

#include "core/base/ascii.h"
#include "core/imap/limits.h"

namespace mailctl::imap {
namespace {

/// "\Seen" and the like, as a bit. No client can set \Recent, but programs that copy messages send
/// the flags they fetched as they are: it stands for nothing. RFC 3501 §6.4.6
Result<std::uint8_t> parse_system_flag(Lexer& args)
{
    TRY(const auto name, args.atom());
    for (const auto& known : kSystemFlags)
        if (ascii::equals_ignoring_case(known.name.substr(1), name))
            return static_cast<std::uint8_t>(known.flag);
    if (ascii::equals_ignoring_case(name, "Recent"))
        return std::uint8_t{0};
    return Error(Errc::Invalid, "Unknown system flag");
}

Result<> parse_flag(Lexer& args, FlagList& flags)
{
    if (args.accept('\\')) {
        TRY(const auto flag, parse_system_flag(args));
        flags.system |= flag;
        return ok();
    }
    TRY(const auto keyword, args.atom());
    if (flags.keywords.size() == kFlagsOfOneCommand)
        return Error(Errc::Invalid, "Too many flags");
    flags.keywords.emplace_back(keyword);
    return ok();
}

} // namespace

Result<FlagList> parse_flag_list(Lexer& args)
{
    FlagList flags;
    TRY_VOID(args.expect('('));
    if (args.accept(')'))
        return flags;
    do {
        TRY_VOID(parse_flag(args, flags));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return flags;
}

Result<FlagList> parse_store_flags(Lexer& args)
{
    if (args.peek() == '(')
        return parse_flag_list(args);
    FlagList flags;
    do {
        TRY_VOID(parse_flag(args, flags));
    } while (args.accept(' '));
    return flags;
}

void put_system_flags(std::string& out, std::uint8_t system)
{
    bool first = true;
    for (const auto& known : kSystemFlags) {
        if (!(system & static_cast<std::uint8_t>(known.flag)))
            continue;
        if (!first)
            out += ' ';
        out += known.name;
        first = false;
    }
}

} // namespace mailctl::imap
