// Fuzzes what comes over the control channel before anything is known of who sends it.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/control/request.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    if (const auto request = control::decode_request(body)) {
        require(request->files.size() <= control::kMaxFiles);
        const std::string written = control::encode(*request);
        const auto again = control::decode_request(written);
        require(again.has_value() && control::encode(*again) == written);
    }
    if (const auto answer = control::decode_answer(body))
        require(control::decode_answer(control::encode(*answer)).has_value());
    return 0;
}
