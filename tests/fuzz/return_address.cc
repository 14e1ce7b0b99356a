// Fuzzes return addresses of forwarded mail: nobody forges one, and each leads back.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/srs/return_address.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

const Time kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25}};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)srs::unwrap(text, {"key", "older"}, kNow, srs::kMaxLifetime);
    const auto at = text.rfind('@');
    if (at == std::string_view::npos)
        return 0;
    address::Address sender;
    sender.local_part = text.substr(0, at);
    sender.domain = text.substr(at + 1);
    const auto wrapped = srs::wrap(sender, "here.example", "key", kNow);
    if (!wrapped)
        return 0;
    require(srs::is_return_address(wrapped->local_part));
    require(wrapped->local_part.size() <= address::kMaxLocalPartOctets);
    const bool is_address = address::parse(address::to_string(sender)).has_value();
    require(!is_address || srs::unwrap(wrapped->local_part, {"key"}, kNow, srs::kMaxLifetime).has_value());
    require(!srs::unwrap(wrapped->local_part, {"another"}, kNow, srs::kMaxLifetime));
    return 0;
}
