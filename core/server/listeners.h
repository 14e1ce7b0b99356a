// The listeners of the settings, bound; a change of settings keeps the sockets that stay.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "conf/listener.h"
#include "core/net/listener.h"

namespace mailctl::server {

/// Threads: prepare, commit, stop, start and close on one at a time; the rest any.
class Listeners {
public:
    using OnConnection = std::function<void(std::unique_ptr<net::Stream>, conf::Listener)>;

    /// `home`: where each connection runs; empty: on `io`.
    Listeners(boost::asio::io_context& io, OnConnection on_connection, net::Listener::Home home = {})
        : io_(io), on_connection_(std::move(on_connection)), home_(std::move(home))
    {}
    ~Listeners() { close(); }
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    /// New sockets, bound and not yet accepting, and which settings each address gets.
    struct Plan {
        using Key = std::pair<std::string, std::uint16_t>; ///< address and port
        std::map<Key, net::ListeningSocket> bound;
        std::map<Key, conf::Listener> wanted;
    };

    /// Binds what is not bound yet. Nothing changes where it fails.
    /// Errors: those of ListeningSocket::bind, naming the listener.
    Result<Plan> prepare(const std::vector<conf::Listener>& listeners) const;
    /// Accepts on what is new, closes what is gone, and the others' next session has the new
    /// settings.
    void commit(Plan plan);
    void close();

    /// Refuses connections for the listener until start(), also across changes of settings; its
    /// sessions go on, and its ports stay taken. Errors: NotFound (not bound). SRV-01
    Result<> stop(const std::string& name);
    /// Errors: NotFound (not bound), Exists, Unavailable: then it stays stopped, and why is in list().
    Result<> start(const std::string& name);

    /// A bound address, for status.
    struct View {
        conf::Listener listener;
        net::Endpoint local;
        std::string address; ///< as bound: "unix:/run/lmtp" says more than its endpoint
        bool is_stopped = false;
        std::string failure; ///< why the last start() failed; empty: it did not
    };
    std::vector<View> list() const;

private:
    struct Bound {
        std::shared_ptr<conf::Listener> settings; ///< replaced under the mutex
        std::unique_ptr<net::Listener> listener;
    };
    std::vector<net::Listener*> bound_of(const std::string& name) const; ///< under the mutex
    Result<std::vector<net::Listener*>> find_bound(const std::string& name) const;
    void accept(const Plan::Key& key, std::unique_ptr<net::Stream> stream);

    boost::asio::io_context& io_;
    OnConnection on_connection_;
    net::Listener::Home home_;
    mutable std::mutex mutex_;
    std::map<Plan::Key, Bound> bound_;
    std::map<std::string, std::string> stopped_; ///< by name; why the last start failed
};

} // namespace mailctl::server
