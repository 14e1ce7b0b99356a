// CANCELUPDATE: searches tell their changes no more.
#include "core/imap/server/commands.h"
#include "core/imap/server/context/contexts.h"

namespace mailctl::imap {

/// "CANCELUPDATE" 1*(SP quoted). RFC 5267 §4.3.5, §5
Completion on_cancel_update(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    std::vector<std::string> tags;
    do {
        PARSE_TRY_VOID(args.space());
        if (args.peek() != '"')
            return Completion::bad(args.at_end() ? "Missing argument" : "A tag is quoted here");
        PARSE_TRY(auto tag, args.string());
        tags.push_back(std::move(tag));
    } while (args.peek() == ' ');
    PARSE_TRY_VOID(args.end());
    auto& contexts = session.view->contexts;
    bool are_known = true;
    for (const auto& tag : tags)
        are_known = contexts && contexts->cancel(tag) && are_known;
    if (!are_known)
        return Completion::no("", "No search of that tag tells its changes");
    return Completion::ok("No further updates");
}

} // namespace mailctl::imap
