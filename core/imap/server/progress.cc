// INPROGRESS responses and looks at the stream, by the clock.
#include "core/imap/server/progress.h"

#include <memory>
#include <string>

#include <boost/asio/post.hpp>

#include "core/delivery/services.h"
#include "core/imap/server/session.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

/// Who waits for what is posted; it is posted still when nobody does any more.
class Nudged {
public:
    explicit Nudged(net::Stream& stream) : stream_(std::make_shared<net::Stream*>(&stream)) {}
    ~Nudged() { *stream_ = nullptr; }
    Nudged(const Nudged&) = delete;
    Nudged& operator=(const Nudged&) = delete;

    void post_nudge() const
    {
        boost::asio::post((*stream_)->executor(), [stream = stream_] {
            if (*stream != nullptr)
                (*stream)->cancel_wait();
        });
    }

private:
    std::shared_ptr<net::Stream*> stream_;
};

/// Lets happen what was posted before, and throws Disconnected(Stopping) where that was close().
Awaitable<> look_for_stop(net::Stream& stream)
{
    const Nudged nudged(stream);
    nudged.post_nudge();
    co_await stream.wait_readable();
}

} // namespace

Progress::Progress(Session& session, std::string_view tag)
    : session_(session), tag_(tag), now_(session.services->clock->now()),
      next_(now_ + kFirstProgress), next_look_(now_ + kStopLookEvery)
{
    session_.progress = this;
}

Progress::~Progress()
{
    session_.progress = nullptr;
}

bool Progress::advance(std::uint64_t count)
{
    done_ += count;
    now_ = session_.services->clock->now();
    return now_ >= next_look_ || is_due();
}

bool Progress::is_due() const
{
    return now_ >= next_ && session_.offers(Extension::InProgress);
}

Awaitable<> Progress::tell()
{
    session_.stream->set_deadline(kTransferWait); // what has run so far is not the client's fault
    if (now_ >= next_look_) {
        next_look_ = now_ + kStopLookEvery;
        co_await look_for_stop(*session_.stream);
    }
    if (is_due())
        co_await send();
}

/// resp-text-code =/ "INPROGRESS" SP "(" tag SP progress SP goal ")". RFC 9585 §4
Awaitable<> Progress::send()
{
    next_ = now_ + kProgressEvery;
    auto& out = session_.out;
    out += "* OK [INPROGRESS (";
    put_string(out, tag_);
    out.append(" ").append(std::to_string(done_)).append(" ");
    out += goal_ >= done_ && goal_ != 0 ? std::to_string(goal_) : "NIL";
    out += ")] Still at work\r\n";
    co_await flush(session_);
}

} // namespace mailctl::imap
