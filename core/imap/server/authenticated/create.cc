// CREATE: makes a mailbox, and its missing parents.
#include <optional>

#include "core/imap/server/commands.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/object_id.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/special_use.h"

namespace mailctl::imap {
namespace {

/// [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]: RFC 6154 §3, §6. Gives nullopt where no
/// mailbox here can have that use, or all of those uses at once.
Result<std::optional<store::SpecialUse>> parse_use(Lexer& args)
{
    std::optional use = store::SpecialUse::None;
    if (!args.accept(' '))
        return use;
    if (!args.accept_text("(USE ("))
        return Error(Errc::Invalid, "Unknown CREATE parameter");
    for (bool is_first = true; args.peek() != ')'; is_first = false) {
        if (!is_first)
            TRY_VOID(args.space());
        TRY(const auto role, parse_special_use(args));
        use = is_first && role && can_be_given(*role) ? role : std::nullopt;
    }
    if (!args.accept_text("))"))
        return Error(Errc::Invalid, "Unknown CREATE parameter");
    return use;
}

} // namespace

/// RFC 3501 §6.3.3. A final delimiter says that children are to come, which any mailbox may have.
Awaitable<Completion> on_create(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY(const auto use, parse_use(args));
    CO_PARSE_TRY_VOID(args.end());
    if (!use)
        co_return Completion::no("USEATTR", "No such special use here"); // RFC 6154 §3
    const auto role = *use;
    if (name.size() > 1 && name.back() == store::kHierarchyDelimiter)
        name.pop_back();
    if (name.size() > 1 && name.back() == store::kHierarchyDelimiter) // the store passes over one
        co_return Completion::no("CANNOT", "No mailbox can be there");
    auto place = co_await place_of(session, std::move(name));
    if (!place && place.error().code() == Errc::NotFound)
        co_return Completion::no("CANNOT", "No mailbox can be there");
    if (!place)
        co_return refuse(place.error());
    if (const auto allowed = co_await may_create(*place); !allowed)
        co_return refuse(allowed.error());
    if (role != store::SpecialUse::None && !place->is_own()) // RFC 6154 §3
        co_return Completion::no("USEATTR", "No special uses here");
    note_caused(session, place->prefix + place->name);
    const auto created = co_await place->account->create_mailbox(std::move(place->name), role);
    if (created) // RFC 8474 §4.1
        co_return Completion::ok("MAILBOXID (" +
                                     object_id(created->id, id_suffix(session, *place->account)) +
                                     ")",
                                 "CREATE completed");
    if (created.error().code() == Errc::OverQuota)
        co_return Completion::no("LIMIT", "Too many mailboxes");
    co_return refuse(created.error());
}

} // namespace mailctl::imap
