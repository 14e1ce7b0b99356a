// Mail of keeping to people: from templates, and one in place of the last.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/notice.h"
#include "core/delivery/services.h"
#include "core/queue/notice_text.h"
#include "store/account.h"

namespace mailctl::keeping {

/// A notice to an address, in the words of its domain (queue::text_of), with the values filled in.
delivery::Notice filled_notice(const delivery::Services& services, std::string to,
                               std::string_view kind, std::span<const queue::BuiltInText> built_in,
                               const std::map<std::string, std::string>& values);

/// Puts a notice into the account's INBOX, full or not, and takes the last one of that name away, if
/// it still lies there: a mailbox holds one of each, with the date of the last. The account remembers
/// where it is. A failure in between leaves both. Errors: those of the store; Unavailable.
Awaitable<Result<>> put_in_place_of_last(const delivery::Services& services,
                                         store::Account& account, delivery::Notice notice,
                                         std::string name);

} // namespace mailctl::keeping
