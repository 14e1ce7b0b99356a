// Counts octets with the compiler's vectors.
#include "core/mime/octet_count.h"

#include <algorithm>
#include <cstring>

namespace mailctl::mime {
namespace {

using Octets = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kWidth = sizeof(Octets);
constexpr std::size_t kMaxRounds = 255; // a lane of the counter is one octet

struct Seen {
    Octets all{};   ///< or of every octet
    Octets nuls{};  ///< non-zero where a lane met a NUL
    std::uint64_t line_feeds = 0;
};

void count_rounds(const char*& at, std::size_t rounds, Seen& seen)
{
    Octets lanes{};
    for (std::size_t i = 0; i < rounds; ++i, at += kWidth) {
        Octets octets;
        std::memcpy(&octets, at, kWidth);
        lanes -= reinterpret_cast<Octets>(octets == '\n');
        seen.all |= octets;
        seen.nuls |= reinterpret_cast<Octets>(octets == 0);
    }
    for (std::size_t i = 0; i < kWidth; ++i)
        seen.line_feeds += lanes[i];
}

} // namespace

OctetCount count_octets(std::string_view octets)
{
    Seen seen;
    const char* at = octets.data();
    for (std::size_t rounds = octets.size() / kWidth; rounds > 0;) {
        const std::size_t now = std::min(rounds, kMaxRounds);
        count_rounds(at, now, seen);
        rounds -= now;
    }
    OctetCount count{seen.line_feeds, false, false};
    for (std::size_t i = 0; i < kWidth; ++i) {
        count.has_8bit |= seen.all[i] >= 128;
        count.has_nul |= seen.nuls[i] != 0;
    }
    for (const char* end = octets.data() + octets.size(); at != end; ++at) {
        count.line_feeds += *at == '\n';
        count.has_8bit |= static_cast<unsigned char>(*at) >= 128;
        count.has_nul |= *at == '\0';
    }
    return count;
}

} // namespace mailctl::mime
