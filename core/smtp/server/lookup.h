// What VRFY and EXPN share: an address looked up like a recipient's.
#pragma once

#include <string>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/delivery/router.h"
#include "core/smtp/replies.h"

namespace mailctl::smtp {

class Session;

struct Lookup {
    Say said = Say::Ok;
    address::Address address;
    delivery::Resolution resolution;
    Lookup() = default;
    explicit Lookup(Say s) : said(s) {}
};

/// Looks up "ann@example.org" or "<ann@example.org>", without relaying. RFC 6531 §3.7.4.2: a
/// non-ASCII address needs SMTPUTF8 behind it.
Awaitable<Lookup> look_up(Session& s, std::string text);

} // namespace mailctl::smtp
