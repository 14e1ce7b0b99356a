// SELECT and EXAMINE: open a mailbox.
#include "core/imap/server/commands.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/sync.h"

namespace mailctl::imap {
namespace {

void put_number(Session& session, std::string_view before, std::uint32_t number,
                std::string_view after)
{
    session.out.append(before).append(std::to_string(number)).append(after).append("\r\n");
}

/// The responses of RFC 3501 §6.3.1, in its order.
void put_selected(Session& session, const store::MailboxInfo& mailbox, std::uint32_t first_unseen,
                  const std::vector<std::string>& keywords)
{
    const View& view = *session.view;
    put_flag_responses(session, keywords);
    put_number(session, "* ", view.count(), " EXISTS");
    put_number(session, "* ", view.recent_count(), " RECENT");
    if (first_unseen != 0)
        put_number(session, "* OK [UNSEEN ", first_unseen, "] First unseen message");
    put_number(session, "* OK [UIDVALIDITY ", mailbox.uid_validity, "] UIDs are valid");
    const auto uid_next = std::max(value_of(mailbox.uid_next), view.largest_uid() + 1);
    put_number(session, "* OK [UIDNEXT ", uid_next, "] Predicted next UID");
}

Awaitable<Completion> open_mailbox(Session& session, std::string name, bool examine)
{
    const bool read_only = examine || session.is_read_only;
    const auto mailbox = co_await session.account->find_mailbox(std::move(name));
    if (!mailbox)
        co_return refuse(mailbox.error());
    auto view = std::make_unique<View>(mailbox->id, mailbox->uid_validity, read_only);
    const auto first_unseen = co_await load_view(session, *view);
    if (!first_unseen)
        co_return refuse(first_unseen.error());
    const auto keywords = co_await session.account->keywords();
    if (!keywords)
        co_return refuse(keywords.error());
    session.select(std::move(view));
    put_selected(session, *mailbox, *first_unseen, *keywords);
    co_return Completion::ok(read_only ? "READ-ONLY" : "READ-WRITE",
                             examine ? "EXAMINE completed" : "SELECT completed");
}

Awaitable<Completion> parse_and_open(Session& session, Invocation& invocation, bool examine)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    session.select(nullptr); // RFC 3501 §6.3.1: also where the new one cannot be opened
    co_return co_await open_mailbox(session, std::move(name), examine);
}

} // namespace

/// RFC 3501 §6.3.1.
Awaitable<Completion> on_select(Session& session, Invocation& invocation)
{
    co_return co_await parse_and_open(session, invocation, false);
}

/// RFC 3501 §6.3.2.
Awaitable<Completion> on_examine(Session& session, Invocation& invocation)
{
    co_return co_await parse_and_open(session, invocation, true);
}

} // namespace mailctl::imap
