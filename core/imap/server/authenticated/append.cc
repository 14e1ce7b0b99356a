// APPEND: adds messages to a mailbox, streamed into the store; all of them or none.
#include <utility>

#include "core/imap/server/authenticated/sent_copies.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/incoming.h"
#include "core/imap/server/read_command.h"
#include "store/account.h"
#include "store/appending.h"

namespace mailctl::imap {
namespace {

/// Appends what is ready: one by the way that needs no more than it.
Awaitable<Result<std::vector<store::Appended>>> add(const Located& target,
                                                    std::vector<store::NewMessage> messages)
{
    auto& account = *target.account;
    if (messages.size() > 1)
        co_return co_await account.appending().append_all(target.mailbox.id, std::move(messages));
    const auto added = co_await account.append(target.mailbox.id, std::move(messages.front()));
    if (!added)
        co_return added.error();
    std::vector<store::Appended> one;
    one.push_back(*added);
    co_return one;
}

/// Makes the messages durable in their mailbox, which may have gone meanwhile. RFC 3502 §3
Awaitable<Completion> commit(Session& session, std::string name, std::vector<Incoming> incoming)
{
    auto target = co_await find_append_target(session, std::move(name));
    if (!target.mailbox)
        co_return target.refusal;
    std::vector<store::NewMessage> messages;
    for (auto& one : incoming) {
        auto finished = co_await finish(session, *target.mailbox, std::move(one));
        if (finished.refusal.kind != Completion::Kind::Ok)
            co_return finished.refusal;
        messages.push_back(std::move(finished.message));
    }
    const bool are_many = messages.size() > 1;
    auto sent = sent_message_ids(session, *target.mailbox, messages);
    const auto added = co_await add(*target.mailbox, std::move(messages));
    if (!added && are_many && added.error().code() == Errc::Invalid)
        co_return Completion::no("LIMIT", "Too much for one command");
    if (!added)
        co_return refuse(added.error());
    note_made(session, *target.mailbox, *added);
    co_await drop_server_copies(session, *target.mailbox, std::move(sent));
    co_return Completion::ok(append_uid(*target.mailbox, *added), "APPEND completed");
}

} // namespace

/// RFC 3501 §6.3.11, RFC 3502 §3. Limit: Limits::imap_literal_octets of each message, and
/// store::kAppendedAtOnce messages; memory is bounded whatever their size.
Awaitable<Completion> on_append(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    auto ahead = args; // the first message's arguments are looked at before its mailbox
    CO_PARSE_TRY_VOID(parse_append_message(ahead));
    if (session.is_read_only)
        co_return Completion::no("NOPERM", "Your mailboxes are read-only");
    auto target = co_await find_append_target(session, name);
    if (!target.mailbox)
        co_return target.refusal;
    const auto literal = std::exchange(invocation.message, std::nullopt);
    IncomingMessages incoming(session, args, literal, target.mailbox->account,
                              store::kAppendedAtOnce);
    auto received = co_await incoming.receive();
    if (received.kind != Completion::Kind::Ok)
        co_return received;
    co_return co_await commit(session, std::move(name), std::move(incoming.messages));
}

} // namespace mailctl::imap
