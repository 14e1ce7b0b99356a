// Counters, what they are compared with, and how they are kept.
#include "core/abuse/detection.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/crypto/digest.h"
#include "core/imap/order/base_subject.h"
#include "store/record.h"

namespace mailctl::abuse {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kMinuteSeconds = 60;
constexpr Window kHour{300, 12};
constexpr auto kMaxActionNumber = static_cast<std::uint64_t>(conf::DetectAction::Lock);
/// So long it is told that something fired.
constexpr auto kFiredTime = std::chrono::seconds(kDaySeconds);

/// Tags of a record that has the sending limits' counters below them.
/// DO NOT CHANGE: on disk since 0.1
enum Tag : unsigned {
    kTagKind = 10,
    kTagStep = 11,
    kTagCount = 12,
    kTagDay = 13,
    kTagWhat = 14,
    kTagSeen = 15,
    kTagFired = 16,
    kTagFiredSince = 17,
    kTagFiredAction = 18,
    kTagFiredCount = 19,
    kTagFiredLimit = 20,
    kTagFiredWhat = 21,
};

unsigned limit_of(const conf::DetectSettings& limits, Detection detection)
{
    switch (detection) {
    case Detection::EqualSubjects: return limits.equal_subjects;
    case Detection::EqualSizes: return limits.equal_sizes;
    case Detection::Logins: return limits.logins;
    case Detection::Recipients: return limits.recipients;
    case Detection::Failures: return limits.failures;
    }
    return 0;
}

/// Minutes, so that another length of the window can read what was counted for this one.
Window window_for(Detection detection, milliseconds length)
{
    if (detection == Detection::Failures)
        return kHour;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(
        std::clamp(length, conf::kMinDetectWindow, conf::kMaxDetectWindow));
    return {kMinuteSeconds, minutes.count()};
}

/// All that may be asked for later is kept.
Window kept_window(Detection detection)
{
    return window_for(detection, conf::kMaxDetectWindow);
}

bool is_equal(Detection detection)
{
    return detection == Detection::EqualSubjects || detection == Detection::EqualSizes;
}

std::chrono::seconds quiet_time(Detection detection, milliseconds length)
{
    return is_equal(detection) ? std::chrono::seconds(kDaySeconds)
                               : window_for(detection, length).length();
}

conf::DetectAction action_for(const conf::DetectSettings& limits, Detection detection)
{
    const auto& only = limits.notify_only;
    const bool tells = std::find(only.begin(), only.end(), name_of(detection)) != only.end();
    return tells ? conf::DetectAction::Notify : limits.action;
}

Detection detection_of(std::uint64_t number)
{
    return static_cast<Detection>(std::min<std::uint64_t>(number, kDetectionKinds - 1));
}

void decode_fired(const store::RecordReader& in, Fired& fired)
{
    switch (in.tag()) {
    case kTagFiredSince: fired.since = in.time(); break;
    case kTagFiredAction:
        fired.action = static_cast<conf::DetectAction>(
            std::min<std::uint64_t>(in.number(), kMaxActionNumber));
        break;
    case kTagFiredCount: fired.count = in.number(); break;
    case kTagFiredLimit: fired.limit = in.number(); break;
    case kTagFiredWhat: fired.what = in.number(); break;
    default: break;
    }
}

template <class Seen>
void encode_equal(Detection kind, std::int64_t day, const Seen& all, store::RecordWriter& out)
{
    std::vector<std::pair<unsigned, std::uint64_t>> often;
    for (const auto& [what, seen] : all)
        if (seen > 1)
            often.emplace_back(seen, what);
    if (often.empty())
        return;
    std::sort(often.rbegin(), often.rend());
    often.resize(std::min(often.size(), kMaxEqualKept));
    out.element(kTagKind, static_cast<std::uint64_t>(kind))
        .element(kTagDay, static_cast<std::uint64_t>(day));
    for (const auto& [seen, what] : often)
        out.element(kTagWhat, what).element(kTagSeen, std::uint64_t{seen});
}

} // namespace

