// Wakes a session when an account changes.
#include "core/imap/server/notify/watching.h"

#include <algorithm>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include "store/engine.h"

namespace mailctl::imap {

/// The store calls from any thread, perhaps still once after the watch is dropped; everything but
/// that call is on the strand.
///
///   store's thread                  session's strand
///   changed(): post to the strand   sync(); has_changed? then sync again
///                                   wait_readable()
///                                   posted: has_changed = true; cancel_wait()
struct Watching::Waker {
    explicit Waker(net::Stream& s) : stream(&s), executor(s.executor()) {}

    static void wake(const std::shared_ptr<Waker>& waker)
    {
        boost::asio::post(waker->executor, [waker] {
            if (waker->stream == nullptr)
                return;
            waker->has_changed = true;
            waker->stream->cancel_wait();
        });
    }

    net::Stream* stream; ///< nullptr: nobody waits any more
    boost::asio::any_io_executor executor;
    bool has_changed = false;
};

Watching::Watching(net::Stream& stream) : waker_(std::make_shared<Waker>(stream)) {}

Watching::~Watching()
{
    waker_->stream = nullptr;
}

void Watching::add(store::Account& account)
{
    if (std::find(accounts_.begin(), accounts_.end(), account.id()) != accounts_.end())
        return;
    accounts_.push_back(account.id());
    watches_.push_back(account.watch([waker = waker_] { Waker::wake(waker); }));
}

bool Watching::take_changed()
{
    return std::exchange(waker_->has_changed, false);
}

} // namespace mailctl::imap
