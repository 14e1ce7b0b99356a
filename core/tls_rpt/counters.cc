// Rows of the server's partition:
//   tlsrpt DAY DOMAIN DIGEST    the counts of one policy; DAY is "20261125", DIGEST the policy's
// DO NOT CHANGE: on disk since 0.1
#include "core/tls_rpt/counters.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "store/keys.h"
#include "store/record.h"

namespace mailctl::tls_rpt {
namespace {

constexpr std::string_view kPrefix = "tlsrpt ";
constexpr std::size_t kDigestOctets = 8;
constexpr std::size_t kPart = 500; ///< rows of a commit
constexpr unsigned kTries = 5;     ///< where another flush changes the same rows
constexpr std::uint32_t kPage = 1000;
constexpr std::size_t kMaxTextOctets = 300;
constexpr std::size_t kMaxTexts = 40; ///< lines of a policy

/// DO NOT CHANGE: on disk since 0.1
enum Tag : unsigned {
    kType = 1,
    kDomain,
    kText,
    kMxHost,
    kSuccesses,
    kFailures,
    // Each failure: these five in order, then its sessions.
    kResult,
    kSendingIp,
    kReceivingHost,
    kReceivingIp,
    kReason,
    kSessions,
};

void shorten(std::string& text)
{
    if (text.size() > kMaxTextOctets)
        text.resize(kMaxTextOctets);
}

void shorten(std::vector<std::string>& texts)
{
    if (texts.size() > kMaxTexts)
        texts.resize(kMaxTexts);
    for (auto& text : texts)
        shorten(text);
}

/// What peers say, fit for JSON.
void purify(std::string& text)
{
    shorten(text);
    for (char& c : text)
        if (ascii::is_control(c) || ascii::is_8bit(c))
            c = '?';
}

std::string compact(Day day)
{
    std::string text = to_text(day);
    std::erase(text, '-');
    return text;
}

std::string digest_of(const Policy& policy)
{
    std::string all(name_of(policy.type));
    all += '\n' + policy.domain + '\n';
    for (const auto* list : {&policy.text, &policy.mx_hosts})
        for (const auto& text : *list)
            all += text + '\n';
    return crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, all).substr(0, kDigestOctets));
}

std::string key_of(Day day, const std::string& domain, const Policy& policy)
{
    return std::string(kPrefix) + compact(day) + ' ' + domain + ' ' + digest_of(policy);
}

std::string encode(const Policy& policy, const Counts& counts)
{
    store::RecordWriter out;
    out.number(kType, static_cast<std::uint64_t>(policy.type)).text(kDomain, policy.domain);
    for (const auto& line : policy.text)
        out.element(kText, line);
    for (const auto& host : policy.mx_hosts)
        out.element(kMxHost, host);
    out.number(kSuccesses, counts.successes).number(kFailures, counts.failures);
    for (const auto& [failure, sessions] : counts.details) {
        out.element(kResult, failure.result)
            .text(kSendingIp, failure.sending_ip)
            .text(kReceivingHost, failure.receiving_host)
            .text(kReceivingIp, failure.receiving_ip)
            .text(kReason, failure.reason)
            .element(kSessions, sessions);
    }
    return out.take();
}

Result<std::pair<Policy, Counts>> decode(std::string_view record)
{
    std::pair<Policy, Counts> out;
    auto& [policy, counts] = out;
    Failure failure;
    store::RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
            case kType:
                policy.type = static_cast<PolicyType>(in.number());
                break;
            case kDomain:
                policy.domain = in.text();
                break;
            case kText:
                policy.text.emplace_back(in.text());
                break;
            case kMxHost:
                policy.mx_hosts.emplace_back(in.text());
                break;
            case kSuccesses:
                counts.successes = in.number();
                break;
            case kFailures:
                counts.failures = in.number();
                break;
            case kResult:
                failure = Failure();
                failure.result = in.text();
                break;
            case kSendingIp:
                failure.sending_ip = in.text();
                break;
            case kReceivingHost:
                failure.receiving_host = in.text();
                break;
            case kReceivingIp:
                failure.receiving_ip = in.text();
                break;
            case kReason:
                failure.reason = in.text();
                break;
            case kSessions:
                counts.details[failure] += in.number();
                break;
            default:
                break;
        }
    }
    if (in.is_corrupt())
        return in.error("TLS report row");
    return out;
}

/// The day and the domain in a key.
struct Place {
    std::string day;
    std::string domain;
};
std::optional<Place> place_of(const std::string& key)
{
    const auto words = ascii::split(key, ' ');
    if (words.size() != 4 || words[1].size() != 8)
        return std::nullopt;
    return Place{std::string(words[1]), std::string(words[2])};
}

Result<Day> day_of(const std::string& compact)
{
    return parse_day(compact.substr(0, 4) + '-' + compact.substr(4, 2) + '-' + compact.substr(6));
}

} // namespace

std::string_view name_of(PolicyType type)
{
    switch (type) {
        case PolicyType::NoPolicyFound:
            return "no-policy-found";
        case PolicyType::Tlsa:
            return "tlsa";
        case PolicyType::Sts:
            return "sts";
    }
    return "no-policy-found";
}

std::string to_text(Day day)
{
    return to_rfc3339(Time(day)).substr(0, 10);
}

Result<Day> parse_day(std::string_view text)
{
    if (text.size() != 10)
        return Error(Errc::Invalid, "no day such as 2026-11-25: " + ascii::printable(text));
    TRY(const Time time, parse_rfc3339(text));
    return std::chrono::floor<std::chrono::days>(time);
}

