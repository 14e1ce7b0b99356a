// Annotations of mailboxes, and a user's own ones of the server. RFC 5464
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

enum class SpecialUse : std::uint8_t; // store/account.h

inline constexpr std::size_t kMaxMetadataNameOctets = 200;
inline constexpr std::size_t kMaxMetadataOctets = 32 * 1024; ///< of one value
inline constexpr std::size_t kMaxMetadataEntries = 100; ///< of one mailbox: shared ones, and of each user

/// A mailbox's role, told and changed as an annotation, and not kept as one. RFC 6154 §4
inline constexpr std::string_view kSpecialUseEntry = "/private/specialuse";

/// One annotation. Names are in lower case.
struct MetadataEntry {
    std::string name; ///< "/shared/comment", "/private/vendor/example/colour"
    std::optional<std::string> value; ///< may be empty; nullopt: to be removed
};

/// Annotations go with their mailbox. `box` 0 is the server as this account's user sees it.
/// Names that start with "/private/" belong to the `reader`, others are one for all.
/// Every change is told as MetadataChanged. Threads: any.
class Metadata {
public:
    virtual ~Metadata() = default;
    /// Those the reader sees, by name. Errors: NotFound (no such mailbox).
    virtual Awaitable<Result<std::vector<MetadataEntry>>> entries(MailboxId box,
                                                                  AccountId reader) = 0;
    /// All or none; `role`: the mailbox gets it, or has none any more. Errors: NotFound (no such
    /// mailbox), Invalid (a name or value over its limit), OverQuota (kMaxMetadataEntries), Exists
    /// (another mailbox has the role), Denied (INBOX keeps its own).
    virtual Awaitable<Result<>> set_entries(MailboxId box, AccountId reader,
                                            std::vector<MetadataEntry> entries,
                                            std::optional<SpecialUse> role = std::nullopt) = 0;
};

} // namespace mailctl::store
