// The stored form of an access control list.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "store/acl.h"

namespace mailctl::store {

std::string encode(const Acl& record);
/// Errors: Corrupt.
Result<Acl> decode_acl(std::string_view stored);

} // namespace mailctl::store
