// Where an address leads: mailboxes, remote destinations, or a refusal.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/address/address.h"
#include "core/base/awaitable.h"
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

/// Why an address is refused; one table maps each to its reply.
enum class Refusal {
    None,
    NoSuchUser,      ///< 550 5.1.1
    UserDisabled,    ///< 550 5.2.1
    UserReadOnly,    ///< 550 5.2.1
    UserSuspended,   ///< 450 4.2.1, also where it waits for approval
    UserExpired,     ///< 550 5.2.1
    DomainDisabled,  ///< 550 5.2.1
    OverQuota,       ///< 452 4.2.2 or 552 5.2.2, by setting
    DomainOverQuota, ///< 452 4.2.2 or 552 5.2.2
    TooLarge,        ///< 552 5.3.4 (the domain's or the user's message limit)
    RelayDenied,     ///< 550 5.7.1
    Loop,            ///< 550 5.4.6
    Blocked,         ///< 550 5.1.1 by the settings' block list: told as if non-existent
    ForgedReturn,    ///< 550 5.1.1 a return address of forwarded mail that is not ours, or expired
};

/// Whether a login may use an address as reverse-path and in From.
enum class MaySend {
    No,
    OnBehalf, ///< with a Sender field that says who sent it. RFC 5322 §3.6.2
    Yes,
};

/// One mailbox that a recipient reaches.
struct LocalTarget {
    AccountId account{};
    address::Address address; ///< of the user
    std::string detail;       ///< subaddress part, may be empty
    bool may_pass_quota = false; ///< quota.action says accept
    bool logs_activity = false;  ///< what arrives is recorded. LOG-13
};

/// One address of another server.
struct RemoteTarget {
    address::Address address;
    std::string forwarder; ///< the user or alias here that sends mail on to it; empty: none
    bool operator==(const RemoteTarget&) const = default;
};

/// One step of the resolution, for "address explain".
struct Step {
    std::string address; ///< what was looked at
    std::string what;    ///< "alias team@example.org -> ann@example.org, bob@example.org"
};

struct Resolution {
    std::vector<LocalTarget> local;               ///< duplicates merged
    std::vector<RemoteTarget> remote; ///< for the queue (forwards and aliases included), each once
    Refusal refusal = Refusal::None;              ///< set where nothing is reached
    std::uint64_t message_octets = 0; ///< smallest limit of one message on the way; 0: none
    std::vector<Step> steps;
};

/// Order (documented in mailctl-address(1)): exact user or alias; the same without its subaddress
/// part; wildcard alias, longest pattern first; catch-all; refusal. Domain aliases are replaced
/// first. Threads: any.
class Router {
public:
    virtual ~Router() = default;
    struct Question {
        address::Address recipient;
        std::uint64_t message_octets = 0; ///< SIZE=, 0: unknown
        bool may_relay = false;           ///< authenticated, or from a trusted address
    };
    /// Errors: Unavailable and so on: a temporary failure, 451 and never 550.
    virtual Awaitable<Result<Resolution>> resolve(Question question) = 0;
    /// Whether `login` may use `sender` as reverse-path or From: own address, own aliases, the
    /// same in alias domains, subaddresses, granted send-as, users who let it. AUTH-06, AUTH-07
    virtual Awaitable<Result<MaySend>> may_send_as(const store::User& login,
                                                   address::Address sender) = 0;
};

std::unique_ptr<Router> make_router(store::Store& store, std::shared_ptr<const conf::Config> config);

} // namespace mailctl::delivery
