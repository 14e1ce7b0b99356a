// Checks answers with DNSSEC, from the trust anchors down. RFC 4035 §5
#pragma once

#include <memory>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/dns/raw.h"

#include "core/dns/trust_chain.h" // last

namespace mailctl::dns {

/// Answers are secure, insecure (no zone above says that they are signed) or bogus.
/// Threads: any. Borrows: clock.
class ValidatingSource final : public Source {
public:
    ValidatingSource(std::unique_ptr<Exchange> exchange, TrustAnchors anchors, const Clock& clock);

    /// Limit: kMaxSignatureChecks for all of it, keys of the zones above and CNAMEs too.
    Awaitable<Result<RawAnswer>> ask(Question question) override;
    void forget(const std::string& name) override;

private:
    struct Checked;
    Awaitable<Result<RawAnswer>> step(Question question, Effort& effort);
    Awaitable<Result<RawAnswer>> found(const Rrset& set, const Sections& sections, Effort& effort);
    Awaitable<Result<RawAnswer>> denied(Question question, const Sections& sections,
                                        Effort& effort);
    Awaitable<Result<Checked>> check(const Rrset& set, const Sections& sections, Effort& effort);
    Awaitable<Result<TrustedZone>> zone_for(std::string signer, std::string owner, Effort& effort);

    std::unique_ptr<Exchange> exchange_;
    const Clock& clock_;
    TrustChain chain_;
};

} // namespace mailctl::dns
