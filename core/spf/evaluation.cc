// Walks through records: which term decides. RFC 7208 §4.4 to §4.7
#include "core/spf/evaluation.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"

namespace mailctl::spf {
namespace {

/// RFC 7208 §4.3: neither names of one label nor address literals have records.
bool is_checkable(const std::string& domain)
{
    return is_name(domain) && domain.front() != '[' && domain.find('.') != std::string::npos;
}

} // namespace

Evaluation::Evaluation(dns::Resolver& resolver, const Clock& clock, MacroFacts facts,
                       CheckLimits limits)
    : resolver_(resolver), clock_(clock), facts_(std::move(facts)), limits_(limits)
{
    facts_.now = clock_.now();
}

Result<> Evaluation::count_lookup()
{
    if (lookups_ >= limits_.lookups)
        return Error(Errc::OverQuota,
                     "takes over " + std::to_string(limits_.lookups) + " lookups");
    ++lookups_;
    return ok();
}

Result<> Evaluation::count_void()
{
    if (void_lookups_ >= limits_.void_lookups)
        return Error(Errc::OverQuota, "over " + std::to_string(limits_.void_lookups) +
                                          " lookups found nothing");
    ++void_lookups_;
    return ok();
}

Awaitable<FoundRecord> find_record(dns::Resolver& resolver, std::string domain)
{
    FoundRecord found;
    if (!is_checkable(domain)) {
        found.why = "no domain name of two labels or more";
        co_return found;
    }
    const auto answer = co_await resolver.txt(domain);
    if (!answer) {
        found.verdict = Verdict::TempError;
        found.why = domain + ": " + answer.error().detail();
        co_return found;
    }
    const auto is_ours = [](const std::string& text) { return is_record(text); };
    const auto& texts = answer->records;
    const auto first = std::find_if(texts.begin(), texts.end(), is_ours);
    if (first == texts.end()) {
        found.why = answer->status == dns::Answer<std::string>::Status::NoDomain
                        ? domain + " does not exist"
                        : domain + " has no SPF record";
        co_return found;
    }
    found.verdict = Verdict::PermError;
    found.text = *first;
    if (std::count_if(texts.begin(), texts.end(), is_ours) > 1) { // RFC 7208 §4.5
        found.why = domain + " has several SPF records";
        co_return found;
    }
    auto record = parse_record(*first);
    if (!record) {
        found.why = domain + ": " + record.error().detail();
        co_return found;
    }
    found.verdict = Verdict::Pass;
    found.record = *std::move(record);
    co_return found;
}

Awaitable<bool> Evaluation::run(const Record& record, Level& level)
{
    for (const Directive& directive : record.directives) {
        Match found = co_await match(directive, level.domain);
        if (found.kind == Match::Kind::No)
            continue;
        if (found.kind == Match::Kind::Yes) {
            level.verdict = directive.qualifier;
            level.matched.push_back(directive.text);
            for (auto& term : found.terms)
                level.matched.push_back(std::move(term));
        } else {
            level.verdict = found.kind == Match::Kind::TempError ? Verdict::TempError
                                                                 : Verdict::PermError;
            level.why = level.domain + ": " + ascii::printable(directive.text) + ": " + found.why;
        }
        co_return true;
    }
    co_return false;
}

Awaitable<bool> Evaluation::follow(const Modifier& redirect, Level& level)
{
    auto counted = count_lookup();
    Result<std::string> target = std::string();
    if (counted)
        target = co_await name_of_target(&redirect.domain, level.domain, true);
    if (!counted || !target) {
        level.verdict = Verdict::PermError;
        level.why = level.domain + ": " + ascii::printable(redirect.text) + ": " +
                    (counted ? target.error().detail() : counted.error().detail());
        co_return false;
    }
    level.matched.push_back(redirect.text);
    level.domain = *std::move(target);
    co_return true;
}

Awaitable<Level> Evaluation::check(std::string domain)
{
    Level level;
    level.domain = std::move(domain);
    for (bool is_first = true;; is_first = false) {
        if (is_late()) {
            level.verdict = Verdict::TempError;
            level.why = "takes too long";
            co_return level;
        }
        FoundRecord found = co_await find_record(resolver_, level.domain);
        if (is_first)
            level.record = found.text;
        if (found.verdict != Verdict::Pass) {
            const bool leads_nowhere = found.verdict == Verdict::None && !is_first; // RFC 7208 §6.1
            level.verdict = leads_nowhere ? Verdict::PermError : found.verdict;
            level.why = std::move(found.why);
            co_return level;
        }
        const bool is_decided = co_await run(found.record, level);
        if (found.record.explanation)
            level.explanation = std::move(found.record.explanation->domain);
        else
            level.explanation.reset(); // that of a record which redirects does not count
        if (is_decided)
            co_return level;
        if (!found.record.redirect) {
            level.verdict = Verdict::Neutral; // RFC 7208 §4.7
            level.why = level.domain + ": no term matched";
            co_return level;
        }
        const bool leads_on = co_await follow(*found.record.redirect, level);
        if (!leads_on)
            co_return level;
    }
}

Awaitable<std::string> Evaluation::explain(const Level& level)
{
    if (!level.explanation || is_late())
        co_return std::string();
    const auto name = co_await name_of_target(&*level.explanation, level.domain, false);
    if (!name)
        co_return std::string();
    const auto answer = co_await resolver_.txt(*name);
    if (!answer || answer->records.size() != 1)
        co_return std::string();
    const auto text = MacroString::parse(answer->records.front(), MacroUse::Explanation);
    if (!text)
        co_return std::string();
    if (text->names('p'))
        co_await find_validated_names();
    facts_.domain = level.domain;
    facts_.validated = validated_name(level.domain);
    std::string out = text->expand(facts_, kMaxExplanationOctets);
    out.resize(std::min(out.size(), kMaxExplanationOctets));
    for (char& c : out) {
        if (ascii::is_control(c) || ascii::is_8bit(c)) // a local part or HELO name may hold them
            c = '?';
    }
    co_return out;
}

} // namespace mailctl::spf
