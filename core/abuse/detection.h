// Recognises mass mail in what one user does: equal messages, logins, recipients, failures. ABU-08
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conf/abuse.h"
#include "core/abuse/series.h"
#include "core/base/clock.h"

namespace mailctl::store {
class RecordWriter; // store/record.h
}

namespace mailctl::abuse {

/// By conf::kDetections. DO NOT CHANGE: on disk since 0.1
enum class Detection : std::uint8_t { EqualSubjects, EqualSizes, Logins, Recipients, Failures };
inline constexpr std::size_t kDetectionKinds = std::size(conf::kDetections);
std::string_view name_of(Detection detection);
/// "hold"
std::string_view name_of(conf::DetectAction action);

/// Subjects, or sizes, of one user and day that are told apart; past it counting begins anew.
inline constexpr std::size_t kMaxEqual = 1000;
/// Those of them that a restart does not forget: the most frequent ones seen more than once.
inline constexpr std::size_t kMaxEqualKept = 200;

/// A limit that was passed.
struct Fired {
    Detection detection = Detection::EqualSubjects;
    std::uint64_t count = 0, limit = 0;
    Time since{};
    conf::DetectAction action = conf::DetectAction::Notify;
    std::uint64_t what = 0; ///< the subject's digest, or the size; 0: of neither
};

/// Octets that are equal for messages of one base subject (RFC 5256 §2.1), whatever its case.
/// 0: there is none.
std::uint64_t subject_digest(std::string_view field_value);

/// A message that a user sends.
struct SentMessage {
    std::uint64_t octets = 0;
    std::uint64_t recipients = 0;
    std::string_view subject; ///< the field's value
};

/// The counters of one user. Only what has a limit is counted. What has fired fires again when its
/// window has passed.
class Detector {
public:
    std::vector<Fired> sent(const conf::DetectSettings& limits, const SentMessage& message,
                            Time now);
    /// Takes back what sent() counted of a message that was not accepted after all; what fired
    /// meanwhile has fired.
    void take_back(const conf::DetectSettings& limits, const SentMessage& message, Time now);
    std::vector<Fired> logged_in(const conf::DetectSettings& limits, Time now);
    std::vector<Fired> failed(const conf::DetectSettings& limits, std::uint64_t recipients,
                              Time now);

    /// What makes its mail wait, since when first; nullopt: nothing does.
    std::optional<Fired> hold() const;
    /// Of equal messages: of the most frequent ones.
    std::uint64_t count(Detection detection, milliseconds window, Time now) const;
    /// The latest one that fired, while that is still to be told.
    const std::optional<Fired>& fired(Detection detection) const
    {
        return fired_[static_cast<std::size_t>(detection)];
    }
    bool is_empty(Time now) const;

    /// Into a record that holds other fields too.
    void encode(store::RecordWriter& out) const;
    /// What cannot be read counts from 0.
    static Detector decode(std::string_view record);

private:
    struct Equal {
        std::int64_t day = 0;
        std::unordered_map<std::uint64_t, unsigned> seen;
        unsigned& of(std::uint64_t what, std::int64_t today);
    };
    Equal& equal(Detection kind) { return kind == Detection::EqualSubjects ? subjects_ : sizes_; }
    const Series& series(Detection kind) const;
    Series& series(Detection kind)
    {
        return const_cast<Series&>(std::as_const(*this).series(kind));
    }
    void check(const conf::DetectSettings& limits, Detection detection, std::uint64_t count,
               std::uint64_t what, Time now, std::vector<Fired>& out);

    Equal subjects_, sizes_;
    Series logins_, recipients_, failures_;
    std::array<std::optional<Fired>, kDetectionKinds> fired_;
};

} // namespace mailctl::abuse
