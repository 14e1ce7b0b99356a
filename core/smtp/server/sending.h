// Sending limits in a session: looked at from MAIL on, counted when a message is accepted.
#pragma once

#include <optional>
#include <string>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/smtp/replies.h"

namespace mailctl::delivery {
struct Accepted;   // core/delivery/deliver.h
struct Resolution; // core/delivery/router.h
}

namespace mailctl::smtp {

class Session;
class Incoming;

/// Finds whose counters this message is for: the login's, or for a program of this machine those of
/// the user that it names as sender. Says why no message may be sent now. ABU-07
Awaitable<Say> begin_sending(Session& s, std::optional<address::Address> sender);

/// Whether a recipient is another server's, as the limits count it: the one that the sender wrote to.
/// What users and aliases here send on is no matter of the sender's.
bool is_remote(const Session& s, const delivery::Resolution& resolution);
/// Whether one recipient more may be added.
Awaitable<Say> check_sending_recipient(Session& s, bool remote);

/// Counts the message; a Say other than Ok refuses it, `hold` says why it has to wait in the queue.
Awaitable<Say> charge_sending(Incoming& message, std::string& hold);
/// After charge_sending: the message was not accepted after all.
void release_sending(Incoming& message);

/// Counts a login that just succeeded, and a recipient that does not exist. ABU-08
Awaitable<> count_login(Session& s);
Awaitable<> count_refused_recipient(Session& s);

/// Counts a bounce from elsewhere for the users that it came back to.
Awaitable<> count_bounces(Session& s, const delivery::Accepted& accepted);

} // namespace mailctl::smtp
