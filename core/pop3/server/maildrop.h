// The messages of one session, numbered as they were at login. RFC 1939 §5
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "conf/keeping.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::pop3 {

/// Message numbers start at 1 and never change within a session.
class Maildrop {
public:
    struct Message {
        EmailId email{};
        std::uint64_t octets = 0;
        Uid uid{};
        Time saved{};
        bool is_fetched = false; ///< \Seen at login, or retrieved since then
        bool is_retrieved = false; ///< in this session
        bool is_deleted = false;
    };

    Maildrop() = default;
    /// Reads the inbox's rows once. Errors: as the account's.
    static Awaitable<Result<Maildrop>> open(std::shared_ptr<store::Account> account,
                                            conf::Pop3Order order);

    /// nullptr where there is none of this number, or it is marked deleted.
    const Message* find(std::uint32_t number) const;
    std::size_t size() const { return messages_.size(); } ///< deleted ones too
    std::uint32_t count() const { return count_; }        ///< not deleted
    std::uint64_t octets() const { return octets_; }      ///< not deleted
    std::uint64_t deleted_octets() const;

    void mark_deleted(std::uint32_t number);
    /// As RSET: nothing is marked, and last() is what it was at login.
    void unmark_all();
    void mark_retrieved(std::uint32_t number);
    /// The highest number of a message that was ever fetched; 0: none. RFC 1460 §3, LAST
    std::uint32_t last() const { return last_; }
    /// Marks what was retrieved in this session as deleted.
    void delete_retrieved();
    /// The same for what was ever fetched and came before that time.
    void delete_fetched_before(Time time);

    /// Stable for ever: "uid_validity.uid". RFC 1939 §7
    std::string unique_id(const Message& message) const;

    /// Removes the marked messages in one commit, or moves them to Trash.
    enum class Removal : std::uint8_t { Expunge, ThrowAway };
    Awaitable<Result<>> update(Removal removal);
    Awaitable<Result<>> mark_seen(std::vector<Uid> seen);

    store::Account& account() const { return *account_; }

private:
    std::shared_ptr<store::Account> account_;
    MailboxId inbox_{};
    std::uint32_t uid_validity_ = 0;
    std::vector<Message> messages_;
    std::uint32_t count_ = 0;
    std::uint64_t octets_ = 0;
    std::uint32_t last_ = 0, last_at_login_ = 0;
};

} // namespace mailctl::pop3
