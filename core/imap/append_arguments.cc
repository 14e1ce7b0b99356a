// Parses the start of APPEND.
#include "core/imap/append_arguments.h"

#include "core/imap/date.h"

namespace mailctl::imap {

Result<AppendArguments> parse_append(Lexer& args)
{
    AppendArguments append;
    TRY(append.mailbox, args.mailbox());
    TRY_VOID(args.space());
    if (args.peek() == '(') {
        TRY(append.flags, parse_flag_list(args));
        TRY_VOID(args.space());
    }
    if (args.peek() == '"') {
        TRY(append.date, parse_date_time(args));
        TRY_VOID(args.space());
    }
    return append;
}

bool is_append_message(std::string_view command)
{
    Lexer args(command);
    if (!args.tag() || !args.accept(' ') || !args.accept_word("APPEND") || !args.accept(' '))
        return false;
    const auto name = args.astring();
    return name.has_value() && args.accept(' ');
}

} // namespace mailctl::imap
