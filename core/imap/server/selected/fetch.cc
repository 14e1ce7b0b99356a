// FETCH: flags, envelopes and bodies of messages.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/fetch_message.h"
#include "core/imap/server/selected/message_set.h"
#include "store/bodies_ahead.h"
#include "store/emails.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kSeenAtOnce = 50; // messages marked \Seen in one commit, before they are sent
constexpr std::size_t kEmailsAtOnce = 64; // whose cards are in memory

using Kind = FetchItem::Kind;

bool has_item(const std::vector<FetchItem>& items, Kind kind)
{
    return std::any_of(items.begin(), items.end(),
                       [kind](const auto& item) { return item.kind == kind; });
}

/// BODY[] and BODY[TEXT], and what RFC822 and RFC822.TEXT stand for.
bool is_whole_body(const FetchItem& item)
{
    using Text = Section::Text;
    const auto& section = item.section;
    return item.kind == Kind::Section && section.part.empty() && !item.partial &&
           (section.text == Text::All || section.text == Text::Text);
}

/// UID FETCH answers with UID whether asked or not (RFC 3501 §6.4.8).
FetchPlan plan_for(std::vector<FetchItem> items, const Session& session, bool by_uid)
{
    FetchPlan plan;
    if (by_uid && !session.is_uid_only && !has_item(items, Kind::Uid))
        items.insert(items.begin(), FetchItem(Kind::Uid, "UID"));
    plan.tells_flags = has_item(items, Kind::Flags);
    plan.tells_mod_seq = has_item(items, Kind::ModSeq);
    for (const auto& item : items) {
        plan.needs_email = plan.needs_email || item.kind >= Kind::ThreadId;
        plan.needs_whole_body = plan.needs_whole_body || is_whole_body(item);
        plan.sets_seen = plan.sets_seen || item.sets_seen;
    }
    plan.sets_seen = plan.sets_seen && session.view->may(store::MailboxRight::Seen);
    plan.items = std::move(items);
    return plan;
}

bool is_uid_alone(const FetchPlan& plan)
{
    return std::all_of(plan.items.begin(), plan.items.end(),
                       [](const auto& item) { return item.kind == Kind::Uid; });
}

/// Keeps what is at those places of the result.
void keep_places(std::vector<Uid>& uids, const PartialRange& range)
{
    const auto places = range.places(uids.size());
    uids = std::vector<Uid>(uids.begin() + static_cast<std::ptrdiff_t>(places.from),
                            uids.begin() + static_cast<std::ptrdiff_t>(places.to));
}

/// The UIDs that a UID FETCH names, whether they are there or not.
std::vector<NumberRange> named_uids(const View& view, const Invocation& invocation)
{
    auto args = invocation.args;
    args.accept(' ');
    const auto set = args.sequence_set();
    if (!invocation.by_uid || !set)
        return {{1, 0xFFFFFFFF}};
    if (!set->is_saved())
        return set->resolve(0xFFFFFFFF); // what was after the last one may have gone
    std::vector<std::uint32_t> saved;
    for (const auto uid : view.saved)
        saved.push_back(value_of(uid));
    return ranges_of(saved);
}

/// CHANGEDSINCE: keeps what changed, and tells what vanished. RFC 7162 §3.1.4.1, §3.2.6
Awaitable<Result<>> keep_changed(Session& session, const FetchModifiers& modifiers,
                                 const std::vector<NumberRange>& known, std::vector<Uid>& uids)
{
    const auto after = *modifiers.changed_since;
    CO_TRY(const auto since, co_await changes_since(session, after, known));
    if (modifiers.vanished)
        put_vanished(session.out, Earlier::Yes, since.vanished);
    std::vector<Uid> changed;
    Rows rows(session.view->account(), session.view->mailbox(), changed_among(since, std::move(uids)));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        for (const auto& row : page)
            if (row.mod_seq > after)
                changed.push_back(row.uid);
    }
    uids = std::move(changed);
    co_return ok();
}

/// Sets \Seen on the page; the rows become what is stored now. RFC 3501 §6.4.5.
Awaitable<Result<>> mark_seen(Session& session, std::vector<store::MessageRow>& page)
{
    store::FlagsUpdate update;
    update.change = store::FlagChange::Add;
    update.flags.set(store::SystemFlag::Seen);
    for (const auto& row : page)
        if (!row.flags.has(store::SystemFlag::Seen))
            update.uids.push_back(row.uid);
    if (update.uids.empty())
        co_return ok();
    CO_TRY(const auto updated,
           co_await session.view->account().update_flags(session.view->mailbox(), std::move(update)));
    for (const auto& now : updated.rows)
        for (auto& row : page)
            if (row.uid == now.uid)
                row = now;
    co_return ok();
}

/// Tells what the view knows by itself, of messages that another session expunged as well.
Awaitable<> put_uids(Session& session, const FetchPlan& plan, const std::vector<Uid>& uids)
{
    store::MessageRow row;
    for (const auto uid : uids) {
        row.uid = uid;
        put_message(session, plan, row);
        if (is_full(session))
            co_await flush(session);
    }
}

/// What went wrong on the way; the rest was sent all the same.
struct FetchOutcome {
    std::size_t found = 0;
    Result<> failure;
};

/// Emails of some rows in a row, and their bodies where these are asked for.
struct Emails {
    std::vector<store::Email> list; ///< in the order of the rows, without those that are gone
    std::size_t next = 0;
    std::optional<store::BodiesAhead> bodies;
};

