// APPEND: adds a message to a mailbox, streamed into the store.
#include <algorithm>
#include <memory>
#include <utility>

#include "conf/config.h"
#include "core/imap/append_arguments.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/sharing/place.h"
#include "core/mime/card.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

/// The message as it arrives.
struct Incoming {
    std::unique_ptr<store::Spool> spool;
    mime::CardBuilder card;
    Result<> stored;
};

/// Refuses before the message is sent where that is possible; else reads it and throws it away.
Awaitable<Completion> decline(Session& session, Announced literal, Completion completion)
{
    if (literal.synchronizing)
        co_return completion;
    const auto limit =
        std::max(session.config().limits.imap_literal_octets, kDroppedLiteralOctets);
    if (literal.octets > limit) { // RFC 7888 §4
        put_bye(session, "Literal too large");
        session.state = State::Logout;
        co_return completion;
    }
    co_await drop_octets(session, literal.octets);
    co_await session.reader.read_line(kFlushOctets);
    co_return completion;
}

/// What stands against this message before its first octet. RFC 3501 §6.3.11.
/// `owner`: set to whose mailbox it is for.
Awaitable<Completion> check(Session& session, const AppendArguments& append, Announced literal,
                            std::shared_ptr<store::Account>& owner)
{
    if (session.is_read_only)
        co_return Completion::no("NOPERM", "Your mailboxes are read-only");
    if (literal.octets > session.config().limits.imap_literal_octets)
        co_return Completion::no("TOOBIG", "Message too large"); // RFC 7888 §4
    if (literal.octets == 0)
        co_return Completion::no("CANNOT", "Message is empty");
    const auto target =
        co_await find_mailbox(session, append.mailbox, store::MailboxRight::Insert);
    if (!target && target.error().code() == Errc::NotFound)
        co_return Completion::no("TRYCREATE", "No such mailbox");
    if (!target)
        co_return refuse(target.error());
    owner = target->account;
    const auto limits = co_await owner->limits();
    const auto usage = co_await owner->usage();
    if (limits && usage && limits->octets != 0 && usage->octets + literal.octets > limits->octets)
        co_return Completion::no("OVERQUOTA", "Quota exceeded"); // RFC 5530 §3
    co_return Completion::ok("");
}

/// Reads all octets, also where the store failed on the way.
Awaitable<> receive(Session& session, Incoming& incoming, std::uint64_t octets)
{
    while (octets != 0) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(octets, kFlushOctets));
        const auto some = co_await session.reader.read_some(most);
        octets -= some.size();
        if (!incoming.stored)
            continue;
        incoming.card.feed(some);
        incoming.stored = co_await incoming.spool->write(some);
    }
}

/// Makes the message durable in its mailbox, which may have gone meanwhile.
Awaitable<Completion> commit(Session& session, AppendArguments append, Incoming incoming)
{
    if (!incoming.stored)
        co_return refuse(incoming.stored.error());
    const auto target =
        co_await find_mailbox(session, append.mailbox, store::MailboxRight::Insert);
    if (!target && target.error().code() == Errc::NotFound)
        co_return Completion::no("TRYCREATE", "No such mailbox");
    if (!target)
        co_return refuse(target.error());
    if (!target->rights.has(store::MailboxRight::Write)) // RFC 4314 §4: not set, and no failure
        append.flags.keywords.clear();
    auto flags = co_await intern_flags(*target->account, std::move(append.flags));
    if (!flags)
        co_return flags.error().code() == Errc::OverQuota
            ? Completion::no("LIMIT", "Too many keywords")
            : refuse(flags.error());
    auto stored = co_await incoming.spool->finish();
    if (!stored)
        co_return refuse(stored.error());
    store::NewMessage message;
    message.body = stored->body;
    message.inline_body = std::move(stored->inline_body);
    message.card = std::make_shared<const mime::Card>(incoming.card.finish());
    message.flags = permitted_flags(target->rights, *flags);
    message.internal_date = append.date.value_or(session.services->clock->now());
    const auto added = co_await target->account->append(target->mailbox.id, std::move(message));
    if (!added)
        co_return refuse(added.error());
    if (session.view && session.view->account().id() == target->account->id() &&
        session.view->mailbox() == target->mailbox.id)
        session.view->made.push_back(added->uid);
    if (!target->rights.has(store::MailboxRight::Read)) // RFC 4315 §3
        co_return Completion::ok("APPEND completed");
    co_return Completion::ok("APPENDUID " + std::to_string(added->uid_validity) + " " +
                                 std::to_string(value_of(added->uid)),
                             "APPEND completed"); // RFC 4315 §3
}

} // namespace

/// RFC 3501 §6.3.11. Limit: Limits::imap_literal_octets; memory is bounded whatever the size.
Awaitable<Completion> on_append(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    if (!invocation.message) {
        CO_PARSE_TRY_VOID(args.space());
        CO_PARSE_TRY_VOID(parse_append(args));
        co_return Completion::bad("Missing message literal");
    }
    const auto literal = *invocation.message;
    Result<AppendArguments> append = Error(Errc::Invalid, "Missing argument");
    if (args.accept(' '))
        append = parse_append(args);
    const bool in_utf8 = append && args.accept_text("UTF8 ("); // RFC 6855 §4
    if (append)
        args.accept('~'); // literal8: RFC 3516 §4.4
    if (append && args.peek() != '{')
        append = Error(Errc::Invalid, "Malformed argument");
    if (in_utf8 && !session.has_utf8 && !session.is_rev2)
        append = Error(Errc::Invalid, "ENABLE UTF8=ACCEPT first");
    Completion verdict;
    std::shared_ptr<store::Account> owner;
    if (!append)
        verdict = Completion::bad(append.error());
    else
        verdict = co_await check(session, *append, literal, owner);
    if (verdict.kind != Completion::Kind::Ok)
        co_return co_await decline(session, literal, std::move(verdict));

    if (literal.synchronizing)
        co_await ask_for_literal(session);
    Incoming incoming;
    store::BodyOwners owners;
    owners.accounts.push_back(owner->id());
    incoming.spool = session.services->store->spool(std::move(owners));
    co_await receive(session, incoming, literal.octets);
    const auto line = co_await session.reader.read_line(kFlushOctets);
    if (line.text != (in_utf8 ? ")" : ""))
        co_return Completion::bad("Nothing may follow the message");
    co_return co_await commit(session, std::move(*append), std::move(incoming));
}

} // namespace mailctl::imap
