// THREAD: messages that match, as conversations.
#include <utility>

#include "core/imap/order/threads.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/progress.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/matching.h"
#include "store/emails.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kCardsAtOnce = 64; // as many as caches of processors hold

/// thread-alg. RFC 5256 §5
Result<ThreadRule> parse_rule(Lexer& args)
{
    TRY_VOID(args.space());
    if (args.accept_word("ORDEREDSUBJECT"))
        return ThreadRule::OrderedSubject;
    if (args.accept_word("REFERENCES"))
        return ThreadRule::References;
    if (args.accept_word("REFS"))
        return ThreadRule::Refs;
    return Error(Errc::Invalid, "Unknown threading algorithm");
}

Awaitable<Result<>> thread_page(Session& session, const Invocation& invocation,
                                const std::vector<store::MessageRow>& page, Threads& threads)
{
    std::vector<EmailId> ids;
    for (const auto& row : page)
        ids.push_back(row.email);
    CO_TRY(const auto emails,
           co_await store::emails_of(session.view->account(), std::move(ids), store::CardDepth::Envelope));
    auto email = emails.begin();
    for (const auto& row : page) {
        if (session.progress->advance())
            co_await session.progress->tell();
        if (email == emails.end() || email->id != row.email)
            continue; // expunged meanwhile
        const auto number = number_for(session, invocation, row.uid);
        threads.add(thread_message(number, email->card, row.internal_date, session.collation));
        ++email;
    }
    co_return ok();
}

Awaitable<Result<>> thread_messages(Session& session, const Invocation& invocation,
                                    std::vector<Uid> found, Threads& threads)
{
    session.progress->expect(found.size());
    Rows rows(session.view->account(), session.view->mailbox(), std::move(found), kCardsAtOnce);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return ok();
        CO_TRY_VOID(co_await thread_page(session, invocation, page, threads));
    }
}

} // namespace

/// RFC 5256 §3.
Awaitable<Completion> on_thread(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY(const auto rule, parse_rule(args));
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto request, parse_search_program(args));
    if (request.returns)
        co_return Completion::bad("THREAD has no return options");
    compare_by(request.key, session.collation);
    invocation.searches_numbers = has_numbers(request.key);
    if (const auto fault = fault_of(session, request))
        co_return *fault;
    auto found = co_await matching(session, request.key);
    if (!found)
        co_return refuse(found.error());
    Threads threads(rule);
    const auto threaded = co_await thread_messages(session, invocation, std::move(found->uids), threads);
    if (!threaded)
        co_return refuse(threaded.error());
    session.out += "* THREAD ";
    threads.put(session.out);
    if (session.out.back() == ' ') // no thread
        session.out.pop_back();
    session.out += "\r\n";
    co_return Completion::ok("THREAD completed");
}

} // namespace mailctl::imap
