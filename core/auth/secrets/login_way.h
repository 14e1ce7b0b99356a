// What a user may log in with: a password, a certificate, both. AUTH-12
#pragma once

#include <string_view>

#include "conf/user.h"
#include "core/base/clock.h"
#include "store/directory.h"

namespace mailctl::auth {

enum class Shown { Password, Certificate };

/// Why the user does not log in so; empty: it does. `shown`: what was right; a certificate alone by
/// EXTERNAL. `fingerprint`: of the one that TLS knows; empty: none.
std::string_view refusal_of(conf::LoginBy way, const store::User& user, Shown shown,
                            std::string_view fingerprint, Time now);

} // namespace mailctl::auth
