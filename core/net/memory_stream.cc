// Two connected streams in memory: two queues of octets, each with a timer that tells of news.
#include "core/net/memory_stream.h"

#include <algorithm>
#include <cstring>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mailctl::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Octets on their way to one end. Used on the pair's executor only.
struct Pipe {
    explicit Pipe(const boost::asio::any_io_executor& executor) : news(executor) {}
    std::string octets;
    std::size_t taken = 0;
    bool ended = false;   ///< the writer is gone: the rest may be read
    bool stopped = false; ///< the reader closed
    bool interrupted = false;
    bool waiting = false;
    SteadyTime deadline = SteadyTime::max(); ///< of the wait under way
    boost::asio::steady_timer news;          ///< cancelled where something changed

    bool is_empty() const { return taken == octets.size(); }
    std::size_t take(char* into, std::size_t size)
    {
        const std::size_t count = std::min(size, octets.size() - taken);
        std::memcpy(into, octets.data() + taken, count);
        taken += count;
        if (is_empty()) {
            octets.clear();
            taken = 0;
        }
        return count;
    }
};

class MemoryStream : public Stream {
public:
    MemoryStream(boost::asio::any_io_executor executor, std::shared_ptr<Pipe> in,
                 std::shared_ptr<Pipe> out, const MemoryStreamOptions& options)
        : executor_(std::move(executor)),
          in_(std::move(in)),
          out_(std::move(out)),
          tls_(options.tls),
          fake_tls_(options.start_tls_is_fake)
    {}
    ~MemoryStream() override
    {
        in_->stopped = out_->ended = true;
        in_->news.cancel();
        out_->news.cancel();
    }
    MemoryStream(const MemoryStream&) = delete;
    MemoryStream& operator=(const MemoryStream&) = delete;

    std::size_t try_read(char* buffer, std::size_t size) override
    {
        check_open();
        if (in_->is_empty() && in_->ended)
            throw Disconnected(Disconnected::Why::Closed, "the peer closed");
        return in_->take(buffer, size);
    }

    Awaitable<std::size_t> read_some(char* buffer, std::size_t size) override
    {
        for (;;) {
            const std::size_t got = try_read(buffer, size);
            if (got > 0)
                co_return got;
            co_await wait_readable();
        }
    }

    Awaitable<> write(std::string_view octets) override
    {
        if (out_->stopped)
            throw Disconnected(Disconnected::Why::Closed, "the peer closed");
        out_->octets.append(octets);
        out_->news.cancel();
        co_return;
    }

    void set_deadline(std::chrono::milliseconds limit) override { limit_ = limit; }

    Awaitable<> start_tls(std::shared_ptr<const TlsContext>) override
    {
        check_open();
        if (!fake_tls_)
            throw Disconnected(Disconnected::Why::Tls, "no TLS in memory");
        tls_.emplace();
        tls_->version = "TLS1.3";
        tls_->cipher = "TLS_AES_256_GCM_SHA384";
        tls_->channel_binding = "fake channel binding, 32 octets.";
        tls_->server_end_point = "fake server end point, 32 octets";
        co_return;
    }
    const std::optional<TlsInfo>& tls() const override { return tls_; }

    const Endpoint& local() const override { return local_; }
    const Endpoint& peer() const override { return peer_; }
    boost::asio::any_io_executor executor() override { return executor_; }

    Awaitable<> wait_readable() override
    {
        const std::shared_ptr<Pipe> pipe = in_; // outlives this stream where it is dropped
        pipe->deadline =
            limit_.count() > 0 ? std::chrono::steady_clock::now() + limit_ : SteadyTime::max();
        for (;;) {
            if (pipe->stopped)
                throw Disconnected(Disconnected::Why::Stopping, "closed here");
            if (!pipe->is_empty() || pipe->ended || std::exchange(pipe->interrupted, false))
                co_return;
            if (std::chrono::steady_clock::now() >= pipe->deadline)
                throw Disconnected(Disconnected::Why::Deadline, "the deadline passed");
            pipe->news.expires_at(pipe->deadline);
            pipe->waiting = true;
            co_await pipe->news.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            pipe->waiting = false;
        }
    }

    void cancel_wait() override
    {
        in_->interrupted = in_->waiting;
        in_->news.cancel();
    }

    void close() override { closer()(); }
    std::function<void()> closer() override
    {
        return [executor = executor_, weak = std::weak_ptr(in_)] {
            boost::asio::dispatch(executor, [in = weak.lock()] {
                if (!in)
                    return;
                in->stopped = true;
                in->news.cancel();
            });
        };
    }

    void name_ends(Endpoint local, Endpoint peer)
    {
        local_ = std::move(local);
        peer_ = std::move(peer);
    }
    void elapse(std::chrono::milliseconds by)
    {
        for (Pipe* pipe : {in_.get(), out_.get()}) {
            if (!pipe->waiting || pipe->deadline == SteadyTime::max())
                continue;
            pipe->deadline -= by;
            pipe->news.cancel();
        }
    }

private:
    void check_open() const
    {
        if (in_->stopped)
            throw Disconnected(Disconnected::Why::Stopping, "closed here");
    }

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Pipe> in_, out_;
    std::optional<TlsInfo> tls_;
    bool fake_tls_;
    Endpoint local_, peer_;
    std::chrono::milliseconds limit_{0};
};

} // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> memory_stream_pair(
    boost::asio::any_io_executor executor, const MemoryStreamOptions& options)
{
    auto to_server = std::make_shared<Pipe>(executor);
    auto to_client = std::make_shared<Pipe>(executor);
    auto server = std::make_unique<MemoryStream>(executor, to_server, to_client, options);
    auto client = std::make_unique<MemoryStream>(executor, to_client, to_server, options);
    server->name_ends(options.local, options.peer);
    client->name_ends(options.peer, options.local);
    return {std::move(server), std::move(client)};
}

void elapse(Stream& memory_stream, std::chrono::milliseconds by)
{
    if (auto* stream = dynamic_cast<MemoryStream*>(&memory_stream))
        stream->elapse(by);
}

} // namespace mailctl::net