std::string_view name_of(Detection detection)
{
    return conf::kDetections[static_cast<std::size_t>(detection)];
}

std::string_view name_of(conf::DetectAction action)
{
    switch (action) {
    case conf::DetectAction::Notify: return "notify";
    case conf::DetectAction::Hold: return "hold";
    case conf::DetectAction::Lock: return "lock";
    }
    return "";
}

std::uint64_t subject_digest(std::string_view field_value)
{
    const std::string base = ascii::lower(imap::base_subject(field_value).text);
    if (base.empty())
        return 0;
    const std::string octets = crypto::digest(crypto::Hash::Sha256, base);
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i)
        out = out << 8 | static_cast<unsigned char>(octets[i]);
    return std::max<std::uint64_t>(out, 1);
}

unsigned& Detector::Equal::of(std::uint64_t what, std::int64_t today)
{
    if (day != today || (seen.size() >= kMaxEqual && !seen.contains(what)))
        seen.clear();
    day = today;
    return seen[what];
}

const Series& Detector::series(Detection kind) const
{
    if (kind == Detection::Logins)
        return logins_;
    return kind == Detection::Recipients ? recipients_ : failures_;
}

void Detector::check(const conf::DetectSettings& limits, Detection detection, std::uint64_t count,
                     std::uint64_t what, Time now, std::vector<Fired>& out)
{
    auto& before = fired_[static_cast<std::size_t>(detection)];
    const unsigned limit = limit_of(limits, detection);
    if (count <= limit || (before && now < before->since + quiet_time(detection, limits.window)))
        return;
    Fired fired;
    fired.detection = detection;
    fired.count = count;
    fired.limit = limit;
    fired.since = now;
    fired.action = action_for(limits, detection);
    fired.what = what;
    // A hold ends by command alone, whatever the settings say by now.
    if (before && before->action == conf::DetectAction::Hold &&
        fired.action == conf::DetectAction::Notify)
        fired.action = conf::DetectAction::Hold;
    before = fired;
    out.push_back(fired);
}

std::vector<Fired> Detector::sent(const conf::DetectSettings& limits, const SentMessage& message,
                                  Time now)
{
    std::vector<Fired> out;
    const std::int64_t today = seconds_of(now) / kDaySeconds;
    const std::uint64_t digest = limits.equal_subjects > 0 ? subject_digest(message.subject) : 0;
    if (digest != 0) {
        const unsigned seen = ++subjects_.of(digest, today);
        check(limits, Detection::EqualSubjects, seen, digest, now, out);
    }
    if (limits.equal_sizes > 0) {
        const unsigned seen = ++sizes_.of(message.octets, today);
        check(limits, Detection::EqualSizes, seen, message.octets, now, out);
    }
    if (limits.recipients > 0) {
        recipients_.add(kept_window(Detection::Recipients), now, message.recipients);
        check(limits, Detection::Recipients, count(Detection::Recipients, limits.window, now), 0,
              now, out);
    }
    return out;
}

void Detector::take_back(const conf::DetectSettings& limits, const SentMessage& message, Time now)
{
    const std::int64_t today = seconds_of(now) / kDaySeconds;
    const auto take = [today](Equal& equal, std::uint64_t what) {
        const auto seen = equal.day == today ? equal.seen.find(what) : equal.seen.end();
        if (seen != equal.seen.end() && seen->second > 0)
            --seen->second;
    };
    if (limits.equal_subjects > 0)
        take(subjects_, subject_digest(message.subject));
    if (limits.equal_sizes > 0)
        take(sizes_, message.octets);
    if (limits.recipients > 0)
        recipients_.take(message.recipients);
}

std::vector<Fired> Detector::logged_in(const conf::DetectSettings& limits, Time now)
{
    std::vector<Fired> out;
    if (limits.logins == 0)
        return out;
    logins_.add(kept_window(Detection::Logins), now, 1);
    check(limits, Detection::Logins, count(Detection::Logins, limits.window, now), 0, now, out);
    return out;
}

