// Passwords for one program each, beside the user's own: one line of User::app_passwords each.
// AUTH-11
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/crypto/scram.h"
#include "store/directory.h"

namespace mailctl::auth {

inline constexpr std::size_t kMaxAppPasswords = 50;     ///< of one user
inline constexpr std::size_t kMaxAppPasswordLabel = 100; ///< octets
inline constexpr std::size_t kMaxAppPasswordNetworks = 20;
/// Of [0-9a-z] without look-alikes, 5 bits each: no guessing, so a fast hash is enough.
inline constexpr std::size_t kAppPasswordCharacters = 24;
/// The services that an app password may be for.
inline constexpr store::Right kAppPasswordServices[] = {store::Right::Imap, store::Right::Pop3,
                                                        store::Right::Smtp};

/// One app password as it is kept: the secret itself is nowhere.
struct AppPassword {
    std::string id; ///< names it in commands; unique for its user
    std::string label;
    std::uint32_t services = 0;        ///< bits of kAppPasswordServices
    std::vector<std::string> networks; ///< from where it works; empty: anywhere
    std::string salt, digest;          ///< SHA-256 over both
    std::string scram_sha_256;         ///< as Credentials has it
    Time created{};
    std::optional<Time> expires;

    bool is_for(store::Right service) const
    {
        return (services & static_cast<std::uint32_t>(service)) != 0;
    }
    bool is_expired(Time now) const { return expires && *expires <= now; }
};

/// As User::app_passwords keeps it.
std::string to_string(const AppPassword& one);
/// Errors: Invalid, saying what is wrong.
Result<AppPassword> parse_app_password(std::string_view line);

/// Those of a user that can be read.
std::vector<AppPassword> app_passwords_of(const store::User& user);

/// What a new one is asked to be.
struct AppPasswordWish {
    std::string label;
    std::uint32_t services = 0;
    std::vector<std::string> networks;
    std::optional<Time> expires;
    std::uint32_t scram_iterations = crypto::kMinScramIterations;
};
struct NewAppPassword {
    AppPassword kept;
    std::string secret; ///< to be shown once
};
/// Makes one. Its SCRAM keys have the salt that the user's other keys have, as a client learns the
/// salt before it proves which password it has (RFC 5802 §3). Takes its time.
/// Errors: Invalid (label, networks, no service), OverQuota (kMaxAppPasswords).
Result<NewAppPassword> make_app_password(const store::User& user, const AppPasswordWish& wish,
                                         Time now, Random& random);

/// The one whose secret this is; blanks and "-" that people put in do not count.
std::optional<AppPassword> find_app_password(const store::User& user, std::string_view secret);
std::optional<AppPassword> find_app_password_by_id(const store::User& user, std::string_view id);

/// Why it may not be used now, for this; empty: it may.
std::string_view refusal_of(const AppPassword& one, store::Right service, std::string_view address,
                            Time now);

/// Salt and iterations that the user's app passwords share; nullopt: there are none with keys.
std::optional<crypto::ScramKeys> shared_scram_of(const store::User& user);

/// The account's note of the last use: "app_password.ID", as last_login_note.
std::string app_password_note(std::string_view id);

} // namespace mailctl::auth
