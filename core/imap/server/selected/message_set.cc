// Message numbers and UIDs of a command, against the view.
#include "core/imap/server/selected/message_set.h"

namespace mailctl::imap {

Result<std::vector<Uid>> parse_messages(const Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    const View& view = *session.view;
    TRY_VOID(args.space());
    TRY(const auto set, args.sequence_set());
    TRY_VOID(args.space());
    if (!invocation.by_uid && set.is_past(view.count()))
        return Error(Errc::Invalid, "No such message number");
    return view.pick(set, invocation.by_uid);
}

} // namespace mailctl::imap
