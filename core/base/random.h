// Randomness as it is injected: the kernel's, or a test's fixed sequence.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace mailctl {

/// Gives random octets. Threads: system_random() is safe, SeededRandom is not.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    std::uint64_t next_u64();
    /// `count` characters of [0-9a-z] without look-alikes; 5 bits each.
    std::string token(std::size_t count);
};

/// getrandom(2), buffered a thread.
Random& system_random();

/// The same octets for the same seed: tests only.
class SeededRandom : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::uint8_t> out) override;

private:
    std::mt19937_64 engine_;
};

BlobId new_blob_id(Time now, Random& random);
QueueId new_queue_id(Time now, Random& random);
/// Never zero: zero means "no account".
AccountId new_account_id(Random& random);

} // namespace mailctl
