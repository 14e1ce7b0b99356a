// Counts what accounts and domains send, and says when one has sent enough. ABU-07, ABU-08
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "conf/outbound.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

/// Whose counters, and the limits in force for them.
struct SendingAccount {
    AccountId id{};
    std::string name;   ///< "ann@example.org"
    std::string domain; ///< "example.org"
    conf::SendingLimits own, of_domain;
    unsigned equal_subjects = 0, equal_sizes = 0;
    SendingAccount() = default;
};
SendingAccount sending_account(const conf::Config& config, const store::User& user,
                               const store::Domain& domain);

/// One message that is about to be accepted.
struct SendingCharge {
    std::uint64_t octets = 0;
    std::vector<std::string> recipients; ///< each once
    std::string subject;
    SendingCharge() = default;
};

/// A limit that is reached; empty: none.
struct SendingVerdict {
    std::string subject; ///< "ann@example.org" or "@example.org"
    std::string limit;   ///< "recipients_per_day", "equal_subjects"
    bool is_first = false; ///< within its window: somebody is to be told
    bool is_reached() const { return !limit.empty(); }
};

/// One window of one subject.
struct SendingView {
    std::string subject, limit;
    std::uint64_t used = 0;
};

/// Windows slide in steps of a sixth of a minute, a twelfth of an hour, an hour of a day; what was
/// sent stays counted for at most one step longer than its window. Counters are written to the
/// store by flush(): what was counted since is lost in a crash. Of equal subjects and sizes nothing
/// is written.
/// Threads: any. Borrows: the store.
class Sending {
public:
    explicit Sending(store::Store& store);
    ~Sending();
    Sending(const Sending&) = delete;
    Sending& operator=(const Sending&) = delete;

    /// Whether a message to so many recipients may go on; counts nothing. Errors: Unavailable.
    Awaitable<Result<SendingVerdict>> look(SendingAccount account, std::uint64_t recipients);
    /// Counts the message where no limit forbids it, or always (`always`: it is held).
    Awaitable<Result<SendingVerdict>> charge(SendingAccount account, SendingCharge charge,
                                             bool always);
    /// Counts a bounce that came back to a user. Errors: Unavailable.
    Awaitable<Result<>> bounced(std::string name, std::string domain);
    /// Takes back what charge counted of a message that was not accepted after all.
    void release(const SendingAccount& account, const SendingCharge& charge);
    /// Writes what changed.
    Awaitable<Result<>> flush();

    /// Every counter over 0, of one subject or (empty) all, by subject.
    Awaitable<Result<std::vector<SendingView>>> view(std::string subject);
    /// Forgets a subject's counters. Errors: NotFound (none are over 0).
    Awaitable<Result<>> reset(std::string subject);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mailctl::delivery
