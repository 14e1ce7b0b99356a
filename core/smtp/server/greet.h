// What HELO, EHLO and LHLO share.
#pragma once

#include <string_view>

#include "core/smtp/reply.h"

namespace mailctl::smtp {

class Session;

/// Takes the client's name and starts afresh; `extended` lists the extensions.
Reply greet(Session& s, std::string_view name, bool extended);

} // namespace mailctl::smtp
