// The zones above a name, from a trust anchor down, each with the keys its parent vouches for.
#pragma once

#include <memory>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/dns/effort.h"
#include "core/dns/pending.h"
#include "core/dns/raw.h"
#include "core/dns/ttl_cache.h"

#include "core/dns/trust_anchor.h" // last

namespace mailctl::dns {

inline constexpr std::size_t kMaxLinks = 20'000;                ///< kept at a time
inline constexpr seconds kMaxLinkTime = std::chrono::hours(24); ///< that one is kept
inline constexpr seconds kBogusTime = std::chrono::minutes(1);  ///< RFC 4035 §4.7

/// The zone that holds a name.
struct TrustedZone {
    std::string apex;
    std::shared_ptr<const ldns_rr_list> keys; ///< nullptr: nothing in it need be signed
};

/// Threads: any. Borrows: exchange, clock.
class TrustChain {
public:
    TrustChain(Exchange& exchange, TrustAnchors anchors, const Clock& clock);

    /// Follows DS and DNSKEY records down to the name: RFC 4035 §5. A name that is not there
    /// belongs to the last zone on its way.
    /// Errors: Corrupt (bogus), OverQuota (too much effort), Unavailable (nobody answers).
    Awaitable<Result<TrustedZone>> zone_of(std::string name, Effort& effort);

    /// Forgets the keys of zones that `which` says yes to.
    template <class Which>
    void forget(Which which)
    {
        links_.forget(which);
    }

private:
    /// What is at a name on the way down.
    struct Link {
        enum class Kind : std::uint8_t {
            Cut,      ///< a signed zone: `keys`
            Unsigned, ///< a zone without keys that we can check with
            None,     ///< the zone above goes on
            End,      ///< no such name, and so nothing below it
            Bogus,    ///< `reason`
        } kind = Kind::None;
        std::shared_ptr<const ldns_rr_list> keys;
        std::string reason;
        seconds ttl{0};
    };
    Awaitable<Result<Link>> link_to(std::string name, TrustedZone above, Effort& effort);
    Awaitable<Result<Link>> make_link(std::string name, TrustedZone above, Effort& effort);
    Awaitable<Result<Link>> look_at(std::string name, TrustedZone above, Effort& effort);
    Awaitable<Result<Link>> keys_of(std::string name, const ldns_rr_list* vouchers, seconds ttl,
                                    Effort& effort);
    Awaitable<Result<Sections>> ask(std::string name, Type type, Effort& effort);
    Result<Link> delegation(const Sections& sections, const std::string& name,
                            const TrustedZone& above, Effort& effort) const;

    Exchange& exchange_;
    TrustAnchors anchors_;
    const Clock& clock_;
    Pending<std::string, Result<Link>> pending_;
    TtlCache<std::string, Link> links_{kMaxLinks};
};

} // namespace mailctl::dns
