// Fuzzes settings files: anything loads or is refused with places, and conf set keeps files whole.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "conf/edit.h"
#include "conf/load.h"

using namespace mailctl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto loaded = conf::load_text(text, "fuzz.toml");
    for (const auto& error : loaded.errors) {
        if (error.message.empty() || conf::to_string(error).empty())
            std::abort();
    }
    const auto edited = conf::set_in_text(text, "smtp.vrfy", "true");
    if (edited && loaded.errors.empty() && !conf::load_text(*edited, "fuzz.toml").errors.empty())
        std::abort();
    return 0;
}
