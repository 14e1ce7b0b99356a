// ID: client and server tell each other what they are.
#include "core/base/ascii.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

/// "NIL" / "(" [string SP nstring *(SP string SP nstring)] ")"; gives "name version" for logs.
Result<std::string> parse_id(Lexer& args)
{
    std::string name, version;
    if (args.accept_word("NIL"))
        return name;
    TRY_VOID(args.expect('('));
    for (std::size_t pairs = 0; !args.accept(')'); ++pairs) {
        if (pairs == kIdPairs)
            return Error(Errc::Invalid, "Too many ID fields");
        if (pairs != 0)
            TRY_VOID(args.space());
        TRY(const auto field, args.string());
        TRY_VOID(args.space());
        TRY(const auto value, args.nstring());
        if (field.size() > kIdFieldOctets || (value && value->size() > kIdValueOctets))
            return Error(Errc::Invalid, "ID field too long");
        if (value && ascii::equals_ignoring_case(field, "name"))
            name = *value;
        if (value && ascii::equals_ignoring_case(field, "version"))
            version = *value;
    }
    return version.empty() ? name : name + " " + version;
}

} // namespace

/// RFC 2971 §3.1.
Completion on_id(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    PARSE_TRY_VOID(args.space());
    PARSE_TRY(auto client, parse_id(args));
    PARSE_TRY_VOID(args.end());
    if (!client.empty())
        session.info->set_client(ascii::printable(client));
    session.out += "* ID (\"name\" \"mailctl\")\r\n";
    return Completion::ok("ID completed");
}

} // namespace mailctl::imap
