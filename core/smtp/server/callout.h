// Asks the next host whether a recipient exists, before mail for it is taken. GWY-01
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/clock.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::smtp {

enum class CalloutVerdict { Exists, Unknown, NoAnswer };

/// Remembers what next hosts said: that a recipient exists for kExists, that it does not for
/// kUnknown. Where no host answers, nothing is remembered.
/// Threads: any.
class Callouts {
public:
    using Ask = std::function<Awaitable<CalloutVerdict>(const delivery::Services&, std::string)>;
    explicit Callouts(Ask ask);

    /// `recipient`: an address of a route with accept and verify = "callout".
    Awaitable<CalloutVerdict> verify(const delivery::Services& services, std::string recipient);

    static constexpr std::chrono::hours kExists{24}, kUnknown{1};
    static constexpr std::size_t kMaxRemembered = 100'000;

private:
    struct Known {
        CalloutVerdict verdict{};
        Time until{};
    };
    void remember(const std::string& recipient, CalloutVerdict verdict, Time now);

    Ask ask_;
    std::mutex mutex_;
    std::map<std::string, Known> known_;
};

/// The question itself: MAIL FROM:<> and RCPT to the first host of the recipient's route that
/// answers. Without TLS: a route that insists on it gives NoAnswer.
Awaitable<CalloutVerdict> ask_next_host(const delivery::Services& services, std::string recipient);

} // namespace mailctl::smtp
