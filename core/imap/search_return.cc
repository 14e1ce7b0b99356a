// Parses the options of RETURN.
#include "core/imap/search_return.h"

#include <algorithm>
#include <utility>

namespace mailctl::imap {
namespace {

/// One option of RETURN.
Result<> parse_option(Lexer& args, SearchReturn& wanted)
{
    if (args.accept_word("PARTIAL")) {
        if (wanted.partial) // RFC 9394 §3.1
            return Error(Errc::Invalid, "Only one PARTIAL is possible");
        TRY_VOID(args.space());
        TRY(wanted.partial, parse_partial_range(args));
        return ok();
    }
    bool* option = args.accept_word("MIN")     ? &wanted.min
                   : args.accept_word("MAX")   ? &wanted.max
                   : args.accept_word("ALL")   ? &wanted.all
                   : args.accept_word("COUNT") ? &wanted.count
                   : args.accept_word("SAVE")  ? &wanted.save
                   : args.accept_word("RELEVANCY") ? &wanted.relevancy
                   : args.accept_word("UPDATE") ? &wanted.update
                                               : nullptr;
    if (option == nullptr)
        return Error(Errc::Invalid, "Unknown search return option");
    if (std::exchange(*option, true) && option == &wanted.all) // RFC 9394 §3.1
        return Error(Errc::Invalid, "Only one ALL is possible");
    return ok();
}

} // namespace

PartialRange::Places PartialRange::places(std::size_t count) const
{
    const std::size_t least = std::min(first, last), greatest = std::max(first, last);
    const auto near = std::min(least - 1, count);
    const auto far = std::min(greatest, count);
    if (from_end)
        return {count - far, count - near};
    return {near, far};
}

std::string PartialRange::text() const
{
    const std::string sign = from_end ? "-" : "";
    return sign + std::to_string(std::min(first, last)) + ":" + sign
           + std::to_string(std::max(first, last));
}

Result<PartialRange> parse_partial_range(Lexer& args)
{
    PartialRange range;
    range.from_end = args.accept('-');
    TRY(range.first, args.nz_number());
    TRY_VOID(args.expect(':'));
    if (range.from_end)
        TRY_VOID(args.expect('-'));
    TRY(range.last, args.nz_number());
    return range;
}

Result<std::optional<SearchReturn>> parse_search_return(Lexer& args)
{
    if (!args.accept_word("RETURN"))
        return std::optional<SearchReturn>();
    SearchReturn wanted;
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    bool is_first = true, is_empty = true;
    while (!args.accept(')')) {
        if (!is_first)
            TRY_VOID(args.space());
        const bool is_hint = args.accept_word("CONTEXT"); // may be passed over. RFC 5267 §4.2
        if (!is_hint)
            TRY_VOID(parse_option(args, wanted));
        is_empty = is_empty && is_hint;
        is_first = false;
    }
    wanted.all = wanted.all || is_empty; // RFC 4731 §3.1
    if (wanted.all && wanted.partial)    // RFC 9394 §3.1
        return Error(Errc::Invalid, "ALL and PARTIAL exclude each other");
    TRY_VOID(args.space());
    return std::optional<SearchReturn>(wanted);
}

} // namespace mailctl::imap
