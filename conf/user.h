// Settings about single users: what they log in with, what is kept of what they send and delete.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mailctl::conf {

/// What a user logs in with. AUTH-12
enum class LoginBy : std::uint8_t { Either, Password, Certificate, Both, None };
/// What becomes of mail that a client marks as deleted. IMA-07
enum class DeleteMail : std::uint8_t { Mark, Trash, Expunge };
/// What a client finds that still logs in with a password from before. USR-12
enum class OldPassword : std::uint8_t { Refuse, Empty };

/// What users may let others do by themselves, each more than the one before. AUTH-07
enum class Delegation : std::uint8_t { Off, OnBehalf, SendAs };

struct UserSettings {
    LoginBy auth = LoginBy::Either;
    bool save_sent = false; ///< a copy of what is submitted, in Sent. IMA-06
    DeleteMail deletes = DeleteMail::Mark;
    bool activity_log = false;
    std::chrono::milliseconds activity_keep = std::chrono::hours(24 * 90);
    OldPassword old_password = OldPassword::Refuse;
    Delegation delegation = Delegation::Off;
    bool end_sessions = true; ///< those whose password is another one now, or whose user may not log in
    bool operator==(const UserSettings&) const = default;
};

/// Who signs the certificates that users are issued. AUTH-12
struct ClientCaSettings {
    std::string authority; ///< secret reference of its certificate and key, PEM; empty: the store's own
    std::chrono::milliseconds life = std::chrono::hours(24 * 365); ///< of what it signs
    bool operator==(const ClientCaSettings&) const = default;
};

} // namespace mailctl::conf
