// Recent password checks and their outcome, so that clients that reconnect cost no new hash.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace mailctl::auth {

inline constexpr milliseconds kKeepVerified = std::chrono::minutes(5);
inline constexpr std::size_t kMostVerified = 100'000;

/// Knows a password only as an HMAC under a key that this process made for itself, together with
/// the stored hash: a changed password is forgotten by itself. Threads: any.
class Verified {
public:
    explicit Verified(Random& random);

    /// Stands for `password` checked against `hash` (or, for a name that nobody has, that name).
    std::string mark(std::string_view hash, std::string_view password) const;
    /// What came of it last time; nothing where that is unknown or too long ago.
    std::optional<bool> find(const std::string& mark, Time now) const;
    void put(const std::string& mark, bool is_good, Time now);

private:
    struct Outcome {
        Time until{};
        bool is_good = false;
    };
    std::string key_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Outcome> outcomes_;
};

} // namespace mailctl::auth
