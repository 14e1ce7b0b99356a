// Ends the wait of a silent session when an account changes.
#pragma once

#include <memory>
#include <vector>

#include "core/base/ids.h"
#include "core/net/stream.h"
#include "store/account.h"

namespace mailctl::imap {

/// Watches accounts while a session waits for its client. Borrows: the stream.
/// Threads: the session's strand.
class Watching {
public:
    explicit Watching(net::Stream& stream);
    ~Watching();
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

    /// Watches this account too; no more than once.
    void add(store::Account& account);
    /// True where one has changed since the last call. Its change ended a wait_readable().
    bool take_changed();

private:
    struct Waker;
    std::shared_ptr<Waker> waker_;
    std::vector<AccountId> accounts_;
    std::vector<std::unique_ptr<store::Watch>> watches_;
};

} // namespace mailctl::imap
