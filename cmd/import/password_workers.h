// Hashes passwords on all cores.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/crypto/password.h"
#include "store/directory.h"

namespace mailctl::cmd {

struct HashingCost {
    crypto::HashOptions hash;
    unsigned scram_iterations = 16384;
};

unsigned hashing_threads();

/// The credentials of each plain password, in their order; empty ones where `cancelled` says to
/// stop. Threads: starts hashing_threads() and waits for them.
std::vector<store::Credentials> make_credentials(const std::vector<std::string>& passwords,
                                                 const HashingCost& cost, Time now,
                                                 const std::function<bool()>& cancelled);

/// How long one password takes on one core, measured now.
std::chrono::duration<double> measure_hashing(const HashingCost& cost);

} // namespace mailctl::cmd
