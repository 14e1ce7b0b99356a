// A stream that tells the log what passes through it.
#include "core/server/wire_log.h"

#include "core/base/log.h"
#include "core/server/protocols.h"
#include "core/server/transcript.h"

namespace mailctl::server {
namespace {

class LoggedStream : public net::Stream {
public:
    LoggedStream(std::unique_ptr<net::Stream> inner, conf::Protocol protocol,
                 std::shared_ptr<net::SessionInfo> info)
        : inner_(std::move(inner)),
          transcript_(protocol, [area = area_of(protocol), face = std::move(info)](
                                    Transcript::Side side, std::string_view line) {
              const auto view = face->view();
              log::write(log::Level::Wire, area, side == Transcript::Side::Client ? "C:" : "S:",
                         {{"line", line},
                          {"session", view.id},
                          {"peer", view.peer.address},
                          {"user", view.user}});
              log::flush(); // somebody waits for it
          })
    {
    }

    Awaitable<std::size_t> read_some(char* buffer, std::size_t size) override
    {
        const std::size_t got = co_await inner_->read_some(buffer, size);
        transcript_.client({buffer, got});
        co_return got;
    }
    std::size_t try_read(char* buffer, std::size_t size) override
    {
        const std::size_t got = inner_->try_read(buffer, size);
        transcript_.client({buffer, got});
        return got;
    }
    Awaitable<> write(std::string_view octets) override
    {
        transcript_.server(octets);
        return inner_->write(octets);
    }
    void set_deadline(std::chrono::milliseconds limit) override { inner_->set_deadline(limit); }
    Awaitable<> start_tls(std::shared_ptr<const net::TlsContext> context) override
    {
        return inner_->start_tls(std::move(context));
    }
    const std::optional<net::TlsInfo>& tls() const override { return inner_->tls(); }
    const net::Endpoint& local() const override { return inner_->local(); }
    const net::Endpoint& peer() const override { return inner_->peer(); }
    boost::asio::any_io_executor executor() override { return inner_->executor(); }
    Awaitable<> wait_readable() override { return inner_->wait_readable(); }
    void cancel_wait() override { inner_->cancel_wait(); }
    void close() override { inner_->close(); }
    std::function<void()> closer() override { return inner_->closer(); }

private:
    std::unique_ptr<net::Stream> inner_;
    Transcript transcript_;
};

} // namespace

std::unique_ptr<net::Stream> with_wire_log(std::unique_ptr<net::Stream> stream,
                                           conf::Protocol protocol,
                                           std::shared_ptr<net::SessionInfo> info)
{
    if (!log::is_on(log::Level::Wire, area_of(protocol)))
        return stream;
    return std::make_unique<LoggedStream>(std::move(stream), protocol, std::move(info));
}

} // namespace mailctl::server
