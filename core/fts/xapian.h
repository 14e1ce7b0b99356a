// The fence around Xapian: its errors as ours.
#pragma once

#include <xapian.h>

#include <utility>

#include "core/base/error.h"
#include "core/base/result.h"

namespace mailctl::fts {

inline Error error_from(const Xapian::Error& error)
{
    const std::string_view type = error.get_type();
    const auto code = type == "DatabaseNotFoundError"                                          ? Errc::NotFound
                      : type == "DatabaseLockError"                                            ? Errc::Busy
                      : type == "DatabaseCorruptError" || type == "DatabaseVersionError" ||
                              type == "SerialisationError" || type == "DocNotFoundError"       ? Errc::Corrupt
                                                                                               : Errc::Unavailable;
    return Error(code, "index: " + error.get_description());
}

/// Runs `work`, which may throw Xapian's errors.
template <class Work>
auto guarded(Work work) -> Result<decltype(work())>
{
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            return ok();
        } else {
            return work();
        }
    } catch (const Xapian::Error& error) {
        return error_from(error);
    }
}

} // namespace mailctl::fts
