// Forwards: mail that forwards send on has a count of how often that was; too often is a loop.
#include <algorithm>

#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

bool is_forwarded(const Transaction& transaction)
{
    return std::any_of(
        transaction.recipients.begin(), transaction.recipients.end(), [](const Recipient& one) {
            const auto& remote = one.resolution.remote;
            return std::any_of(remote.begin(), remote.end(),
                               [](const auto& target) { return !target.forwarder.empty(); });
        });
}

} // namespace

/// RUL-22. Received fields count every hop; a loop of two forwards over many hosts shows here first.
void check_forwards(Incoming& message)
{
    const unsigned limit = message.session.config().forward.loop_limit;
    if (limit > 0 && message.scan.forwards >= limit && is_forwarded(message.transaction()))
        message.refuse(Say::ForwardedTooOften);
}

std::string forward_count(Incoming& message)
{
    if (!is_forwarded(message.transaction()))
        return {};
    return "Forward-Count: " + std::to_string(message.scan.forwards + 1) + "\r\n";
}

} // namespace mailctl::smtp
