// Reads a queued message from memory or the store.
#include "core/queue/message_source.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "store/engine.h"

namespace mailctl::queue {
namespace {

/// Octets of a Return-Path field, folds included, at the start of `text`; 0: there is none.
std::size_t return_path_octets(std::string_view text)
{
    if (!ascii::starts_with_ignoring_case(text, "Return-Path:"))
        return 0;
    std::size_t end = text.find("\r\n");
    while (end != std::string_view::npos && end + 2 < text.size() && ascii::is_space(text[end + 2]))
        end = text.find("\r\n", end + 2);
    return end == std::string_view::npos ? 0 : end + 2;
}

} // namespace

EntrySource::EntrySource(store::Queue& queue, std::shared_ptr<const store::QueueEntry> entry)
    : queue_(queue), entry_(std::move(entry))
{}

Awaitable<Result<>> EntrySource::read(std::uint64_t offset)
{
    auto part = co_await queue_.read_body(*entry_, offset, store::kBlobChunkOctets);
    if (!part)
        co_return part.error();
    if (part->empty())
        co_return Error(Errc::Corrupt, "the body is shorter than its entry says");
    piece_ = std::move(*part);
    piece_offset_ = offset;
    co_return ok();
}

Awaitable<Result<>> EntrySource::prepare()
{
    if (!entry_->inline_body.empty()) {
        skipped_ = return_path_octets(entry_->inline_body);
    } else if (entry_->body.octets > 0) {
        const auto begun = co_await read(0);
        if (!begun)
            co_return begun;
        skipped_ = return_path_octets(piece_);
    }
    at_ = skipped_;
    co_return ok();
}

void EntrySource::rewind()
{
    at_ = skipped_;
    prefix_sent_ = false;
}

Awaitable<Result<std::string_view>> EntrySource::next()
{
    if (!prefix_sent_) {
        prefix_sent_ = true;
        if (!entry_->prefix.empty())
            co_return std::string_view(entry_->prefix);
    }
    if (at_ >= entry_->body.octets)
        co_return std::string_view();
    if (!entry_->inline_body.empty()) {
        const std::string_view rest = std::string_view(entry_->inline_body).substr(at_);
        at_ = entry_->body.octets;
        co_return rest;
    }
    if (at_ < piece_offset_ || at_ >= piece_offset_ + piece_.size()) {
        const auto more = co_await read(at_);
        if (!more)
            co_return more.error();
    }
    const std::string_view rest = std::string_view(piece_).substr(at_ - piece_offset_);
    at_ += rest.size();
    co_return rest;
}

} // namespace mailctl::queue
