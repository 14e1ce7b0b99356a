// What others may see of a live session: for "session list", logs and kicking.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/clock.h"
#include "core/net/stream.h"
#include "core/net/traffic.h"

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
        std::string credential; ///< auth::Login::credential
        std::string client;  ///< EHLO name, IMAP ID
        std::string sender;  ///< of the message under way, or else of the last one
        std::string command; ///< the last one, without its arguments
        Time command_start{}; ///< of it; Time{}: none yet
        std::string mailbox; ///< selected; empty: none
        bool tls = false;
        std::string tls_version, tls_cipher;
        std::uint64_t octets_received = 0, octets_sent = 0; ///< without TLS
    };

    explicit SessionInfo(View view, std::shared_ptr<const Traffic> traffic = nullptr)
        : view_(std::move(view)), traffic_(std::move(traffic))
    {
    }
    View view() const
    {
        const std::lock_guard lock(mutex_);
        View view = view_;
        if (traffic_) {
            view.octets_received = traffic_->received.load(std::memory_order_relaxed);
            view.octets_sent = traffic_->sent.load(std::memory_order_relaxed);
        }
        return view;
    }
    void set_user(std::string user, std::string credential = {})
    {
        const std::lock_guard lock(mutex_);
        view_.user = std::move(user);
        view_.credential = std::move(credential);
    }
    void set_sender(std::string_view sender)
    {
        const std::lock_guard lock(mutex_);
        view_.sender.assign(sender);
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
        view_.command_start = system_clock().now();
    }
    void set_mailbox(std::string_view mailbox)
    {
        const std::lock_guard lock(mutex_);
        view_.mailbox.assign(mailbox);
    }
    /// `tls`: what a stream says once it speaks TLS.
    void set_tls(const std::optional<TlsInfo>& tls)
    {
        const std::lock_guard lock(mutex_);
        view_.tls = tls.has_value();
        view_.tls_version = tls ? tls->version : std::string();
        view_.tls_cipher = tls ? tls->cipher : std::string();
    }

private:
    mutable std::mutex mutex_;
    View view_;
    std::shared_ptr<const Traffic> traffic_;
};

} // namespace mailctl::net
