// Reads records without a message.
#include "core/spf/outline.h"

#include <utility>

#include "core/base/ascii.h"
#include "core/spf/evaluation.h"

namespace mailctl::spf {
namespace {

/// True where no message is needed to know it.
bool is_fixed(const MacroString& domain)
{
    constexpr std::string_view kLetters = "slodiphvcrt";
    for (const char letter : kLetters)
        if (domain.names(letter))
            return false;
    return true;
}

struct Walk {
    dns::Resolver& resolver;
    Outline out;
    std::size_t records = 0;
};

/// Adds the terms of a record. Gives what went wrong with it; Pass: nothing.
Awaitable<FoundRecord> add_record(Walk& walk, std::string domain, unsigned depth);

/// Follows the term that was added last.
Awaitable<> follow(Walk& walk, const MacroString& target, unsigned depth)
{
    if (!is_fixed(target))
        co_return;
    const std::size_t at = walk.out.terms.size() - 1;
    const auto name = target.expand_name(MacroFacts());
    Verdict verdict = Verdict::PermError;
    std::string why;
    if (name) {
        FoundRecord found = co_await add_record(walk, *name, depth + 1);
        verdict = found.verdict == Verdict::None ? Verdict::PermError : found.verdict;
        why = std::move(found.why);
    } else {
        why = name.error().detail();
    }
    if (verdict == Verdict::Pass)
        co_return;
    walk.out.terms[at].trouble = why;
    if (walk.out.verdict == Verdict::Pass) {
        walk.out.verdict = verdict;
        walk.out.why = std::move(why);
    }
}

void add_term(Walk& walk, const std::string& domain, unsigned depth, const std::string& text,
              bool asks_dns)
{
    OutlineTerm term;
    term.depth = depth;
    term.domain = domain;
    term.term = text;
    term.asks_dns = asks_dns;
    walk.out.lookups += asks_dns ? 1 : 0;
    walk.out.terms.push_back(std::move(term));
}

Awaitable<FoundRecord> add_record(Walk& walk, std::string domain, unsigned depth)
{
    if (++walk.records > kMaxOutlineRecords) {
        FoundRecord too_many;
        too_many.verdict = Verdict::PermError;
        too_many.why = "over " + std::to_string(kMaxOutlineRecords) + " records";
        co_return too_many;
    }
    FoundRecord found = co_await find_record(walk.resolver, domain);
    if (depth == 0)
        walk.out.record = found.text;
    if (found.verdict != Verdict::Pass)
        co_return found;
    bool has_all = false;
    for (const Directive& directive : found.record.directives) {
        add_term(walk, domain, depth, directive.text, directive.asks_dns());
        has_all = has_all || directive.mechanism == Mechanism::All;
        if (directive.mechanism == Mechanism::Include)
            co_await follow(walk, *directive.domain, depth);
    }
    if (found.record.redirect) {
        add_term(walk, domain, depth, found.record.redirect->text, !has_all);
        if (!has_all) // RFC 7208 §6.1
            co_await follow(walk, found.record.redirect->domain, depth);
    }
    if (found.record.explanation)
        add_term(walk, domain, depth, found.record.explanation->text, false);
    co_return found;
}

} // namespace

Awaitable<Outline> outline(dns::Resolver& resolver, std::string domain)
{
    Walk walk{resolver, {}, 0};
    FoundRecord found = co_await add_record(walk, std::move(domain), 0);
    if (found.verdict != Verdict::Pass) {
        walk.out.verdict = found.verdict;
        walk.out.why = std::move(found.why);
    }
    co_return std::move(walk.out);
}

} // namespace mailctl::spf
