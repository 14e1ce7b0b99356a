// INPROGRESS responses, by the clock.
#include "core/imap/server/progress.h"

#include <string>

#include "core/delivery/services.h"
#include "core/imap/server/session.h"
#include "core/imap/write.h"

namespace mailctl::imap {

Progress::Progress(Session& session, std::string_view tag)
    : session_(session), tag_(tag), next_(session.services->clock->now() + kFirstProgress)
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
    return session_.offers(Extension::InProgress) && session_.services->clock->now() >= next_;
}

/// resp-text-code =/ "INPROGRESS" SP "(" tag SP progress SP goal ")". RFC 9585 §4
Awaitable<> Progress::tell()
{
    next_ = session_.services->clock->now() + kProgressEvery;
    auto& out = session_.out;
    out += "* OK [INPROGRESS (";
    put_string(out, tag_);
    out.append(" ").append(std::to_string(done_)).append(" ");
    out += goal_ >= done_ && goal_ != 0 ? std::to_string(goal_) : "NIL";
    out += ")] Still at work\r\n";
    session_.stream->set_deadline(kTransferWait); // what has run so far is not the client's fault
    co_await flush(session_);
}

} // namespace mailctl::imap
