// Random octets and the identifiers made of them.
#include "core/base/random.h"

#include <sys/random.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace mailctl {
namespace {

class SystemRandom : public Random {
public:
    void fill(std::span<std::uint8_t> out) override
    {
        // One system call for many ids; keys take theirs from crypto/.
        thread_local std::array<std::uint8_t, 256> pool;
        thread_local std::size_t used = pool.size();
        while (!out.empty()) {
            if (used == pool.size()) {
                refill(pool);
                used = 0;
            }
            const auto take = std::min(out.size(), pool.size() - used);
            std::memcpy(out.data(), pool.data() + used, take);
            std::memset(pool.data() + used, 0, take);
            used += take;
            out = out.subspan(take);
        }
    }

private:
    static void refill(std::span<std::uint8_t> pool)
    {
        // At most 256 octets: getrandom never gives fewer, nor is it interrupted.
        if (getrandom(pool.data(), pool.size(), 0) != static_cast<ssize_t>(pool.size()))
            throw std::runtime_error("getrandom failed");
    }
};

} // namespace

std::uint64_t Random::next_u64()
{
    std::array<std::uint8_t, 8> octets{};
    fill(octets);
    std::uint64_t value = 0;
    std::memcpy(&value, octets.data(), sizeof value);
    return value;
}

std::string Random::token(std::size_t count)
{
    static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz"; // 32: no i, l, o, u
    std::string text(count, '0');
    fill(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
    for (char& c : text)
        c = kAlphabet[static_cast<std::uint8_t>(c) & 31];
    return text;
}

Random& system_random()
{
    static SystemRandom random;
    return random;
}

void SeededRandom::fill(std::span<std::uint8_t> out)
{
    for (auto& octet : out)
        octet = static_cast<std::uint8_t>(engine_());
}

BlobId new_blob_id(Time now, Random& random)
{
    BlobId id;
    random.fill(id.octets);
    const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (int i = 0; i < 6; ++i)
        id.octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    return id;
}

QueueId new_queue_id(Time now, Random& random)
{
    const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    return QueueId{(ms << 20) | (random.next_u64() & 0xFFFFF)};
}

AccountId new_account_id(Random& random)
{
    std::uint64_t value = 0;
    while (value == 0)
        value = random.next_u64() >> 1;
    return AccountId{value};
}

} // namespace mailctl
