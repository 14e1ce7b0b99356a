// Trees of messages: pruned, joined by subject, sorted, written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace mailctl::imap {

inline constexpr std::uint32_t kNoNode = 0xFFFFFFFF;

/// A message, or a dummy: one that others refer to and that is not there.
struct ThreadNode {
    Time sent{};
    Time arrived{};
    std::uint64_t subject = 0; ///< hash; 0: empty
    std::uint32_t number = 0;  ///< 0: a dummy
    std::uint32_t parent = kNoNode;
    bool is_reply = false;
    bool had_child = false;

    bool is_dummy() const { return number == 0; }
};

/// Dummies are only among the roots, and have children.
struct ThreadTree {
    std::vector<ThreadNode> nodes;
    std::vector<std::vector<std::uint32_t>> children; ///< by node, sorted by sent date
    std::vector<std::uint32_t> roots;                 ///< in the order of the response
};

/// ORDEREDSUBJECT. RFC 5256 §3.
ThreadTree group_by_subject(std::vector<ThreadNode> nodes);

/// Steps 2 to 4 of REFERENCES: dummies go, siblings are sorted. RFC 5256 §3.
ThreadTree prune(std::vector<ThreadNode> nodes);

/// Steps 5 and 6 of REFERENCES: roots with one base subject come together. RFC 5256 §3.
void join_subjects(ThreadTree& tree);

/// Roots by the latest arrival in each.
void sort_by_latest(ThreadTree& tree);

/// thread-list of RFC 5256 §5. Any depth: nothing here recurses.
void put_threads(std::string& out, const ThreadTree& tree);

} // namespace mailctl::imap
