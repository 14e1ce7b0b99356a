// Reads bodies before they are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "store/account.h"
#include "store/body_ref.h"

namespace mailctl::store {

inline constexpr std::uint64_t kAheadOctets = 1024 * 1024; ///< of all bodies that one object reads
inline constexpr std::uint64_t kAheadBodyOctets = 256 * 1024; ///< of one of them

/// Bodies of one account in the order in which the caller will want them: while it deals with one,
/// a thread of the store unpacks others. Borrows: the account's store. Threads: one at a time.
class BodiesAhead {
public:
    BodiesAhead(Account& account, const std::vector<BodyRef>& bodies);
    /// What is not begun is not read.
    ~BodiesAhead();
    BodiesAhead(BodiesAhead&&) noexcept = default;
    BodiesAhead& operator=(BodiesAhead&& other) noexcept;

    /// The next one, whole. nullopt: past the limits above, past the end, or it cannot be read, which
    /// Account::read_body will tell of.
    Awaitable<std::optional<std::string>> next();

private:
    struct State;
    std::shared_ptr<State> state_;
    std::size_t at_ = 0;
};

} // namespace mailctl::store
