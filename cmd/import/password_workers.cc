// A few threads that take one password after the other.
#include "cmd/import/password_workers.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>

#include "core/crypto/scram.h"

namespace mailctl::cmd {
namespace {

/// Empty where there is no memory for the hash: the row is rejected, the server goes on.
store::Credentials credentials_of(const std::string& password, const HashingCost& cost, Time now)
{
    try {
        return {crypto::hash_password(password, cost.hash),
                crypto::make_scram_sha_256(password, cost.scram_iterations), now};
    } catch (const std::bad_alloc&) {
        return {};
    }
}

} // namespace

unsigned hashing_threads()
{
    return std::max(1U, std::thread::hardware_concurrency());
}

std::vector<store::Credentials> make_credentials(const std::vector<std::string>& passwords,
                                                 const HashingCost& cost, Time now,
                                                 const std::function<bool()>& cancelled)
{
    std::vector<store::Credentials> made(passwords.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < passwords.size() && !cancelled(); i = next++)
            made[i] = credentials_of(passwords[i], cost, now);
    };
    std::vector<std::jthread> threads;
    const std::size_t wanted = std::min<std::size_t>(hashing_threads(), passwords.size());
    for (std::size_t i = 1; i < wanted; ++i)
        threads.emplace_back(work);
    work();
    threads.clear(); // joins
    return made;
}

std::chrono::duration<double> measure_hashing(const HashingCost& cost)
{
    const auto start = std::chrono::steady_clock::now();
    make_credentials({"a password"}, cost, {}, [] { return false; });
    return std::chrono::steady_clock::now() - start;
}

} // namespace mailctl::cmd
