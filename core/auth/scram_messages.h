// The client's messages of SCRAM, parsed. RFC 5802 §7
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::auth {

/// client-first-message
struct ScramClientFirst {
    enum class Binding {
        NotSupported,     ///< "n": the client cannot
        ServerMayNot,     ///< "y": the client could, but thinks that the server does not offer it
        Used,             ///< "p=": and must be checked
    } binding = Binding::NotSupported;
    std::string binding_name; ///< "tls-exporter"
    std::string header;       ///< gs2-header as it came, "n,,"
    std::string bare;         ///< client-first-message-bare as it came
    std::string authzid;
    std::string name;         ///< decoded
    std::string nonce;
};

/// Errors: Invalid (malformed, or a mandatory extension).
Result<ScramClientFirst> parse_scram_client_first(std::string_view message);

/// client-final-message
struct ScramClientFinal {
    std::string channel_binding; ///< decoded from base64
    std::string nonce;
    std::string proof;           ///< decoded from base64
    std::string without_proof;   ///< client-final-message-without-proof as it came
};

/// Errors: Invalid.
Result<ScramClientFinal> parse_scram_client_final(std::string_view message);

} // namespace mailctl::auth
