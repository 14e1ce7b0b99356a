// The limits of a user: the user's own, or the domain's default.
#pragma once

#include "store/account.h"
#include "store/directory.h"

namespace mailctl::store {

/// The limits in force; 0 is none.
Usage effective_limits(const Domain& domain, const User& user);

/// The smaller of two limits of which 0 is none.
inline std::uint64_t smaller_limit(std::uint64_t a, std::uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

} // namespace mailctl::store
