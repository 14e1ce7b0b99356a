// Octets with a signature around them, as others unwrap them. RFC 5652 §5
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::crypto {

/// SignedData (DER) that holds `data`, signed with the key of the chain's first certificate; the
/// chain travels along. Errors: Invalid (bad PEM, the key does not fit).
Result<std::string> sign_data(std::string_view data, std::string_view chain_pem, std::string_view key_pem);

} // namespace mailctl::crypto
