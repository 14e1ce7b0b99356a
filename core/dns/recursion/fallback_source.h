// The configured servers first, and the world's own where those fail. OUT-08
#pragma once

#include <memory>

#include "core/dns/network_source.h"
#include "core/dns/recursion/iterative_source.h"

namespace mailctl::dns {

/// When the second is asked.
enum class Fallback : std::uint8_t {
    OnFailure, ///< no answer, or one such as SERVFAIL
    /// Only where no server says anything, and never for TLSA: a server that checks signatures says
    /// SERVFAIL where they are wrong, and that is not to be got round. RFC 7672 §2.1
    OnSilence,
};

/// Threads: as its parts.
class FallbackSource final : public Source, public Exchange {
public:
    /// `roots` nullptr: nobody else is asked.
    FallbackSource(std::unique_ptr<NetworkSource> servers, std::unique_ptr<IterativeSource> roots,
                   Fallback when);

    Awaitable<Result<RawAnswer>> ask(Question question) override;
    Awaitable<Result<RawMessage>> exchange(Question question) override;
    void forget(const std::string& name) override;

private:
    bool goes_on(const Question& question, const Error& error) const;

    std::unique_ptr<NetworkSource> servers_;
    std::unique_ptr<IterativeSource> roots_;
    Fallback when_;
};

} // namespace mailctl::dns
