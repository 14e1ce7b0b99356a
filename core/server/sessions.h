// The live sessions: started, listed, ended one by one or all.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "conf/listener.h"
#include "core/net/session_info.h"
#include "core/net/task_group.h"
#include "core/server/protocols.h"

namespace mailctl::server {

/// Threads: safe.
class Sessions {
public:
    explicit Sessions(Serve serve) : serve_(std::move(serve)) {}

    /// Takes one connection through admission and TLS to its protocol, on the stream's executor.
    void start(std::unique_ptr<net::Stream> stream,
               std::shared_ptr<const delivery::Services> services, conf::Listener listener);

    /// Oldest first.
    std::vector<net::SessionInfo::View> list() const;
    std::size_t size() const;
    /// Ends a session once its command under way is answered. False: no such session.
    bool kick(std::uint64_t id);
    /// Ends all sessions of a login; how many there were.
    std::size_t kick_user(std::string_view user);
    /// Ends all, and those that still come.
    void kick_all() { tasks_.cancel_all(); }
    /// Blocks until all have ended; false where `limit` passed first.
    bool wait(std::chrono::milliseconds limit) { return tasks_.wait(limit); }

private:
    struct Entry {
        std::shared_ptr<net::SessionInfo> info;
        std::function<void()> close;
    };
    class Listed;
    Awaitable<> run(std::unique_ptr<net::Stream> stream,
                    std::shared_ptr<const delivery::Services> services, conf::Listener listener,
                    std::shared_ptr<net::SessionInfo> info);

    Serve serve_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, Entry> entries_;
    std::atomic<std::uint64_t> next_ = 1;
    net::TaskGroup tasks_;
};

} // namespace mailctl::server
