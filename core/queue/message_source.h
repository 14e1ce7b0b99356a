// The octets of a queued message as they are sent: what goes before it, then its body in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/smtp/client/client.h"
#include "store/queue.h"

namespace mailctl::queue {

/// Leaves out a Return-Path field at the start of the body (RFC 5321 §4.4). Borrows: the queue.
class EntrySource final : public smtp::MessageSource {
public:
    EntrySource(store::Queue& queue, std::shared_ptr<const store::QueueEntry> entry);

    Awaitable<Result<std::string_view>> next() override;
    void rewind() override;
    /// Octets in all, once prepare() is done.
    std::uint64_t octets() const { return entry_->prefix.size() + entry_->body.octets - skipped_; }
    /// Finds out what is left out. Errors: those of the store.
    Awaitable<Result<>> prepare();

private:
    Awaitable<Result<>> read(std::uint64_t offset);

    store::Queue& queue_;
    std::shared_ptr<const store::QueueEntry> entry_;
    std::string piece_;
    std::uint64_t piece_offset_ = 0; ///< of piece_ within the body
    std::uint64_t at_ = 0;           ///< of the body, sent so far
    std::uint64_t skipped_ = 0;
    bool prefix_sent_ = false;
};

} // namespace mailctl::queue
