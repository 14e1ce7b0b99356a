// What can go wrong and can still be told to the peer: a code and a detail.
#pragma once

#include <string>
#include <string_view>

namespace mailctl {

/// Why an operation failed. Short and closed: one table a protocol maps each
/// code to a reply, an exit status, and "temporary or permanent".
enum class Errc {
    Invalid,     ///< the input breaks a rule; permanent
    NotFound,    ///< the named thing does not exist; permanent
    Exists,      ///< the name is taken; permanent
    Denied,      ///< not permitted; permanent
    OverQuota,   ///< a limit of the account or domain is reached
    Busy,        ///< locked by another session; temporary
    Unavailable, ///< a needed service or the disk does not answer; temporary
    Corrupt,     ///< stored data does not check out; temporary for peers
    Conflict,    ///< an expectation of a commit failed; retried by the store
    InDoubt,     ///< a commit may or may not have been applied; re-read
};

/// The code's stable name, as in logs and JSON ("not_found").
std::string_view name_of(Errc code);

/// True where the same request may succeed later.
bool is_temporary(Errc code);

/// A failure as a value. `detail` is for the log and the operator; it never
/// reaches a remote peer.
class [[nodiscard]] Error {
public:
    Error() = default;
    Error(Errc code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    Errc code() const { return code_; }
    const std::string& detail() const { return detail_; }

    /// The same error with `context` and ": " before its detail.
    Error within(std::string_view context) const;

private:
    Errc code_ = Errc::Unavailable;
    std::string detail_;
};

/// "not_found: no such mailbox", for logs and test messages.
std::string to_string(const Error& error);

} // namespace mailctl
