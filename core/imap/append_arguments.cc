// Parses what stands before a message that comes in.
#include "core/imap/append_arguments.h"


namespace mailctl::imap {

Result<AppendArguments> parse_append_message(Lexer& args)
{
    AppendArguments append;
    if (args.peek() == '(') {
        TRY(append.flags, parse_flag_list(args));
        TRY_VOID(args.space());
    }
    if (args.peek() == '"') {
        TRY(append.date, parse_date_time(args));
        TRY_VOID(args.space());
    }
    append.catenates = args.accept_text("CATENATE (");
    if (append.catenates)
        return append;
    append.in_utf8 = args.accept_text("UTF8 (");
    args.accept('~'); // literal8
    if (args.peek() != '{')
        return Error(Errc::Invalid, args.at_end() ? "Missing message literal" : "Malformed argument");
    return append;
}

bool is_append_message(std::string_view command, bool may_replace)
{
    Lexer args(command);
    if (!args.tag() || !args.accept(' '))
        return false;
    const bool by_uid = args.accept_word("UID");
    if (by_uid && !args.accept(' '))
        return false;
    if (may_replace && args.accept_word("REPLACE")) {
        if (!args.accept(' ') || (!args.accept('*') && !args.atom()))
            return false;
    } else if (by_uid || !args.accept_word("APPEND")) {
        return false;
    }
    return args.accept(' ') && args.astring() && args.accept(' ');
}

} // namespace mailctl::imap
