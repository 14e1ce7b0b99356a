// What a new password must be, and passwords that are so. AUTH-14, AUTH-15
#pragma once

#include <string>
#include <string_view>

#include "conf/config.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace mailctl::auth {

/// Ok where `password` may be set for the user of `address` ("ann@example.org").
/// Errors: Invalid, saying everything that it lacks.
Result<> check_new_password(std::string_view password, std::string_view address,
                            const conf::AuthSettings& settings);

/// A random password that check_new_password takes; 80 bits or more.
std::string make_password(const conf::AuthSettings& settings, Random& random = system_random());

} // namespace mailctl::auth
