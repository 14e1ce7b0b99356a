// DEFLATE over another stream. The compressors exist only while octets move.
#include "core/net/deflate_stream.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <zlib.h>

namespace mailctl::net {
namespace {

// Negative for zlib: no header. A peer may use all of 32 KiB; half of it compresses mail nearly as
// well and takes half of the memory.
constexpr int kReceivedWindowBits = -15;
constexpr int kSentWindowBits = -14;
constexpr int kMemoryLevel = 7; // 64 KiB for the hash and what waits
constexpr std::size_t kReadOctets = 8 * 1024;
constexpr std::size_t kWriteOctets = 16 * 1024;
constexpr std::size_t kWindowOctets = 32 * 1024;
// zlib's data_type after inflate: no bit is left over, and a new block comes next.
constexpr int kBetweenBlocks = 128;

/// Where reads land and compressed octets are made: no connection owns these.
char* scratch()
{
    thread_local char octets[std::max(kReadOctets, kWriteOctets)];
    return octets;
}

Bytef* bytes(const char* octets)
{
    return reinterpret_cast<Bytef*>(const_cast<char*>(octets));
}

[[noreturn]] void broken(const char* what)
{
    throw Disconnected(Disconnected::Why::Closed, what);
}

/// Compresses what is sent.
class Deflater {
public:
    /// Octets that the peer has already, from `sent` on: they may be referred to.
    explicit Deflater(const std::string& sent)
    {
        if (deflateInit2(&z_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kSentWindowBits, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
        if (!sent.empty())
            deflateSetDictionary(&z_, bytes(sent.data()), static_cast<uInt>(sent.size()));
    }
    ~Deflater() { deflateEnd(&z_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void take(std::string_view octets)
    {
        z_.next_in = bytes(octets.data());
        z_.avail_in = static_cast<uInt>(octets.size());
        is_done_ = false;
    }
    /// The next compressed octets of what was taken, up to an octet boundary; 0: that was all.
    std::size_t next(char* into, std::size_t size)
    {
        if (is_done_)
            return 0;
        z_.next_out = bytes(into);
        z_.avail_out = static_cast<uInt>(size);
        deflate(&z_, Z_SYNC_FLUSH);
        is_done_ = z_.avail_out != 0;
        return size - z_.avail_out;
    }
    /// The last octets that were sent.
    std::string sent()
    {
        std::string window(kWindowOctets, '\0');
        uInt size = 0;
        deflateGetDictionary(&z_, bytes(window.data()), &size);
        const auto kept = std::min<std::size_t>(size, kKeptSentOctets);
        return window.substr(size - kept, kept);
    }

private:
    z_stream z_{};
    bool is_done_ = false;
};

/// Uncompresses what came.
class Inflater {
public:
    explicit Inflater(const std::string& received)
    {
        if (inflateInit2(&z_, kReceivedWindowBits) != Z_OK)
            throw std::bad_alloc();
        if (!received.empty())
            inflateSetDictionary(&z_, bytes(received.data()), static_cast<uInt>(received.size()));
    }
    ~Inflater() { inflateEnd(&z_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Takes from `in` what makes up to `size` octets; gives how many. Throws Disconnected.
    std::size_t read(std::string_view& in, char* into, std::size_t size)
    {
        z_.next_in = bytes(in.data());
        z_.avail_in = static_cast<uInt>(in.size());
        z_.next_out = bytes(into);
        z_.avail_out = static_cast<uInt>(size);
        const int status = inflate(&z_, Z_SYNC_FLUSH);
        in.remove_prefix(in.size() - z_.avail_in);
        may_have_more_ = z_.avail_out == 0;
        const std::size_t got = size - z_.avail_out;
        if (status == Z_STREAM_END && got == 0)
            broken("the peer ended its compression");
        if (status != Z_OK && status != Z_BUF_ERROR && status != Z_STREAM_END)
            broken("not DEFLATE");
        return got;
    }
    /// Octets may be inside that were read already.
    bool may_have_more() const { return may_have_more_; }
    /// Nothing is inside but the window: it can be made anew from that.
    bool is_between_blocks() const { return z_.data_type == kBetweenBlocks && !may_have_more_; }
    /// What the peer may refer to.
    std::string received()
    {
        std::string window(kWindowOctets, '\0');
        uInt size = 0;
        inflateGetDictionary(&z_, bytes(window.data()), &size);
        return std::string(window, 0, size);
    }

private:
    z_stream z_{};
    bool may_have_more_ = false;
};

class DeflateStream final : public Stream {
public:
    explicit DeflateStream(std::unique_ptr<Stream> connection) : connection_(std::move(connection))
    {}

    std::size_t try_read(char* buffer, std::size_t size) override
    {
        if (has_input()) {
            std::string_view left = input_;
            const auto got = inflater().read(left, buffer, size);
            input_.erase(0, input_.size() - left.size());
            if (got > 0)
                return got;
        }
        for (;;) { // what comes may hold no octet: an empty block
            const auto came = connection_->try_read(scratch(), kReadOctets);
            if (came == 0)
                return 0;
            std::string_view left(scratch(), came);
            const auto got = inflater().read(left, buffer, size);
            input_.assign(left);
            if (got > 0)
                return got;
        }
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
        if (octets.empty())
            co_return;
        if (!deflater_)
            deflater_.emplace(std::exchange(sent_, {}));
        std::string compressed;
        deflater_->take(octets);
        while (const auto made = deflater_->next(scratch(), kWriteOctets)) {
            compressed.append(scratch(), made);
            if (compressed.size() < kWriteOctets)
                continue;
            co_await connection_->write(compressed);
            compressed.clear();
        }
        if (!compressed.empty())
            co_await connection_->write(compressed);
    }

    Awaitable<> wait_readable() override
    {
        if (has_input())
            co_return;
        rest();
        co_await connection_->wait_readable();
    }

    void set_deadline(std::chrono::milliseconds limit) override
    {
        connection_->set_deadline(limit);
    }
    Awaitable<> start_tls(std::shared_ptr<const TlsContext>) override
    {
        throw std::logic_error("TLS comes before compression"); // RFC 4978 §3
    }
    const std::optional<TlsInfo>& tls() const override { return connection_->tls(); }
    const Endpoint& local() const override { return connection_->local(); }
    const Endpoint& peer() const override { return connection_->peer(); }
    /// Of what passes on the wire: compressed.
    std::shared_ptr<const Traffic> traffic() const override { return connection_->traffic(); }
    boost::asio::any_io_executor executor() override { return connection_->executor(); }
    void cancel_wait() override { connection_->cancel_wait(); }
    void close() override { connection_->close(); }
    std::function<void()> closer() override { return connection_->closer(); }

private:
    bool has_input() const
    {
        return !input_.empty() || (inflater_ && inflater_->may_have_more());
    }
    Inflater& inflater()
    {
        if (!inflater_)
            inflater_.emplace(std::exchange(received_, {}));
        return *inflater_;
    }
    /// Gives memory back before a wait.
    void rest()
    {
        input_.shrink_to_fit();
        if (deflater_) {
            sent_ = deflater_->sent();
            deflater_.reset();
        }
        if (inflater_ && inflater_->is_between_blocks()) {
            received_ = inflater_->received();
            inflater_.reset();
        }
    }

    std::unique_ptr<Stream> connection_;
    std::optional<Deflater> deflater_; ///< while octets move; else
    std::string sent_;                 ///< the last of what it sent
    std::optional<Inflater> inflater_; ///< the same for what comes
    std::string received_;
    std::string input_; ///< came, and is not uncompressed yet
};

} // namespace

std::unique_ptr<Stream> make_deflate_stream(std::unique_ptr<Stream> connection)
{
    return std::make_unique<DeflateStream>(std::move(connection));
}

} // namespace mailctl::net
