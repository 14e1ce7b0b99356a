// Overwriting secrets by libsodium.
#include "core/crypto/secret.h"

#include <sodium.h>

namespace mailctl::crypto {

void wipe(std::string& secret)
{
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

} // namespace mailctl::crypto
