// What can be told of a queue entry, by name.
#pragma once

#include "cmd/selection.h"
#include "store/queue.h"

namespace mailctl::cmd {

/// An entry with what lies beside it, read only where it is shown.
struct EntryView {
    const store::QueueEntry& entry;
    Time now{};
    std::optional<Time> last_attempt;
    std::string subject;
    bool is_delivering = false; ///< a server sends it at this moment
};

const Properties<EntryView>& queue_properties();

/// What a Return-Path field at the start takes: it is not sent. RFC 5321 §4.4
std::size_t return_path_octets(std::string_view message);

/// The header of a queued message, as it will be sent. Errors: those of reading it.
Result<std::string> queued_header(Context& ctx, const store::QueueEntry& entry);

} // namespace mailctl::cmd
