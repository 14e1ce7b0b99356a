// The store as a whole: one engine, and what mailctl keeps in it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "store/body_ref.h"

namespace mailctl::store {

class Account;   // store/account.h
class Directory; // store/directory.h
class Engine;    // store/engine.h
class Queue;     // store/queue.h

/// An address that may not connect, until a time. ABU-04
struct Ban {
    std::string network; ///< "192.0.2.1" or "192.0.2.0/24", "2001:db8::/64"
    std::string reason;
    std::string user; ///< the login that was tried; may be empty
    Time start{};
    std::optional<Time> end; ///< nullopt: until removed
    std::uint64_t hits = 0;
};

/// Whom a body is for, known before its first octet arrives.
struct BodyOwners {
    std::vector<AccountId> accounts;
    bool queued = false; ///< a queue entry will name it too
};

/// A body on its way in. Small ones for one account (or one queue entry) stay in memory and go
/// with its commit; others stream to the engine, shared where several name them.
/// Bounded memory: kInlineBodyOctets and one chunk. Dropped before finish: leaves nothing.
inline constexpr std::size_t kInlineBodyOctets = 16 * 1024; ///< as received
class Spool {
public:
    virtual ~Spool() = default;
    virtual Awaitable<Result<>> write(std::string_view octets) = 0;
    virtual std::uint64_t octets() const = 0;

    struct Stored {
        BodyRef body;
        std::string inline_body; ///< not empty: goes into NewMessage or QueueEntry
    };
    /// Durable when it returns, unless inline. Shared: every owner's reference is durable too.
    virtual Awaitable<Result<Stored>> finish() = 0;
};

/// Totals for "store stats".
struct StoreStats {
    std::uint64_t accounts = 0, messages = 0, octets = 0, queued = 0;
    std::uint64_t rows_octets_on_disk = 0, bodies_octets_on_disk = 0;
};

/// One finding of check or scrub.
struct Finding {
    std::string where; ///< account, mailbox, blob
    std::string what;
    bool repaired = false;
};

class Keeping; // store/keeping.h

/// Threads: any.
class Store {
public:
    virtual ~Store() = default;

    virtual Engine& engine() = 0;
    virtual Directory& directory() = 0;
    virtual Queue& queue() = 0;
    virtual Keeping& keeping() = 0;
    virtual const Clock& clock() const = 0;
    virtual Random& random() = 0;

    /// The account's one object in this process. Errors: NotFound (never created, or erased).
    virtual Awaitable<Result<std::shared_ptr<Account>>> account(AccountId id) = 0;

    /// Starts taking in a body. `heading` (a Received field, Return-Path) may be written first.
    virtual std::unique_ptr<Spool> spool(BodyOwners owners) = 0;

    virtual Awaitable<Result<std::vector<Ban>>> bans() = 0;
    virtual Awaitable<Result<>> put_ban(Ban ban) = 0;
    virtual Awaitable<Result<>> remove_ban(std::string network) = 0;

    virtual Awaitable<Result<StoreStats>> stats() = 0;
    /// Every invariant of every account, directory and queue. `repair`: what can be, is.
    virtual Awaitable<Result<std::vector<Finding>>> check(bool repair) = 0;
    /// Reads every body and verifies its checksum.
    virtual Awaitable<Result<std::vector<Finding>>> scrub() = 0;
    virtual Awaitable<Result<>> compact() = 0;
    /// Erases bodies that no row names and references that no message uses, older than a day.
    virtual Awaitable<Result<std::uint64_t>> sweep() = 0;
};

struct StoreOptions {
    std::filesystem::path directory;
    enum class Mode { ReadWrite, ReadOnly } mode = Mode::ReadWrite;
    std::uint64_t cache_octets = 64ULL << 20;
    std::uint64_t write_buffer_octets = 32ULL << 20;
    std::uint64_t domain_cache_entries = 100'000; ///< directory entries kept in memory
};

/// Opens RocksDB in `directory`, made where it is missing.
/// Errors: Busy (another process has it open), Unavailable, Corrupt.
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options,
                                          const Clock& clock = system_clock(),
                                          Random& random = system_random());

/// A store over any engine, which it owns: tests use MemoryEngine.
std::unique_ptr<Store> make_store(std::unique_ptr<Engine> engine, const Clock& clock,
                                  Random& random);

/// Reads raw messages out of a damaged store, past what cannot be read, into a folder as
/// ACCOUNT/BLOB.eml. Gives what was skipped. Errors: Unavailable (nothing readable).
Result<std::vector<Finding>> salvage(const std::filesystem::path& store,
                                     const std::filesystem::path& into);

} // namespace mailctl::store
