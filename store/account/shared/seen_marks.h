// Which messages a reader has seen: a bit a UID, in pages.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "store/account.h"

namespace mailctl::store {

/// UIDs of one row: its value takes 2 KiB. DO NOT CHANGE: on disk since 0.1
inline constexpr std::uint32_t kSeenPageUids = 16 * 1024;

inline std::uint32_t seen_page_of(Uid uid)
{
    return value_of(uid) / kSeenPageUids;
}

/// Pages by their numbers; one that is not there has seen nothing.
class SeenMarks {
public:
    void put(std::uint32_t page, std::string bits) { pages_[page] = std::move(bits); }
    bool has(Uid uid) const;
    void set(Uid uid, bool seen);
    const std::map<std::uint32_t, std::string>& pages() const { return pages_; }

    /// \Seen of the row becomes the reader's.
    void overlay(MessageRow& row) const;

private:
    std::map<std::uint32_t, std::string> pages_;
};

/// The pages that ascending UIDs are in, each once.
std::vector<std::uint32_t> seen_pages_of(const std::vector<Uid>& uids);

} // namespace mailctl::store
