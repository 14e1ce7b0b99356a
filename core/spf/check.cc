// Starts a check and tells what came of it.
#include "core/spf/check.h"

#include <utility>

#include "core/base/ascii.h"
#include "core/spf/evaluation.h"

namespace mailctl::spf {

std::string_view name_of(Identity identity)
{
    return identity == Identity::Helo ? "helo" : "mailfrom";
}

Awaitable<Outcome> check_host(dns::Resolver& resolver, const Clock& clock, Question question,
                              CheckLimits limits)
{
    Outcome out;
    out.domain = ascii::lower(question.domain);
    if (out.domain.ends_with('.'))
        out.domain.pop_back();
    const auto ip = Ip::parse(question.ip);
    if (!ip) {
        out.reason = ip.error().detail();
        co_return out;
    }
    MacroFacts facts;
    facts.ip = *ip;
    facts.local_part = question.local_part.empty() ? "postmaster" : std::move(question.local_part);
    facts.sender_domain = std::move(question.sender_domain);
    facts.helo = std::move(question.helo);
    facts.receiver = std::move(question.receiver);
    Evaluation evaluation(resolver, clock, std::move(facts), limits);
    Level level = co_await evaluation.check(out.domain);
    if (level.verdict == Verdict::Fail)
        out.explanation = co_await evaluation.explain(level);
    out.verdict = level.verdict;
    out.matched = std::move(level.matched);
    out.reason = std::move(level.why);
    out.record = std::move(level.record);
    out.lookups = evaluation.lookups();
    out.void_lookups = evaluation.void_lookups();
    co_return out;
}

Awaitable<Outcome> check_mail_from(dns::Resolver& resolver, const Clock& clock, Envelope envelope,
                                   CheckLimits limits)
{
    if (!envelope.sender) {
        Outcome bare = co_await check_helo(resolver, clock, std::move(envelope), limits);
        bare.identity = Identity::MailFrom;
        co_return bare;
    }
    Question question;
    question.ip = std::move(envelope.ip);
    question.domain = envelope.sender->domain;
    question.local_part = std::move(envelope.sender->local_part);
    question.sender_domain = std::move(envelope.sender->domain);
    question.helo = std::move(envelope.helo);
    question.receiver = std::move(envelope.receiver);
    co_return co_await check_host(resolver, clock, std::move(question), limits);
}

Awaitable<Outcome> check_helo(dns::Resolver& resolver, const Clock& clock, Envelope envelope,
                              CheckLimits limits)
{
    Question question;
    question.ip = std::move(envelope.ip);
    const auto name = address::canonical_domain(envelope.helo); // A-labels: RFC 7208 §4.3
    question.domain = name ? *name : envelope.helo;
    question.sender_domain = question.domain;
    question.helo = std::move(envelope.helo);
    question.receiver = std::move(envelope.receiver);
    Outcome out = co_await check_host(resolver, clock, std::move(question), limits);
    out.identity = Identity::Helo;
    co_return out;
}

} // namespace mailctl::spf
