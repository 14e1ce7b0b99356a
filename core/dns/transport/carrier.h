// Carries one question to one DNS server: over UDP, over TCP where the answer does not fit.
#pragma once

#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dns/transport/server_address.h"

namespace mailctl::dns {

/// Threads: any, each call on a strand of its own.
class Carrier {
public:
    virtual ~Carrier() = default;
    /// The message that answers `question`, a whole message itself: with its id, and not truncated.
    /// Errors: Unavailable.
    virtual Awaitable<Result<std::string>> carry(ServerAddress server, std::string question) = 0;
};

/// RFC 1035 §4.2, RFC 5452, RFC 7766
class NetworkCarrier final : public Carrier {
public:
    /// `limit`: the wait for an answer.
    explicit NetworkCarrier(milliseconds limit) : limit_(limit) {}
    Awaitable<Result<std::string>> carry(ServerAddress server, std::string question) override;

private:
    milliseconds limit_;
};

/// Whether a message can be the answer: the same id and question. RFC 5452 §9.1
bool is_answer_to(std::string_view message, std::string_view question);

} // namespace mailctl::dns
