// The greeting's text.
#pragma once

#include <string>

namespace mailctl::smtp {

class Session;

/// "<hostname> ESMTP", or the listener's banner with its variables filled in. SMTP-03
std::string banner(const Session& s);

} // namespace mailctl::smtp