void Counts::add(const Failure& failure, std::uint64_t sessions)
{
    failures += sessions;
    if (details.size() < kMaxFailures || details.contains(failure)) {
        details[failure] += sessions;
        return;
    }
    Failure rough;
    rough.result = failure.result;
    details[rough] += sessions;
}

void Counts::add(const Counts& other)
{
    successes += other.successes;
    for (const auto& [failure, sessions] : other.details)
        add(failure, sessions);
}

void Counters::count(Session session)
{
    Key key;
    key.day = std::chrono::floor<std::chrono::days>(clock_.now());
    key.domain = std::move(session.domain);
    key.policy = std::move(session.policy);
    shorten(key.policy.text);
    shorten(key.policy.mx_hosts);
    purify(session.failure.reason);
    const std::lock_guard lock(mutex_);
    if (unwritten_.size() >= kMaxUnwritten && !unwritten_.contains(key)) {
        ++lost_;
        return;
    }
    Counts& counts = unwritten_[std::move(key)];
    if (session.failure.result.empty())
        ++counts.successes;
    else
        counts.add(session.failure, 1);
}

void Counters::put_back(std::map<Key, Counts> unwritten)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [key, counts] : unwritten)
        unwritten_[key].add(counts);
}

Awaitable<Result<>> Counters::flush()
{
    std::map<Key, Counts> all;
    std::uint64_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        all.swap(unwritten_);
        std::swap(lost, lost_);
    }
    if (lost > 0)
        log::warn("queue", "TLS sessions were not counted", {{"sessions", lost}});
    while (!all.empty()) {
        Part part;
        for (auto at = all.begin(); at != all.end() && part.size() < kPart; ++at)
            part.push_back(*at);
        const auto written = co_await write(part);
        if (!written) {
            put_back(std::move(all));
            co_return written;
        }
        for (const auto& [key, counts] : part)
            all.erase(key);
    }
    co_return ok();
}

/// Adds to the rows that are there, in one commit that expects them unchanged.
Awaitable<Result<>> Counters::write(const Part& part)
{
    Result<> last = ok();
    for (unsigned tried = 0; tried < kTries; ++tried) {
        store::Query query;
        for (const auto& [key, counts] : part)
            query.keys.push_back(key_of(key.day, key.domain, key.policy));
        const auto before = co_await engine_.read(store::keys::server(), query);
        if (!before)
            co_return before.error();
        store::Batch batch;
        for (std::size_t i = 0; i < part.size(); ++i) {
            Counts sum;
            if (before->values[i]) {
                auto known = decode(*before->values[i]);
                if (known) // one that is damaged is written anew
                    sum = std::move(known->second);
            }
            sum.add(part[i].second);
            batch.expect.push_back({query.keys[i], before->values[i]});
            batch.put.push_back({query.keys[i], encode(part[i].first.policy, sum)});
        }
        const store::Row first = batch.put.front();
        last = co_await engine_.commit(store::keys::server(), std::move(batch));
        if (!last && last.error().code() == Errc::InDoubt) {
            store::Query again;
            again.keys.push_back(first.key);
            const auto now = co_await engine_.read(store::keys::server(), std::move(again));
            if (now && now->values[0] == first.value)
                co_return ok();
        }
        if (last || last.error().code() != Errc::Conflict)
            co_return last;
    }
    co_return last;
}

Awaitable<Result<>> Counters::expire(milliseconds keep)
{
    const auto oldest = compact(std::chrono::floor<std::chrono::days>(clock_.now() - keep));
    for (;;) {
        store::Query query;
        query.ranges.push_back({std::string(kPrefix), "", 1});
        const auto first = co_await engine_.read(store::keys::server(), std::move(query));
        if (!first)
            co_return first.error();
        if (first->pages[0].rows.empty())
            co_return ok();
        const auto place = place_of(first->pages[0].rows[0].key);
        if (place && place->day >= oldest)
            co_return ok();
        store::Batch batch;
        if (place)
            batch.erase_prefix.push_back(std::string(kPrefix) + place->day + ' ');
        else
            batch.erase.push_back(first->pages[0].rows[0].key);
        const auto erased = co_await engine_.commit(store::keys::server(), std::move(batch));
        if (!erased)
            co_return erased;
    }
}

Awaitable<Result<std::vector<Report>>> read_reports(store::Engine& engine, Choice choice)
{
    std::string prefix(kPrefix);
    if (choice.day)
        prefix += compact(*choice.day) + ' ' + (choice.domain.empty() ? "" : choice.domain + ' ');
    std::vector<Report> reports;
    std::string after;
    for (bool more = true; more;) {
        store::Query query;
        query.ranges.push_back({prefix, after, kPage});
        const auto answer = co_await engine.read(store::keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        for (const auto& row : answer->pages[0].rows) {
            after = row.key;
            const auto place = place_of(row.key);
            if (!place || (!choice.domain.empty() && place->domain != choice.domain))
                continue;
            CO_TRY(auto counts, decode(row.value));
            CO_TRY(const Day day, day_of(place->day));
            if (reports.empty() || reports.back().day != day ||
                reports.back().domain != place->domain) {
                reports.emplace_back();
                reports.back().domain = place->domain;
                reports.back().day = day;
            }
            reports.back().policies.push_back(std::move(counts));
        }
        more = answer->pages[0].more && !answer->pages[0].rows.empty();
    }
    co_return reports;
}

} // namespace mailctl::tls_rpt
