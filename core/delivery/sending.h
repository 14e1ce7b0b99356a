// Counts what accounts and domains send, and says when one has sent enough. ABU-07, ABU-08
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conf/outbound.h"
#include "core/abuse/detection.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::settings {
struct OwnSettings; // core/settings/own_settings.h
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
    conf::DetectSettings detect; ///< ABU-08
    SendingAccount() = default;
};
/// `own`: the user's.
SendingAccount sending_account(const conf::Config& config, const settings::OwnSettings& own,
                               const store::User& user, const store::Domain& domain);
/// Of a user that is looked up. Errors: NotFound (nobody of that name is a user), Unavailable.
Awaitable<Result<SendingAccount>> find_sending_account(store::Store& store,
                                                       const conf::Config& config,
                                                       address::Address user);

/// One message that is about to be accepted.
struct SendingCharge {
    std::uint64_t octets = 0;
    std::vector<std::string> recipients; ///< each once
    std::uint64_t remote = 0;            ///< so many of them are of other servers
    std::string subject; ///< the field's value
    SendingCharge() = default;
};

/// Recipients of a message that is still being told of. Until it is known where they lead, they are
/// neither local nor remote.
struct SendingRecipients {
    std::uint64_t all = 0, local = 0, remote = 0;
};

/// A limit that is reached; empty: none.
struct SendingVerdict {
    std::string subject; ///< "ann@example.org" or "@example.org"
    std::string limit;   ///< "recipients_per_day"
    bool is_first = false; ///< within its window: somebody is to be told
    std::vector<abuse::Fired> fired;   ///< just now: see core/delivery/mass_mail.h
    std::optional<abuse::Fired> hold;  ///< in force: the message has to wait in the queue
    bool is_reached() const { return !limit.empty(); }
};

/// One window of one subject.
struct SendingView {
    std::string subject, limit; ///< "recipients_per_day", "detect.equal_subjects"
    std::uint64_t used = 0;
    std::optional<abuse::Fired> fired; ///< of a detection
};

/// Windows slide in steps of a sixth of a minute, a twelfth of an hour, an hour of a day; what was
/// sent stays counted for at most one step longer than its window. Counters are written to the
/// store by flush(): what was counted since is lost in a crash. What a detection found is written at
/// once.
/// Threads: any. Borrows: the store.
class Sending {
public:
    explicit Sending(store::Store& store);
    ~Sending();
    Sending(const Sending&) = delete;
    Sending& operator=(const Sending&) = delete;

    /// Whether a message to so many recipients may go on; counts nothing. Errors: Unavailable.
    Awaitable<Result<SendingVerdict>> look(SendingAccount account, SendingRecipients recipients);
    /// Counts the message where no limit forbids it, or always (`always`: it is held).
    Awaitable<Result<SendingVerdict>> charge(SendingAccount account, SendingCharge charge,
                                             bool always);
    /// Counts a bounce that came back to a user, of so many recipients; gives what that was one too
    /// many for. Errors: Unavailable.
    Awaitable<Result<std::vector<abuse::Fired>>> bounced(SendingAccount account,
                                                         std::uint64_t recipients);
    /// The same for a recipient that does not exist.
    Awaitable<Result<std::vector<abuse::Fired>>> refused(SendingAccount account);
    /// The same for an SMTP login.
    Awaitable<Result<std::vector<abuse::Fired>>> logged_in(SendingAccount account);
    /// Takes back what charge counted of a message that was not accepted after all.
    void release(const SendingAccount& account, const SendingCharge& charge);
    /// What ends the connections of a user that is locked; none until then.
    void when_locked(std::function<void(const std::string& user)> end_sessions);
    void end_sessions(const std::string& user) const;
    /// Writes what changed.
    Awaitable<Result<>> flush();

    /// Every counter over 0, of one subject or (empty) all, by subject. Logins and recipients of
    /// detections are those within the user's own abuse.detect.window.
    Awaitable<Result<std::vector<SendingView>>> view(std::string subject,
                                                     std::shared_ptr<const conf::Config> config);
    /// Forgets a subject's counters, and what its detections found. Errors: NotFound (there is
    /// nothing).
    Awaitable<Result<>> reset(std::string subject);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mailctl::delivery
