// One connection: greeting, commands one after the other, goodbye.
#include "core/imap/server/serve.h"

#include <algorithm>

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/progress.h"
#include "core/imap/server/read_command.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sync.h"

namespace mailctl::imap {
namespace {

using Kind = Completion::Kind;

constexpr unsigned kBadInARow = 20; // let pass, at least, once a user has logged in

/// "a1 OK [CODE] text", or "* BAD text" where the tag did not parse.
void put_completion(Session& session, std::string_view tag, const Completion& completion)
{
    if (completion.kind == Kind::Sent)
        return;
    session.out.append(tag.empty() ? "*" : tag);
    session.out += completion.kind == Kind::Ok ? " OK " : completion.kind == Kind::No ? " NO " : " BAD ";
    if (!completion.code.empty())
        session.out.append("[").append(completion.code).append("] ");
    session.out.append(completion.text).append("\r\n");
}

/// Why a known command may not run now; nullptr: it may.
const char* out_of_state(const CommandEntry& entry, State state)
{
    if (entry.states & static_cast<std::uint8_t>(state))
        return nullptr;
    if (state == State::NotAuthenticated)
        return "Log in first";
    if (entry.states == static_cast<std::uint8_t>(State::Selected))
        return "Select a mailbox first";
    return "Logged in already";
}

/// A session that must use TLS first: AUTH-02.
bool needs_tls(const Session& session, const CommandEntry& entry)
{
    return session.listener.tls == conf::TlsMode::RequireStartTls && !session.stream->tls() &&
           (entry.waiting == on_login || entry.waiting == on_authenticate);
}

/// "UID" and the name after it, or the name alone; nullptr: unknown, of an extension that is off, or
/// without a UID form.
const CommandEntry* parse_name(const Session& session, Invocation& invocation)
{
    auto name = invocation.args.atom();
    if (name && ascii::equals_ignoring_case(*name, "UID")) {
        invocation.by_uid = true;
        name = invocation.args.accept(' ') ? invocation.args.atom() : name;
    }
    const auto* entry = name ? find_command(*name) : nullptr;
    if (entry && invocation.by_uid && !entry->has_uid_form)
        return nullptr;
    const bool is_known = entry && has_command(session.extensions, entry->name, invocation.by_uid);
    return is_known ? entry : nullptr;
}

/// Runs the handler. A command that makes the client one that knows of mod-sequences tells where
/// the selected mailbox stands; SELECT and EXAMINE do so by themselves.
Awaitable<Completion> handle(Session& session, Invocation& invocation, const CommandEntry& entry)
{
    const bool had_mod_seqs = session.has_condstore;
    Completion completion;
    if (entry.plain != nullptr)
        completion = entry.plain(session, invocation);
    else
        completion = co_await entry.waiting(session, invocation);
    const bool selects = entry.waiting == on_select || entry.waiting == on_examine;
    if (session.has_condstore && !had_mod_seqs && session.view && !selects)
        co_await tell_highest_mod_seq(session);
    co_return completion;
}

/// Runs one command and tells what changed meanwhile, in the order of RFC 3501 §7.
/// `entry`: nullptr where there is no such command.
Awaitable<Completion> run(Session& session, Invocation& invocation, const CommandEntry* entry)
{
    if (entry == nullptr)
        co_return Completion::bad("Unknown command");
    if (needs_tls(session, *entry))
        co_return Completion::no("PRIVACYREQUIRED", "Use STARTTLS first");
    if (entry->changes_mail && session.is_read_only)
        co_return Completion::no("NOPERM", "Your mailboxes are read-only");
    if (session.is_uid_only && entry->names_messages && !invocation.by_uid) // RFC 9586 §3.2
        co_return Completion(Kind::Bad, "UIDREQUIRED", "Message numbers are off");
    session.info->set_command(entry->name);
    if (!session.extensions.has_all()) {
        invocation.unknown_words = unknown_words(session.extensions, entry->name);
        invocation.args.forget(invocation.unknown_words);
    }
    Progress progress(session, invocation.tag);
    auto completion = co_await handle(session, invocation, *entry);
    if (!session.view)
        session.info->set_mailbox({});
    const bool names_numbers = !invocation.by_uid || invocation.searches_numbers;
    const auto expunges = entry->holds_expunge && names_numbers ? Expunges::Hold : Expunges::Tell;
    if (needs_sync(session, expunges) && (tells_messages(session) || entry->tells_expunges))
        co_await sync(session, expunges);
    if (session.view)
        co_await tell_waiting_mod_seq(session);
    if (session.notify)
        co_await tell_others(session);
    co_return completion;
}

/// Counts what a client that speaks IMAP never sends; too much of it ends the session. Who has
/// logged in may try what this server does not know: a command that is none of that forgives.
void count_bad(Session& session, Kind kind)
{
    if (kind != Kind::Bad) {
        session.bad_commands = session.is_authenticated() ? 0 : session.bad_commands;
        return;
    }
    session.services->authenticator->happened(session.stream->peer(), conf::BanTrigger::BadCommand);
    auto limit = session.config().limits.imap.bad_commands;
    if (session.is_authenticated() && limit != 0)
        limit = std::max(limit, kBadInARow);
    if (++session.bad_commands < limit || limit == 0)
        return;
    session.services->authenticator->misbehaved(session.stream->peer(), "bad IMAP commands");
    put_bye(session, "Too many bad commands");
    session.state = State::Logout;
}

Awaitable<> serve_command(Session& session)
{
    session.stream->set_deadline(session.is_authenticated() ? kTransferWait : kPreAuthIdle);
    const auto command = co_await read_command(session);
    Lexer args(command.text, session.delimiter());
    if (session.names() == Names::Utf8)
        args.take_utf8_names();
    if (session.is_rev2)
        args.take_number64();
    const auto tag = args.tag();
    Completion completion;
    const char* too_early = nullptr; // or too late: a client that speaks IMAP may well send it
    if (!tag || !args.accept(' ')) {
        completion = Completion::bad(command.fault ? command.fault : "Malformed command");
    } else if (command.fault) {
        completion = Completion::bad(command.fault);
    } else {
        Invocation invocation(*tag, args);
        invocation.message = command.message;
        const auto* entry = parse_name(session, invocation);
        too_early = entry ? out_of_state(*entry, session.state) : nullptr;
        if (too_early)
            completion = Completion::bad(too_early);
        else
            completion = co_await run(session, invocation, entry);
        if (invocation.message) // nobody took it
            co_await drop_message(session, invocation.message);
    }
    put_completion(session, tag ? *tag : "", completion);
    if (!too_early)
        count_bad(session, completion.kind);
    if (command.is_fatal && session.state != State::Logout) {
        put_bye(session, "Literal too large");
        session.state = State::Logout;
    }
}

/// True where the next command, or its first line, is here already: the client pipelines.
bool has_line(const Session& session)
{
    return session.reader.buffered().find('\n') != std::string_view::npos;
}

/// Waits for the client and tells it meanwhile what it asked NOTIFY for. RFC 5465 §3.1
Awaitable<> wait_notifying(Session& session)
{
    auto& watching = session.notify->watching;
    if (session.view)
        watching.add(session.view->account());
    while (true) {
        co_await tell_changes(session, false);
        if (!session.out.empty())
            co_await flush(session);
        if (session.view && session.view->is_claim_due)
            co_await claim_recent(session);
        if (watching.take_changed())
            continue;
        session.stream->set_deadline(silence_limit(session));
        co_await session.stream->wait_readable();
        if (!watching.take_changed())
            co_return;
    }
}

/// Commands until the client leaves. Nothing but the session is alive while it waits.
Awaitable<> converse(Session& session)
{
    while (session.state != State::Logout) {
        if (!has_line(session)) {
            if (!session.out.empty()) // the greeting
                co_await flush(session);
            session.reader.release();
            const auto limit = silence_limit(session);
            if (limit == std::chrono::milliseconds(0))
                throw net::Disconnected(net::Disconnected::Why::Deadline, "session limit");
            session.stream->set_deadline(limit);
            if (session.notify)
                co_await wait_notifying(session);
            else
                co_await session.stream->wait_readable();
        }
        co_await serve_command(session);
        if (is_full(session) || !has_line(session))
            co_await flush(session);
        if (session.view && session.view->is_claim_due)
            co_await claim_recent(session);
    }
    co_await flush(session);
}

void put_greeting(Session& session)
{
    const auto& banner = session.listener.banner;
    session.out.append("* OK [CAPABILITY ").append(capabilities(session)).append("] ");
    const auto reached = delivery::reached(*session.services, session.stream->local());
    session.out.append(banner.empty() ? reached.hostname + " ready" : banner);
    session.out += "\r\n";
}

} // namespace

Awaitable<> serve(std::unique_ptr<net::Stream> stream,
                  std::shared_ptr<const delivery::Services> services, conf::Listener listener,
                  std::shared_ptr<net::SessionInfo> info)
{
    Session session(std::move(stream), std::move(services), std::move(listener), std::move(info));
    session.extensions = extensions_for(session, session.config().imap);
    bool timed_out = false;
    try {
        put_greeting(session);
        co_await converse(session);
    } catch (const net::Disconnected& gone) {
        timed_out = gone.why() == net::Disconnected::Why::Deadline;
    }
    if (timed_out) {
        try { // RFC 3501 §5.4: the client is told; whether it still listens is not known.
            session.out.clear();
            put_bye(session, "Time is up");
            session.stream->set_deadline(std::chrono::seconds(1));
            co_await flush(session);
        } catch (const net::Disconnected&) {
        }
    }
    if (!session.user.empty())
        log::info("imap", "logout", {{"user", session.user}});
}

} // namespace mailctl::imap
