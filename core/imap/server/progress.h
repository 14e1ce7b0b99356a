// How far a command is that takes long, told while its client waits; and its end where the session
// is to end. RFC 9585
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/clock.h"

namespace mailctl::imap {

struct Session; // core/imap/server/session.h

/// A command is told of first when it has run so long. Most clients give up after a minute or more.
inline constexpr std::chrono::seconds kFirstProgress{5};
/// And again so long after that, each time.
inline constexpr std::chrono::seconds kProgressEvery{5};

/// A session that is to end answers what is under way first, but not if that takes longer: so often
/// it looks whether it is to end.
inline constexpr std::chrono::seconds kStopLookEvery{1};

/// Of one command; the session has it while it runs. Borrows: the session, the tag.
class Progress {
public:
    Progress(Session& session, std::string_view tag);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// So much more is to be done. Without it the goal is not known.
    void expect(std::uint64_t count) { goal_ += count; }
    /// So much was done. True where it is time to tell().
    bool advance(std::uint64_t count = 1);
    /// Sends one response, and what waits before it, where that is due: only between whole responses.
    /// Throws Disconnected, also where the session is to end.
    Awaitable<> tell();

private:
    bool is_due() const;
    Awaitable<> send();

    Session& session_;
    std::string_view tag_;
    Time now_;  ///< of the last advance()
    Time next_; ///< response
    Time next_look_;
    std::uint64_t done_ = 0;
    std::uint64_t goal_ = 0;
};

} // namespace mailctl::imap
