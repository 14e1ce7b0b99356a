// The record of a domain's DKIM keys and policy.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "store/dkim_keys.h"

namespace mailctl::store {

std::string encode(const DkimDomain& domain);
/// Keys that sign are made ready. Errors: Corrupt.
Result<DkimDomain> decode_dkim(std::string_view record);

} // namespace mailctl::store
