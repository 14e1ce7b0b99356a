// Bodies that several accounts name: stored once, with one reference row an owner.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"
#include "store/engine.h"

namespace mailctl::store {

/// The owner that stands for the queue: no account has this id.
inline constexpr AccountId kQueueOwner{0};

/// Where a shared body and its references are.
Partition shared_partition(const BlobId& blob);
/// Every such partition.
std::vector<Partition> shared_partitions();

/// Makes a reference an owner durable; a small body goes with them in the same commit, a large one
/// must be durable already (`body` is empty then). Repeating it changes nothing.
/// Errors: Unavailable, Invalid (too many owners for one commit).
Awaitable<Result<>> share_body(Engine& engine, BlobId blob, std::vector<AccountId> owners,
                               std::string body);

/// A part of a body: of a row or of the body log. Errors: NotFound, Corrupt, Unavailable.
Awaitable<Result<std::string>> read_body_of(Engine& engine, Partition owner, BodyRef body,
                                            std::uint64_t offset, std::uint64_t length);
Awaitable<Result<std::string>> read_shared_body(Engine& engine, BodyRef body, std::uint64_t offset,
                                                std::uint64_t length);

/// Takes one owner's reference away, and the body with the last one. Idempotent.
Awaitable<Result<>> release_shared_body(Engine& engine, BlobId blob, AccountId owner);

/// One reference row.
struct SharedReference {
    BlobId blob;
    AccountId owner{};
};

/// All references of one partition, ascending by blob.
Awaitable<Result<std::vector<SharedReference>>> shared_references(Engine& engine,
                                                                  Partition partition);

} // namespace mailctl::store
