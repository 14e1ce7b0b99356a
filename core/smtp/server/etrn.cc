// ETRN: a host that was away asks for its mail. RFC 1985
#include "core/address/address.h"
#include "core/base/log.h"
#include "core/queue/runner.h"
#include "core/route/route.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::smtp {
namespace {

/// Only domains that this server keeps mail for: anybody may ask, since the mail goes where the
/// settings say and not to who asks (RFC 1985 §6).
bool is_allowed(const conf::Config& config, const std::string& domain)
{
    route::Question question;
    question.recipient = '@' + domain;
    const auto choice = route::choose(config, question);
    return (choice && choice->hold_for_etrn) ||
           route::accepting(config, question.recipient) != nullptr;
}

bool is_of(const std::string& recipient, const std::string& pattern)
{
    const auto at = recipient.rfind('@');
    return at != std::string::npos &&
           address::matches_wildcard(pattern, std::string_view(recipient).substr(at + 1));
}

/// The host is back: what kept its destinations waiting is over.
void forget_back_off(const delivery::Services& services, const std::string& domain)
{
    if (services.runner == nullptr)
        return;
    route::Question question;
    question.recipient = '@' + domain;
    const auto choice = route::choose(*services.config, question);
    if (!choice)
        return;
    for (const route::Way& way : choice->ways)
        services.runner->retry_now(way.key);
}

/// Makes the domain's mail due. Errors: Unavailable.
Awaitable<Result<std::size_t>> start_queue(store::Store& store, std::string domain)
{
    store::QueueFilter filter;
    filter.domain = std::move(domain);
    filter.limit = 0;
    auto entries = co_await store.queue().list(filter);
    if (!entries)
        co_return entries.error();
    std::vector<QueueId> ids;
    for (const auto& entry : *entries)
        if (!entry.held) // by an administrator: not for a stranger to lift
            ids.push_back(entry.id);
    const std::size_t count = ids.size();
    const Time now = store.clock().now();
    const std::function<bool(store::QueueEntry&)> make_due =
        [now, pattern = filter.domain](store::QueueEntry& entry) {
            for (auto& recipient : entry.recipients)
                if (recipient.is_waiting() && is_of(recipient.address, pattern))
                    recipient.next_attempt = now;
            return true;
        };
    auto done = co_await store.queue().update_all(std::move(ids), make_due);
    if (!done)
        co_return done.error();
    store.queue().wake();
    co_return count;
}

} // namespace

Awaitable<Reply> on_etrn(Session& s, std::string_view arguments)
{
    if (!s.extended || !s.offered.etrn)
        co_return make_reply(s.hello.empty() ? Say::HelloFirst : Say::NotOffered);
    if (arguments.empty())
        co_return make_reply(Say::BadArguments);
    if (arguments.front() == '#') // RFC 1985 §5.2.1: a queue's own name
        co_return Reply(459, "4.7.1", "Queues have no names here");
    const bool subdomains = arguments.front() == '@';
    const auto domain = address::canonical_domain(arguments.substr(subdomains ? 1 : 0));
    if (!domain)
        co_return make_reply(Say::BadArguments);
    if (!is_allowed(s.config(), *domain)) {
        log::info(s.area(), "etrn refused",
                  {{"peer", s.stream.peer().address}, {"domain", *domain}});
        co_return Reply(459, "4.7.1", "Mail for that node is not kept here");
    }
    std::size_t count = 0;
    std::vector<std::string> patterns;
    patterns.push_back(*domain);
    if (subdomains)
        patterns.push_back("*." + *domain);
    for (const std::string& pattern : patterns) {
        const auto started = co_await start_queue(*s.services->store, pattern);
        if (!started)
            co_return Reply(458, "4.3.0", "Unable to start the queue now");
        count += *started;
    }
    if (count > 0)
        forget_back_off(*s.services, *domain);
    log::info(s.area(), "etrn",
              {{"peer", s.stream.peer().address}, {"domain", *domain}, {"messages", count}});
    if (count == 0)
        co_return Reply(251, "2.0.0", "No messages are waiting for that node");
    co_return Reply(253, "2.0.0", std::to_string(count) + " pending messages started");
}

} // namespace mailctl::smtp
