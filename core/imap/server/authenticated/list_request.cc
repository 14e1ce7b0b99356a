// Parses LIST in both its forms.
#include "core/imap/server/authenticated/list_request.h"

#include "core/imap/metadata_request.h"

namespace mailctl::imap {
namespace {

/// list-select-opts. REMOTE asks for nothing here: all mailboxes are this server's.
Result<> parse_selection(Lexer& args, ListRequest& request)
{
    while (!args.accept(')')) {
        bool ignored = false;
        bool* option = args.accept_word("SUBSCRIBED")       ? &request.only_subscribed
                       : args.accept_word("SPECIAL-USE")    ? &request.only_special_use
                       : args.accept_word("RECURSIVEMATCH") ? &request.recursive_match
                       : args.accept_word("REMOTE")         ? &ignored
                                                            : nullptr;
        if (option == nullptr)
            return Error(Errc::Invalid, "Unknown list selection option");
        *option = true;
        if (args.peek() != ')')
            TRY_VOID(args.space());
    }
    if (request.recursive_match && !request.only_subscribed && !request.only_special_use)
        return Error(Errc::Invalid, "RECURSIVEMATCH needs another option"); // RFC 5258 §3.1
    request.tells_subscribed = request.only_subscribed;
    return ok();
}

/// mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
Result<> parse_patterns(Lexer& args, ListRequest& request)
{
    const bool many = args.accept('(');
    request.is_extended = request.is_extended || many;
    do {
        if (request.patterns.size() == kListPatterns)
            return Error(Errc::Invalid, "Too many mailbox patterns");
        TRY(auto pattern, args.list_mailbox());
        request.patterns.push_back(std::move(pattern));
    } while (many && args.accept(' '));
    if (many)
        TRY_VOID(args.expect(')'));
    return ok();
}

/// return-option. Children and special uses are told in any case.
Result<> parse_return_option(Lexer& args, ListRequest& request)
{
    if (args.accept_word("STATUS")) {
        TRY_VOID(args.space());
        TRY(request.status, parse_status_items(args));
        return ok();
    }
    if (args.accept_word("SUBSCRIBED")) {
        request.tells_subscribed = true;
        return ok();
    }
    if (args.accept_word("METADATA")) {
        TRY_VOID(args.space());
        TRY(request.metadata, parse_metadata_entry_list(args));
        return ok();
    }
    if (args.accept_word("MYRIGHTS")) {
        request.tells_my_rights = true;
        return ok();
    }
    if (args.accept_word("CHILDREN") || args.accept_word("SPECIAL-USE"))
        return ok();
    return Error(Errc::Invalid, "Unknown list return option");
}

Result<> parse_return(Lexer& args, ListRequest& request)
{
    if (!args.accept_word("RETURN"))
        return Error(Errc::Invalid, "Too many arguments");
    request.is_extended = true;
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    while (!args.accept(')')) {
        TRY_VOID(parse_return_option(args, request));
        if (args.peek() != ')')
            TRY_VOID(args.space());
    }
    return ok();
}

} // namespace

Result<ListRequest> parse_list(Lexer& args)
{
    ListRequest request;
    TRY_VOID(args.space());
    if (args.accept('(')) {
        request.is_extended = true;
        TRY_VOID(parse_selection(args, request));
        TRY_VOID(args.space());
    }
    TRY(request.reference, args.mailbox());
    TRY_VOID(args.space());
    TRY_VOID(parse_patterns(args, request));
    if (args.accept(' '))
        TRY_VOID(parse_return(args, request));
    TRY_VOID(args.end());
    return request;
}

} // namespace mailctl::imap
