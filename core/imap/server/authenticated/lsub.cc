// LSUB: subscribed names that match a pattern.
#include <map>

#include "core/imap/mailbox_pattern.h"
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/commands.h"

namespace mailctl::imap {
namespace {

/// Names to answer; true: subscribed itself, false: only a name below it is (RFC 3501 §6.3.9).
std::map<std::string, bool> matching(const std::vector<std::string>& subscribed,
                                     const std::string& pattern)
{
    std::map<std::string, bool> names;
    for (const auto& name : subscribed) {
        if (matches_pattern(pattern, name, '/')) {
            names[name] = true;
            continue;
        }
        // "%" stops at a level: the level above a subscribed name stands for it.
        if (pattern.back() != '%')
            continue;
        for (auto at = name.rfind('/'); at != std::string::npos && at != 0;
             at = name.rfind('/', at - 1))
            if (matches_pattern(pattern, name.substr(0, at), '/'))
                names.emplace(name.substr(0, at), false);
    }
    return names;
}

} // namespace

/// RFC 3501 §6.3.9. A subscribed name is told whether its mailbox exists or not.
Awaitable<Completion> on_lsub(Session& session, Invocation& invocation)
{
    std::string reference;
    CO_PARSE_TRY(const auto pattern, parse_pattern(invocation.args, &reference));
    if (pattern.empty())
        co_return Completion::ok("LSUB completed");
    const auto subscribed = co_await session.account->subscriptions();
    if (!subscribed)
        co_return refuse(subscribed.error());
    const auto wanted = join_reference(reference, pattern, store::kHierarchyDelimiter);
    for (const auto& [name, is_subscribed] : matching(*subscribed, wanted)) {
        put_listed(session, "LSUB", is_subscribed ? "" : "\\Noselect", name);
        if (is_full(session))
            co_await flush(session);
    }
    co_return Completion::ok("LSUB completed");
}

} // namespace mailctl::imap
