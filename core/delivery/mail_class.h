// How urgent queued mail is: by its class and its sender. OUT-20
#pragma once

#include <cstdint>
#include <string>

#include "conf/outbound.h"
#include "store/queue.h"

namespace mailctl::delivery {

/// A null sender is a bounce's, unless its header tells of an automatic answer or a report; size
/// only counts where nothing else does.
store::MailClass class_of(const conf::QueueSettings& settings, store::MailClass by_header,
                          const std::string& sender, std::uint64_t octets);

/// queue.sender_priority before queue.priority; 5 where neither says.
std::uint8_t priority_of(const conf::QueueSettings& settings, store::MailClass kind,
                         const std::string& sender);

} // namespace mailctl::delivery
