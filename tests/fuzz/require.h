// What a fuzz target asks of every input.
#pragma once

#include <cstdlib>

namespace mailctl::fuzz {

/// Ends the run where it does not hold: the fuzzer keeps the input.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace mailctl::fuzz
