// Sign: mail that leaves for other servers gets the DKIM signatures of its author's domain. Local
// copies are not signed.
#include <algorithm>

#include "core/base/log.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

/// From somebody who may send in the domain's name, and for somebody elsewhere.
bool may_sign(Incoming& message)
{
    const Session& s = message.session;
    if (!s.login && !s.trusted && !s.may_relay())
        return false;
    if (!message.scan.starts_with_field)
        return false;
    const auto& recipients = message.transaction().recipients;
    return std::any_of(recipients.begin(), recipients.end(), [](const Recipient& recipient) {
        return !recipient.resolution.remote.empty();
    });
}

void fail(Incoming& message, const Error& error)
{
    log::error("dkim", "cannot sign a message", {{"id", message.id}, {"why", to_string(error)}});
    message.refuse(Say::LocalError); // rather later than without its signature
}

} // namespace

/// The header is signed as it will be sent: with the fields that were added to complete it, and
/// without trace fields (RFC 6376 §5.4.1).
Awaitable<> start_signing(Incoming& message)
{
    if (!may_sign(message))
        co_return;
    const std::string header = message.completed + message.header;
    auto signing = co_await dkim::start_signing(*message.session.services->store, header);
    if (!signing)
        fail(message, signing.error());
    else
        message.signing = std::move(*signing);
}

void sign(Incoming& message)
{
    if (!message.signing)
        return;
    auto signatures = message.signing->finish();
    if (!signatures)
        fail(message, signatures.error());
    else
        message.signatures = std::move(*signatures);
}

} // namespace mailctl::smtp
