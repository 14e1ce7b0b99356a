// REPLACE: a message takes the place of another.
#include <utility>

#include "core/imap/server/authenticated/sent_copies.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/incoming.h"
#include "core/imap/server/mod_seq.h"
#include "store/account.h"
#include "store/appending.h"

namespace mailctl::imap {
namespace {

/// seq-number / uniqueid: of one message. RFC 8508 §6
Result<Uid> parse_replaced(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    const View& view = *session.view;
    if (args.accept('*'))
        return view.count() == 0 ? Result<Uid>(Error(Errc::Invalid, "No such message"))
                                 : Result<Uid>(view.uids().back());
    TRY(const auto number, args.nz_number());
    if (invocation.by_uid)
        return Uid(number);
    if (number > view.count())
        return Error(Errc::Invalid, "No such message");
    return view.uids()[number - 1];
}

/// The old message must be one that this user may remove. RFC 8508 §5: rights "t" and "e"
std::optional<Completion> fault_of(const Session& session, Uid old)
{
    const View& view = *session.view;
    if (view.is_read_only())
        return Completion::no("READ-ONLY", "Mailbox is read-only");
    if (!view.may(store::MailboxRight::DeleteMessages) || !view.may(store::MailboxRight::Expunge))
        return Completion::no("NOPERM", "Not permitted");
    if (!view.number_of(old))
        return Completion::no("NONEXISTENT", "No such message");
    return std::nullopt;
}

/// Adds the new one and removes the old one in one commit of the account.
Awaitable<Completion> commit(Session& session, Uid old, std::string name, Incoming incoming)
{
    auto target = co_await find_append_target(session, std::move(name));
    if (!target.mailbox)
        co_return target.refusal;
    auto finished = co_await finish(session, *target.mailbox, std::move(incoming));
    if (finished.refusal.kind != Completion::Kind::Ok)
        co_return finished.refusal;
    std::vector<store::NewMessage> messages;
    messages.push_back(std::move(finished.message));
    auto sent = sent_message_ids(session, *target.mailbox, messages);
    const store::ReplacedMessage replaced{session.view->mailbox(), old};
    const auto id = target.mailbox->mailbox.id;
    const auto added = co_await target.mailbox->account->appending().replace(
        replaced, id, std::move(messages.front()));
    if (!added && added.error().code() == Errc::NotFound)
        co_return Completion::no("EXPUNGEISSUED", "The message is gone");
    if (!added)
        co_return refuse(added.error());
    std::vector<store::Appended> one;
    one.push_back(*added);
    note_made(session, *target.mailbox, one);
    co_await drop_server_copies(session, *target.mailbox, std::move(sent));
    if (const auto code = append_uid(*target.mailbox, one); !code.empty())
        session.out.append("* OK [").append(code).append("] Replacement is there\r\n");
    session.view->tells_arrivals_first = true;
    std::string highest;
    if (session.has_qresync) // as EXPUNGE does: RFC 7162 §3.2.7
        highest = co_await highest_mod_seq(session);
    co_return Completion::ok(std::move(highest), "REPLACE completed");
}

} // namespace

/// RFC 8508 §3. At every instant either message is there, and never both.
Awaitable<Completion> on_replace(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto old, parse_replaced(session, invocation));
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    auto ahead = args;
    CO_PARSE_TRY_VOID(parse_append_message(ahead));
    if (session.is_read_only)
        co_return Completion::no("NOPERM", "Your mailboxes are read-only");
    if (auto fault = fault_of(session, old))
        co_return std::move(*fault);
    auto target = co_await find_append_target(session, name);
    if (!target.mailbox)
        co_return target.refusal;
    if (target.mailbox->account->id() != session.view->account().id())
        co_return Completion::no("CANNOT", "The mailbox is of another account");
    const auto literal = std::exchange(invocation.message, std::nullopt);
    IncomingMessages incoming(session, args, literal, target.mailbox->account, 1);
    auto received = co_await incoming.receive();
    if (received.kind != Completion::Kind::Ok)
        co_return received;
    co_return co_await commit(session, old, std::move(name), std::move(incoming.messages.front()));
}

} // namespace mailctl::imap
