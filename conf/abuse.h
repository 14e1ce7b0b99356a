// Settings that recognise accounts in the wrong hands by what they send. ABU-08
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::conf {

using std::chrono::milliseconds;

/// What a detection does besides telling somebody.
enum class DetectAction : std::uint8_t {
    Notify, ///< nothing
    Hold,   ///< what the user sends to other servers waits until "sending reset"
    Lock,   ///< as "user contain": until its --undo
};

/// What may be too much of one user. By abuse::Detection, in its order.
inline constexpr std::string_view kDetections[] = {"equal_subjects", "equal_sizes", "logins",
                                                   "recipients", "failures"};

/// Bounds of abuse.detect.window: within them it is counted by the minute.
inline constexpr milliseconds kMinDetectWindow = std::chrono::minutes(1);
inline constexpr milliseconds kMaxDetectWindow = std::chrono::hours(6);

/// [abuse.detect]: what one user may do before it counts as mass mail. 0: as much as it likes.
struct DetectSettings {
    unsigned equal_subjects = 0; ///< messages of one base subject a day
    unsigned equal_sizes = 0;    ///< messages of one size a day
    unsigned logins = 0;         ///< SMTP logins within `window`
    unsigned recipients = 0;     ///< within `window`
    unsigned failures = 0;       ///< recipients refused or not reached within an hour
    milliseconds window = std::chrono::minutes(10);
    DetectAction action = DetectAction::Notify;
    std::vector<std::string> notify_only; ///< of kDetections: these never hold or lock
    std::string notify; ///< address that is told; empty: the domain's postmaster, else the server's
    bool operator==(const DetectSettings&) const = default;
};

struct AbuseSettings {
    DetectSettings detect;
    bool operator==(const AbuseSettings&) const = default;
};

} // namespace mailctl::conf
