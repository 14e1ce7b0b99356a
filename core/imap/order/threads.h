// Messages as conversations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/imap/order/thread_tree.h"
#include "core/mime/card.h"
#include "core/mime/collation.h"

namespace mailctl::imap {

/// thread-alg of RFC 5256 §3. Refs: References, but subjects join nothing, and the conversation
/// that was spoken in last comes last.
enum class ThreadRule : std::uint8_t { OrderedSubject, References, Refs };

/// References to messages that are not there cost memory: past so many, new ones are passed over.
inline constexpr std::size_t kMissingMessages = 500'000;

/// What of a message decides its thread. Hashes stand for texts: 64 bits a message, not 64 octets.
struct ThreadMessage {
    std::uint32_t number = 0;
    Time sent{};                           ///< the Date field, else the arrival. RFC 5256 §2.2
    Time arrived{};
    std::uint64_t id = 0;                  ///< of the Message-ID; 0: none
    std::vector<std::uint64_t> references; ///< of each, the oldest first
    std::uint64_t subject = 0;             ///< of the base subject; 0: it is empty
    bool is_reply = false;                 ///< as the subject says
};

/// `collation`: by which subjects are the same.
ThreadMessage thread_message(std::uint32_t number, const mime::Card& card, Time arrived,
                             mime::Collation collation = mime::Collation::UnicodeCasemap);

/// Joins messages into threads as they come. RFC 5256 §3.
class Threads {
public:
    explicit Threads(ThreadRule rule) : rule_(rule) {}

    void add(const ThreadMessage& message);
    /// Appends "(2)(3 6 (4 23)(44 7 96))". Call once, after the last add.
    void put(std::string& out);

private:
    std::uint32_t place_of(const ThreadMessage& message);
    std::uint32_t reference(std::uint64_t id);
    bool is_above(std::uint32_t node, std::uint32_t other) const;
    void link(std::uint32_t child, std::uint32_t parent);

    ThreadRule rule_;
    std::vector<ThreadNode> nodes_;
    std::unordered_map<std::uint64_t, std::uint32_t> by_id_;
    std::size_t missing_ = 0;
};

} // namespace mailctl::imap