/// Those of the page from there on; none where one of them cannot be read.
Awaitable<Emails> read_emails(Session& session, const FetchPlan& plan,
                              const std::vector<store::MessageRow>& page, std::size_t from)
{
    auto& account = session.view->account();
    std::vector<EmailId> ids;
    for (auto at = from; at < std::min(page.size(), from + kEmailsAtOnce); ++at)
        ids.push_back(page[at].email);
    Emails emails;
    auto read = co_await store::emails_of(account, std::move(ids));
    if (read)
        emails.list = *std::move(read);
    if (plan.needs_whole_body) {
        std::vector<store::BodyRef> bodies;
        for (const auto& email : emails.list)
            bodies.push_back(email.body);
        emails.bodies.emplace(account, bodies);
    }
    co_return emails;
}

/// One that is not among those read together is read by itself, and tells what is wrong with it.
Awaitable<Result<>> send_one(Session& session, const FetchPlan& plan, const store::MessageRow& row,
                             Emails& emails, bool newly_seen)
{
    const bool is_known = emails.next < emails.list.size() && emails.list[emails.next].id == row.email;
    if (!is_known) {
        CO_TRY(const auto email, co_await session.view->account().email(row.email));
        const KnownMessage message{row, email, nullptr, newly_seen};
        co_return co_await send_message(session, plan, message);
    }
    const auto& email = emails.list[emails.next++];
    std::optional<std::string> body;
    if (emails.bodies)
        body = co_await emails.bodies->next();
    const KnownMessage message{row, email, body ? &*body : nullptr, newly_seen};
    co_return co_await send_message(session, plan, message);
}

Awaitable<> fetch_page(Session& session, const FetchPlan& plan,
                       std::vector<store::MessageRow> page, FetchOutcome& outcome)
{
    std::vector<Uid> unseen;
    if (plan.sets_seen) {
        for (const auto& row : page)
            if (!row.flags.has(store::SystemFlag::Seen))
                unseen.push_back(row.uid);
        const auto marked = co_await mark_seen(session, page);
        if (!marked)
            outcome.failure = marked;
    }
    Emails emails;
    for (std::size_t at = 0; at < page.size(); ++at) {
        const auto& row = page[at];
        const bool newly_seen = std::binary_search(unseen.begin(), unseen.end(), row.uid);
        if (!plan.needs_email) {
            put_message(session, plan, row);
            ++outcome.found;
        } else {
            if (at % kEmailsAtOnce == 0)
                emails = co_await read_emails(session, plan, page, at);
            const auto sent = co_await send_one(session, plan, row, emails, newly_seen);
            if (sent || sent.error().code() != Errc::NotFound)
                ++outcome.found;
            if (!sent && sent.error().code() != Errc::NotFound)
                outcome.failure = sent;
        }
        if (is_full(session))
            co_await flush(session);
    }
}

} // namespace

/// RFC 3501 §6.4.5. By message number, one that another session expunged is left out and the
/// command ends with NO (RFC 2180 §4.1.3).
Awaitable<Completion> on_fetch(Session& session, Invocation& invocation)
{
    const auto known = named_uids(*session.view, invocation);
    CO_PARSE_TRY(auto uids, parse_messages(session, invocation));
    CO_PARSE_TRY(auto items, parse_fetch_items(invocation.args));
    CO_PARSE_TRY(const auto modifiers, parse_fetch_modifiers(invocation.args));
    CO_PARSE_TRY_VOID(invocation.args.end());
    if (modifiers.partial && !invocation.by_uid) // RFC 9394 §3.3
        co_return Completion::bad("PARTIAL is for UID FETCH");
    if (modifiers.vanished && !(invocation.by_uid && session.has_qresync)) // RFC 7162 §3.2.6
        co_return Completion::bad("VANISHED is for UID FETCH after ENABLE QRESYNC");
    if (modifiers.changed_since && !has_item(items, Kind::ModSeq)) // RFC 7162 §3.1.4.1
        items.emplace_back(Kind::ModSeq, "MODSEQ");
    session.has_condstore = session.has_condstore || has_item(items, Kind::ModSeq);
    if (modifiers.changed_since) {
        const auto narrowed = co_await keep_changed(session, modifiers, known, uids);
        if (!narrowed)
            co_return refuse(narrowed.error());
    }
    if (modifiers.partial)
        keep_places(uids, *modifiers.partial);
    auto plan = plan_for(std::move(items), session, invocation.by_uid);
    if (is_uid_alone(plan)) {
        co_await put_uids(session, plan, uids);
        co_return Completion::ok("FETCH completed");
    }
    auto keywords = co_await session.view->account().keywords();
    if (!keywords)
        co_return refuse(keywords.error());
    plan.keywords = std::move(*keywords);
    const auto wanted = uids.size();
    FetchOutcome outcome;
    Rows rows(session.view->account(), session.view->mailbox(), std::move(uids),
              plan.sets_seen ? kSeenAtOnce : Rows::kPage);
    while (true) {
        auto page = co_await rows.next();
        if (!page)
            co_return refuse(page.error());
        if (page->empty())
            break;
        co_await fetch_page(session, plan, std::move(*page), outcome);
    }
    if (!outcome.failure && outcome.failure.error().code() == Errc::Invalid) // RFC 3516 §4.3
        co_return Completion::no("UNKNOWN-CTE", "Unknown transfer encoding");
    if (!outcome.failure)
        co_return refuse(outcome.failure.error());
    if (outcome.found < wanted && !invocation.by_uid)
        co_return Completion::no("EXPUNGEISSUED", "Some messages are gone");
    co_return Completion::ok("FETCH completed");
}

} // namespace mailctl::imap
