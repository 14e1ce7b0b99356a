// What NOTIFY asks for. RFC 5465
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/imap/fetch_items.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

inline constexpr std::size_t kNotifyGroups = 50;  ///< of one NOTIFY
inline constexpr std::size_t kNotifyNames = 200; ///< mailbox names of one NOTIFY

/// A bit each. RFC 5465 §5
enum class NotifyEvent : std::uint8_t {
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,
    MailboxName = 8,
    SubscriptionChange = 16,
    MailboxMetadataChange = 32,
    ServerMetadataChange = 64,
};
/// As BADEVENT lists them.
inline constexpr const char* kNotifyEvents =
    "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange "
    "ServerMetadataChange";

/// Several events.
struct NotifyEvents {
    std::uint8_t bits = 0;

    bool has(NotifyEvent event) const { return bits & static_cast<std::uint8_t>(event); }
    void add(NotifyEvent event) { bits |= static_cast<std::uint8_t>(event); }
    void add(NotifyEvents others) { bits |= others.bits; }
    /// Of a mailbox's messages.
    bool has_message_events() const { return bits & 7; }
};

/// Mailboxes and what is to be told of them. RFC 5465 §6
struct NotifyGroup {
    enum class Filter : std::uint8_t {
        Selected,
        SelectedDelayed,
        Inboxes,
        Personal,
        Subscribed,
        Subtree,
        SubtreeOne, ///< RFC 7377 §2.2: mailboxes and what is one level below them
        Mailboxes,
    } filter = Filter::Selected;
    std::vector<std::string> names; ///< Subtree, SubtreeOne, Mailboxes
    NotifyEvents events;            ///< none: NONE
    std::vector<FetchItem> items;   ///< of new messages in the selected mailbox

    bool is_selected() const { return filter <= Filter::SelectedDelayed; }
};

struct NotifyRequest {
    bool wants_status = false;
    std::vector<NotifyGroup> groups; ///< empty: NOTIFY NONE
    bool has_unknown_event = false;
    bool is_too_large = false; ///< over a limit above
};

/// SP ("NONE" / "SET" [SP "STATUS"] 1*(SP event-group)). RFC 5465 §8
/// Errors: Invalid (also combinations that §5 and §6.1 forbid).
Result<NotifyRequest> parse_notify(Lexer& args);

} // namespace mailctl::imap
