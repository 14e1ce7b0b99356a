// What is done where a user's mail looks like mass mail: somebody is told, mail held, the user locked.
#pragma once

#include <string>
#include <vector>

#include "core/abuse/detection.h"
#include "core/address/address.h"
#include "core/base/awaitable.h"

namespace mailctl::delivery {

struct SendingAccount; // core/delivery/sending.h
struct Services;       // core/delivery/services.h

/// Of several the strongest action is taken, and each is told of. Nobody else is punished: the
/// address that it came from may be many people's, and is not banned. `peer` is for the notice; may
/// be empty. What cannot be done is logged. ABU-08
Awaitable<> answer_mass_mail(const Services& services, SendingAccount account,
                             std::vector<abuse::Fired> fired, std::string peer);

/// Counts a bounce of so many recipients that came back to `user`, if that is one, and answers it
/// where it is one too many. ABU-07, ABU-08
Awaitable<> count_bounce(const Services& services, address::Address user,
                         std::uint64_t recipients);

} // namespace mailctl::delivery