std::vector<Fired> Detector::failed(const conf::DetectSettings& limits, std::uint64_t recipients,
                                    Time now)
{
    std::vector<Fired> out;
    if (limits.failures == 0)
        return out;
    failures_.add(kHour, now, recipients);
    check(limits, Detection::Failures, count(Detection::Failures, limits.window, now), 0, now, out);
    return out;
}

std::optional<Fired> Detector::hold() const
{
    std::optional<Fired> first;
    for (const auto& fired : fired_)
        if (fired && fired->action == conf::DetectAction::Hold &&
            (!first || fired->since < first->since))
            first = fired;
    return first;
}

std::uint64_t Detector::count(Detection detection, milliseconds window, Time now) const
{
    if (is_equal(detection)) {
        const Equal& equal = detection == Detection::EqualSubjects ? subjects_ : sizes_;
        std::uint64_t most = 0;
        if (equal.day == seconds_of(now) / kDaySeconds)
            for (const auto& [what, seen] : equal.seen)
                most = std::max<std::uint64_t>(most, seen);
        return most;
    }
    return series(detection).sum(window_for(detection, window), now);
}

bool Detector::is_empty(Time now) const
{
    for (std::size_t i = 0; i < kDetectionKinds; ++i) {
        const auto& fired = fired_[i];
        const bool lasts = fired && fired->action == conf::DetectAction::Hold;
        if (lasts || (fired && now < fired->since + kFiredTime) ||
            count(static_cast<Detection>(i), conf::kMaxDetectWindow, now) > 0)
            return false;
    }
    return true;
}

void Detector::encode(store::RecordWriter& out) const
{
    encode_equal(Detection::EqualSubjects, subjects_.day, subjects_.seen, out);
    encode_equal(Detection::EqualSizes, sizes_.day, sizes_.seen, out);
    for (const auto kind : {Detection::Logins, Detection::Recipients, Detection::Failures}) {
        const auto& counts = series(kind).counts();
        if (counts.empty())
            continue;
        out.element(kTagKind, static_cast<std::uint64_t>(kind));
        for (const auto& [step, count] : counts)
            out.element(kTagStep, static_cast<std::uint64_t>(step)).element(kTagCount, count);
    }
    for (const auto& fired : fired_) {
        if (!fired)
            continue;
        out.element(kTagFired, static_cast<std::uint64_t>(fired->detection))
            .time(kTagFiredSince, fired->since)
            .number(kTagFiredAction, static_cast<std::uint64_t>(fired->action))
            .number(kTagFiredCount, fired->count)
            .number(kTagFiredLimit, fired->limit)
            .number(kTagFiredWhat, fired->what);
    }
}

Detector Detector::decode(std::string_view record)
{
    Detector out;
    Detection kind{};
    std::int64_t step = 0;
    std::uint64_t what = 0;
    store::RecordReader in(record);
    while (in.next()) {
        Fired* fired = out.fired_[static_cast<std::size_t>(kind)]
                           ? &*out.fired_[static_cast<std::size_t>(kind)]
                           : nullptr;
        switch (in.tag()) {
        case kTagKind: kind = detection_of(in.number()); break;
        case kTagStep: step = static_cast<std::int64_t>(in.number()); break;
        case kTagCount:
            if (!is_equal(kind))
                out.series(kind).load(step, in.number());
            break;
        case kTagDay: out.equal(kind).day = static_cast<std::int64_t>(in.number()); break;
        case kTagWhat: what = in.number(); break;
        case kTagSeen: out.equal(kind).seen[what] = static_cast<unsigned>(in.number()); break;
        case kTagFired:
            kind = detection_of(in.number());
            out.fired_[static_cast<std::size_t>(kind)].emplace().detection = kind;
            break;
        default:
            if (fired)
                decode_fired(in, *fired);
        }
    }
    return out;
}

} // namespace mailctl::abuse
