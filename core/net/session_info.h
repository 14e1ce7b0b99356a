// What others may see of a live session: for "session list", logs and kicking.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "core/base/clock.h"
#include "core/net/stream.h"

namespace mailctl::net {

/// A session's public face. Threads: safe.
class SessionInfo {
public:
    struct View {
        std::uint64_t id = 0;
        std::string protocol; ///< the listener's name
        Endpoint peer;
        Time start{};
        std::string user;    ///< empty until a login
        std::string client;  ///< EHLO name, IMAP ID
        std::string command; ///< the last one, without its arguments
        bool tls = false;
    };

    explicit SessionInfo(View view) : view_(std::move(view)) {}
    View view() const
    {
        const std::lock_guard lock(mutex_);
        return view_;
    }
    void set_user(std::string user)
    {
        const std::lock_guard lock(mutex_);
        view_.user = std::move(user);
    }
    void set_client(std::string client)
    {
        const std::lock_guard lock(mutex_);
        view_.client = std::move(client);
    }
    void set_command(std::string_view command)
    {
        const std::lock_guard lock(mutex_);
        view_.command.assign(command);
    }
    void set_tls(bool tls)
    {
        const std::lock_guard lock(mutex_);
        view_.tls = tls;
    }

private:
    mutable std::mutex mutex_;
    View view_;
};

} // namespace mailctl::net
