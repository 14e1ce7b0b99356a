// One recipient's way through the directory: aliases, forwards, catch-all, refusals.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/domain_usage.h"
#include "core/delivery/router.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

/// Follows one recipient to its ends. Used once.
/// Borrows: everything it is made of, until run() ends.
class Walk {
public:
    Walk(store::Store& store, const conf::Config& config, DomainUsage& usage,
         Router::Question question);

    /// Errors: Unavailable and so on, from the store.
    Awaitable<Result<Resolution>> run();

private:
    /// What stands at an address of a local domain.
    struct Found {
        std::optional<store::Entry> entry;
        std::string detail;      ///< what was cut off the local part
        std::string redirect;    ///< no entry: go on with this address
        std::string redirect_by; ///< "catch-all", "postmaster" or "abuse"
    };

    /// What became of a user's forwards.
    struct Onward {
        bool keeps = false;   ///< a copy stays in the mailbox
        bool reached = false; ///< somebody
        Refusal first = Refusal::None;
    };

    Awaitable<Result<Refusal>> follow(address::Address at, unsigned level);
    Awaitable<Result<Refusal>> follow_local(address::Address at, const store::Domain& domain,
                                            unsigned level);
    Awaitable<Result<Found>> look_up(address::Address at, const store::Domain& domain);
    Awaitable<Result<std::optional<store::Entry>>> exact(address::Address at);
    Awaitable<Result<Refusal>> deliver_to(store::User user, const store::Domain& domain,
                                          std::string detail, unsigned level);
    Awaitable<Result<Refusal>> expand(std::string name, const store::Alias& alias, unsigned level);
    Awaitable<Result<Refusal>> redirect(const Found& found, const std::string& domain,
                                        unsigned level);
    Awaitable<Result<Refusal>> keep(const store::User& user, const store::Domain& domain,
                                    std::string detail, unsigned level);
    Awaitable<Result<Refusal>> room_for(const store::User& user, const store::Domain& domain);
    bool take_message_limit(std::uint64_t octets);
    Refusal let_in(const std::string& name);
    Awaitable<Result<Refusal>> start();
    Awaitable<Result<bool>> may_lead_back(const std::string& domain);
    Awaitable<Result<Refusal>> lead_back(address::Address from);
    Refusal send_out(address::Address at, unsigned level);
    Awaitable<Result<Onward>> send_on(const store::User& user, unsigned level);
    std::string forwarder() const;
    address::Address own_name_of(address::Address at);
    bool is_blocked(const address::Address& at) const;
    std::string role_address(const address::Address& at, const store::Domain& domain) const;
    void note(const std::string& address, std::string what);

    store::Store& store_;
    const conf::Config& config_;
    DomainUsage& usage_;
    Router::Question question_;
    Resolution result_;
    std::vector<std::string> path_;       ///< what is being followed, from the recipient on
    unsigned forwards_ = 0;     ///< users on the way that send mail on
    bool kept_back_ = false;    ///< forward.sender = "off" kept the last user's mail here
    std::map<std::string, Refusal> done_; ///< what was followed to its end
};

/// The word of a refusal, for people.
std::string_view text_of(Refusal refusal);

} // namespace mailctl::delivery
