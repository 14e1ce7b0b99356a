// SELECT and EXAMINE: open a mailbox.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/object_id.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/server/sync.h"
#include "core/urls/url_authority.h"

namespace mailctl::imap {
namespace {

/// What a client knew of the mailbox when it left. RFC 7162 §3.2.5
struct Known {
    std::uint32_t uid_validity = 0;
    ModSeq mod_seq{};
    std::vector<NumberRange> uids{{1, 0xFFFFFFFF}};
};

struct SelectParameters {
    bool condstore = false;
    std::optional<Known> known;
};

/// True where "*" is used: what it stands for depends on the largest number.
bool has_star(const SequenceSet& set)
{
    return set.resolve(0xFFFFFFFF) != set.resolve(0xFFFFFFFE);
}

/// A sequence-set without "*". RFC 7162 §7
Result<std::vector<NumberRange>> parse_known_set(Lexer& args)
{
    TRY(const auto set, args.sequence_set());
    if (set.is_saved() || has_star(set))
        return Error(Errc::Invalid, "What is known are numbers");
    return set.resolve(0);
}

std::uint64_t count_of(const std::vector<NumberRange>& ranges)
{
    std::uint64_t count = 0;
    for (const auto& range : ranges)
        count += std::uint64_t{range.last} - range.first + 1;
    return count;
}

/// seq-match-data = "(" known-sequence-set SP known-uid-set ")". RFC 7162 §7
Result<> parse_matches(Lexer& args)
{
    TRY_VOID(args.expect('('));
    TRY(const auto numbers, parse_known_set(args));
    TRY_VOID(args.space());
    TRY(const auto uids, parse_known_set(args));
    TRY_VOID(args.expect(')'));
    if (count_of(numbers) != count_of(uids)) // RFC 7162 §3.2.5.2
        return Error(Errc::Invalid, "As many UIDs as message numbers, please");
    return ok();
}

/// "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")". RFC 7162 §7.
/// Message numbers of what the client knows are passed over: the log tells what they would narrow.
Result<Known> parse_known(Lexer& args, bool is_uid_only)
{
    Known known;
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    TRY(known.uid_validity, args.nz_number());
    TRY_VOID(args.space());
    TRY(known.mod_seq, args.mod_seq());
    if (known.mod_seq == ModSeq(0))
        return Error(Errc::Invalid, "Number must not be zero");
    bool more = args.accept(' ');
    if (more && args.peek() != '(') {
        TRY(known.uids, parse_known_set(args));
        more = args.accept(' ');
    }
    if (more) {
        if (is_uid_only) // RFC 9586 §3.4
            return Error(Errc::Invalid, "Message numbers are off");
        TRY_VOID(parse_matches(args));
    }
    TRY_VOID(args.expect(')'));
    return known;
}

/// [SP "(" select-param *(SP select-param) ")"]. RFC 4466 §2.4
Result<SelectParameters> parse_parameters(const Session& session, Lexer& args)
{
    SelectParameters parameters;
    if (!args.accept(' '))
        return parameters;
    TRY_VOID(args.expect('('));
    do {
        if (args.accept_word("CONDSTORE")) {
            if (std::exchange(parameters.condstore, true))
                return Error(Errc::Invalid, "Select parameter given twice");
        } else if (args.accept_word("QRESYNC")) {
            if (!session.has_qresync) // RFC 7162 §3.2.5
                return Error(Errc::Invalid, "ENABLE QRESYNC first");
            if (parameters.known)
                return Error(Errc::Invalid, "Select parameter given twice");
            TRY(parameters.known, parse_known(args, session.is_uid_only));
        } else {
            return Error(Errc::Invalid, "Unknown select parameter");
        }
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return parameters;
}

template <class Number>
void put_number(Session& session, std::string_view before, Number number, std::string_view after)
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
    if (view.knows_recent)
        put_number(session, "* ", view.recent_count(), " RECENT");
    if (first_unseen != 0 && !session.is_rev2 && !session.is_uid_only)
        put_number(session, "* OK [UNSEEN ", first_unseen, "] First unseen message");
    if (session.is_rev2) // RFC 9051 §6.3.2: the name as it is
        put_listed(session, "LIST", "", view.prefix + mailbox.name);
    put_number(session, "* OK [UIDVALIDITY ", mailbox.uid_validity, "] UIDs are valid");
    const auto uid_next = std::max(value_of(mailbox.uid_next), view.largest_uid() + 1);
    put_number(session, "* OK [UIDNEXT ", uid_next, "] Predicted next UID");
    session.out += "* OK [MAILBOXID ("; // RFC 8474 §4.2
    session.out += object_id(mailbox.id, view.id_suffix);
    session.out += ")] Name that stays\r\n";
    // RFC 7162 §3.1.2.1. Read before the messages were: changes since may be told twice, never lost.
    if (session.offers(Extension::CondStore))
        put_number(session, "* OK [HIGHESTMODSEQ ", value_of(mailbox.highest_mod_seq),
               "] Highest mod-sequence");
    if (session.offers(Extension::UrlAuth))
        session.out.append("* OK [URLMECH ").append(urls::kUrlMechanism).append("] URLs can be signed\r\n");
}

/// Flags of the messages that changed. RFC 7162 §3.2.5.1
Awaitable<Result<>> put_changed(Session& session, std::vector<Uid> uids, ModSeq since,
                                const std::vector<std::string>& keywords)
{
    Rows rows(session.view->account(), session.view->mailbox(), std::move(uids));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return ok();
        for (const auto& row : page) {
            if (!session.view->number_of(row.uid) || row.mod_seq <= since)
                continue;
            put_fetch_start_with_uid(session, row.uid);
            session.out += "FLAGS ";
            put_flags(session.out, row.flags, session.view->is_recent(row.uid), keywords);
            session.out += ' ';
            put_mod_seq(session.out, row.mod_seq);
            session.out += ")\r\n";
        }
        if (is_full(session))
            co_await flush(session);
    }
}

/// Brings a client that comes back up to date. RFC 7162 §3.2.5
Awaitable<Result<>> resynchronize(Session& session, const Known& known,
                                  const std::vector<std::string>& keywords)
{
    if (known.uid_validity != session.view->uid_validity())
        co_return ok(); // what it knows is of another mailbox
    CO_TRY(const auto since, co_await changes_since(session, known.mod_seq, known.uids));
    put_vanished(session.out, Earlier::Yes, since.vanished);
    auto uids = changed_among(since, session.view->pick(known.uids, true));
    co_return co_await put_changed(session, std::move(uids), known.mod_seq, keywords);
}

Awaitable<Completion> open_mailbox(Session& session, std::string name, bool examine,
                                   SelectParameters parameters)
{
    const bool read_only = examine || session.is_read_only;
    const auto located = co_await find_mailbox(session, std::move(name), store::MailboxRight::Read);
    if (!located)
        co_return refuse(located.error());
    auto view = std::make_unique<View>(located->account, located->mailbox, read_only);
    view->prefix = located->prefix;
    view->rights = located->rights;
    view->own_seen = located->own_seen;
    view->id_suffix = id_suffix(session, *located->account);
    const auto first_unseen = co_await load_view(*view);
    if (!first_unseen)
        co_return refuse(first_unseen.error());
    const auto keywords = co_await located->account->keywords();
    if (!keywords)
        co_return refuse(keywords.error());
    session.select(std::move(view));
    session.info->set_mailbox(located->mailbox.name);
    put_selected(session, located->mailbox, *first_unseen, *keywords);
    if (parameters.known) {
        const auto done = co_await resynchronize(session, *parameters.known, *keywords);
        if (!done) {
            session.select(nullptr);
            co_return refuse(done.error());
        }
    }
    co_return Completion::ok(session.view->may_change() ? "READ-WRITE" : "READ-ONLY",
                             examine ? "EXAMINE completed" : "SELECT completed");
}

Awaitable<Completion> parse_and_open(Session& session, Invocation& invocation, bool examine)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY(auto parameters, parse_parameters(session, args));
    CO_PARSE_TRY_VOID(args.end());
    session.has_condstore = session.has_condstore || parameters.condstore || parameters.known;
    if (session.view) // RFC 7162 §3.2.11
        session.out += "* OK [CLOSED] Mailbox is closed\r\n";
    session.select(nullptr); // RFC 3501 §6.3.1: also where the new one cannot be opened
    co_return co_await open_mailbox(session, std::move(name), examine, std::move(parameters));
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
