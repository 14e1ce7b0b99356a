// Another home for a closed store: every file copied, synced and compared.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "core/base/result.h"

namespace mailctl::store {

/// What a copy did.
struct Relocated {
    std::uint64_t files = 0;
    std::uint64_t octets = 0;
};

/// Copies the store in folder `from` to `to`, which is made, with owners and modes, and compares
/// each file with its copy octet by octet. No one can open the store meanwhile. `progress` gets
/// octets done and octets in all; where it gives false the copy ends. On any error what was copied
/// is removed again; `from` is never changed.
/// Errors: NotFound (no store in `from`), Busy (the store is open), Exists (`to` is not empty),
/// Invalid (one folder lies in the other), Corrupt (a copy differs), Unavailable.
Result<Relocated> copy_store(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::function<bool(std::uint64_t, std::uint64_t)>& progress);

/// Removes the store in `folder`, and the folder itself where nothing else is in it.
/// Errors: Busy (the store is open), Unavailable.
Result<> remove_store(const std::filesystem::path& folder);

} // namespace mailctl::store
