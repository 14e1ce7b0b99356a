// Who may send from which address beside its own: one row each. AUTH-07
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cmd/context.h"

namespace mailctl::cmd {

/// "ann@example.org may send from sales@example.org, as: send-as, by: alias".
struct SenderRight {
    std::string login;  ///< a user's address, or "*@DOMAIN"
    std::string sender; ///< an address, "*@DOMAIN" or "*"
    std::string_view as; ///< "send-as", "on-behalf"
    std::string_view by; ///< "administrator", "alias", "user"
};

/// Calls `each` for all there are, in the order of the directory's addresses. Rights that do not
/// hold now are left out. Errors: those of the settings and the directory.
Result<> each_sender_right(Context& ctx, const std::function<void(const SenderRight&)>& each);

} // namespace mailctl::cmd
