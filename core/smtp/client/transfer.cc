// The message itself, after DATA or in chunks of BDAT, in large blocks; and the replies to it.
#include <algorithm>

#include "core/smtp/client/transaction.h"
#include "core/smtp/dot_stuffer.h"

namespace mailctl::smtp {
namespace {

constexpr std::size_t kBlockOctets = 64 * 1024;
constexpr std::size_t kSpareOctets = 1024; ///< for dots, so that a block seldom grows
constexpr std::size_t kMostOpenChunks = 4; ///< on their way without a reply, where pipelined

} // namespace

/// RFC 5321 §4.1.1.4
Awaitable<> ClientTransaction::send_data(MessageSource& message)
{
    stage_ = Stage::Data;
    net::Stream& stream = session_.connection.stream();
    stream.set_deadline(session_.options.timeouts.data);
    DotStuffer stuffer;
    block_.clear();
    block_.reserve(std::min<std::size_t>(envelope_.octets + envelope_.octets / 64, kBlockOctets) +
                   kSpareOctets);
    for (;;) {
        const auto piece = co_await message.next();
        if (!piece) {
            give_up(piece.error());
            co_return;
        }
        if (piece->empty())
            break;
        std::string_view rest = *piece;
        while (!rest.empty()) {
            const std::string_view part = rest.substr(0, kBlockOctets - block_.size());
            stuffer.feed(part, block_);
            rest.remove_prefix(part.size());
            if (block_.size() < kBlockOctets)
                continue;
            co_await stream.write(block_);
            block_.clear();
        }
    }
    stuffer.finish(block_);
    co_await stream.write(block_);
    co_await read_final_replies();
}

/// RFC 3030 §2. Every chunk has a reply of its own.
Awaitable<> ClientTransaction::send_chunks(MessageSource& message)
{
    stage_ = Stage::Data;
    std::string chunk;
    bool is_last = false;
    const std::size_t most_open = session_.extensions.pipelining ? kMostOpenChunks : 0;
    while (!is_last && !is_over_) {
        while (chunk.size() < kBlockOctets && !is_last) {
            const auto piece = co_await message.next();
            if (!piece) {
                give_up(piece.error());
                co_return;
            }
            is_last = piece->empty();
            chunk += *piece;
        }
        block_ = "BDAT " + std::to_string(chunk.size()) + (is_last ? " LAST\r\n" : "\r\n");
        block_ += chunk;
        chunk.clear();
        session_.connection.stream().set_deadline(session_.options.timeouts.data);
        co_await session_.connection.stream().write(block_);
        if (is_last)
            break;
        ++open_chunks_;
        co_await take_chunk_replies(most_open);
        if (accepted_.empty() || settled_[accepted_.front()]) // refused: the rest is not wanted
            co_return;
    }
    co_await take_chunk_replies(0);
    if (!is_over_ && !settled_[accepted_.front()])
        co_await read_final_replies();
}

/// Reads replies to chunks before the last one, until at most `left_open` are awaited.
Awaitable<> ClientTransaction::take_chunk_replies(std::size_t left_open)
{
    PeerReply reply;
    while (open_chunks_ > left_open && !is_over_) {
        session_.connection.expect(session_.options.timeouts.final);
        while (!session_.connection.try_take(reply))
            co_await session_.connection.fill();
        --open_chunks_;
        if (reply.code / 100 == 2)
            continue;
        // Chunks still on their way are refused too: it is quicker to leave than to count them.
        is_over_ = session_.is_over = true;
        settle_accepted(Stage::Data, reply);
    }
}

/// DATA was taken although no recipient was: RFC 2920 §3.1 has the client send the dot alone.
Awaitable<> ClientTransaction::end_without_recipients()
{
    if (session_.options.lmtp) { // RFC 2033 §4.2: no reply would come
        session_.is_over = true;
        co_return;
    }
    const PeerReply reply =
        co_await session_.connection.ask(".\r\n", session_.options.timeouts.final);
    session_.is_over = session_.is_over || reply.code == 421;
}

/// The replies that decide: one, or with LMTP one for each recipient (RFC 2033 §4.2).
Awaitable<> ClientTransaction::read_final_replies()
{
    stage_ = Stage::FinalDot;
    all_is_sent_ = true;
    const std::size_t count = session_.options.lmtp ? accepted_.size() : 1;
    PeerReply reply;
    for (std::size_t i = 0; i < count; ++i) {
        session_.connection.expect(session_.options.timeouts.final);
        while (!session_.connection.try_take(reply))
            co_await session_.connection.fill();
        if (reply.code == 421) {
            is_over_ = session_.is_over = true;
            settle_rest(Stage::FinalDot, reply);
            co_return;
        }
        if (session_.options.lmtp)
            settle(accepted_[i], Stage::FinalDot, reply);
        else
            settle_accepted(Stage::FinalDot, reply);
    }
    session_.needs_reset = false;
}

} // namespace mailctl::smtp
