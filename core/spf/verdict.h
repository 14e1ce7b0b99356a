// What SPF says of a message.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailctl::spf {

/// RFC 7208 §2.6
enum class Verdict : std::uint8_t {
    None,      ///< there is no such domain, or it says nothing
    Neutral,   ///< the domain does not want to say
    Pass,      ///< the host may send for the domain
    Fail,      ///< it may not
    SoftFail,  ///< probably it may not
    TempError, ///< the DNS does not answer
    PermError, ///< the domain's records make no sense
};

/// "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"
std::string_view name_of(Verdict verdict);

} // namespace mailctl::spf
