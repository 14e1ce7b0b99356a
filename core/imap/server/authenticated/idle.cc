// IDLE: tells changes as they happen.
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/sync.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kDoneOctets = 1024; // "DONE"

/// Ends the wait of one idle session when its account changes. The store calls from any thread,
/// perhaps still once after the watch is dropped; everything but that call is on the strand.
///
///   store's thread                  session's strand
///   changed(): post to the strand   sync(); has_changed? then sync again
///                                   wait_readable()
///                                   posted: has_changed = true; cancel_wait()
struct Waker {
    explicit Waker(net::Stream& s) : stream(&s), executor(s.executor()) {}
    net::Stream* stream; ///< nullptr: IDLE is over
    boost::asio::any_io_executor executor;
    bool has_changed = false;
};

void wake(const std::shared_ptr<Waker>& waker)
{
    boost::asio::post(waker->executor, [waker] {
        if (waker->stream == nullptr)
            return;
        waker->has_changed = true;
        waker->stream->cancel_wait();
    });
}

/// Dropped with IDLE, also where the peer is gone.
class Watching {
public:
    explicit Watching(Session& session) : waker_(std::make_shared<Waker>(*session.stream))
    {
        watch_ = session.account->watch([waker = waker_] { wake(waker); });
    }
    ~Watching() { waker_->stream = nullptr; }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

    bool take_changed() { return std::exchange(waker_->has_changed, false); }

private:
    std::shared_ptr<Waker> waker_;
    std::unique_ptr<store::Watch> watch_;
};

Awaitable<Completion> read_done(Session& session)
{
    session.stream->set_deadline(kTransferWait);
    const auto line = co_await session.reader.read_line(kDoneOctets);
    if (!ascii::equals_ignoring_case(line.text, "DONE"))
        co_return Completion::bad("DONE expected");
    co_return Completion::ok("IDLE terminated");
}

} // namespace

/// RFC 2177 §3. Nothing is polled: the store's watch ends the wait.
Awaitable<Completion> on_idle(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY_VOID(invocation.args.end());
    if (!session.config().imap.idle)
        co_return Completion::bad("Unknown command");
    Watching watching(session);
    session.out += "+ idling\r\n";
    while (session.reader.buffered().empty()) {
        if (needs_sync(session, Expunges::Tell))
            co_await sync(session, Expunges::Tell);
        session.stream->set_deadline(silence_limit(session));
        co_await flush(session);
        if (session.view && session.view->is_claim_due)
            co_await claim_recent(session);
        if (watching.take_changed())
            continue;
        session.reader.release();
        co_await session.stream->wait_readable();
        if (!watching.take_changed())
            break;
    }
    co_return co_await read_done(session);
}

} // namespace mailctl::imap
