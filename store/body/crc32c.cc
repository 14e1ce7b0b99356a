// CRC-32C, by the processor where it can.
#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

#include "store/body/body_codec.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78; // reflected

constexpr auto make_table()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
        table[i] = crc;
    }
    return table;
}
constexpr auto kTable = make_table();

std::uint32_t by_table(const char* data, std::size_t size, std::uint32_t crc)
{
    for (std::size_t i = 0; i < size; ++i)
        crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(data[i])) & 0xFF];
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_processor(const char* data, std::size_t size,
                                                             std::uint32_t crc)
{
    std::uint64_t wide = crc;
    while (size >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        wide = _mm_crc32_u64(wide, word);
        data += 8;
        size -= 8;
    }
    crc = static_cast<std::uint32_t>(wide);
    while (size-- > 0)
        crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*data++));
    return crc;
}
#endif

} // namespace

std::uint32_t crc32c(std::string_view octets, std::uint32_t before)
{
    const std::uint32_t start = ~before;
#if defined(__x86_64__)
    static const bool fast = __builtin_cpu_supports("sse4.2");
    if (fast)
        return ~by_processor(octets.data(), octets.size(), start);
#endif
    return ~by_table(octets.data(), octets.size(), start);
}

} // namespace mailctl::store
