// Accepts connections for commands from other machines, each served on a thread.
#include "core/control/remote_server.h"

#include <sys/eventfd.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <system_error>
#include <thread>

#include "core/base/log.h"
#include "core/control/remote_session.h"
#include "core/control/tcp.h"

namespace mailctl::control {

struct RemoteServer::State {
    struct Client {
        std::thread thread;
        std::atomic<bool> done = false;
    };

    std::vector<Descriptor> sockets;
    RemoteRules rules;
    Descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}; ///< written once: everything stops
    std::atomic<bool> stopping = false;
    std::list<Client> clients; ///< the acceptor's
    std::thread acceptor;

    void accept_all();
    void accept_one(int listening);
    void forget_done();
};

void RemoteServer::State::forget_done()
{
    clients.remove_if([](Client& client) {
        if (!client.done)
            return false;
        client.thread.join();
        return true;
    });
}

void RemoteServer::State::accept_one(int listening)
{
    auto accepted = accept_from(listening);
    if (!accepted) {
        if (accepted.error().code() == Errc::Unavailable)
            std::this_thread::sleep_for(std::chrono::milliseconds(100)); // never spins
        return;
    }
    forget_done();
    if (clients.size() >= kMaxRemoteClients) {
        log::warn("control", "too many connections", {{"peer", to_string(accepted->peer)}});
        return;
    }
    Client& client = clients.emplace_back();
    try {
        client.thread = std::thread(
            [this, &client, socket = std::move(accepted->socket), peer = accepted->peer]() mutable {
                serve_remote(std::move(socket), peer, rules, wake.get());
                client.done = true;
            });
    } catch (const std::system_error& e) {
        clients.pop_back();
        log::error("control", "no thread for a connection", {{"why", e.what()}});
    }
}

void RemoteServer::State::accept_all()
{
    while (!stopping) {
        std::vector<pollfd> polled{{wake.get(), POLLIN, 0}};
        for (const auto& socket : sockets)
            polled.push_back({socket.get(), POLLIN, 0});
        if (::poll(polled.data(), polled.size(), -1) < 0)
            continue;
        for (std::size_t i = 1; i < polled.size() && !stopping; ++i)
            if (polled[i].revents != 0)
                accept_one(polled[i].fd);
    }
    for (auto& client : clients)
        client.thread.join();
    clients.clear();
}

RemoteServer::RemoteServer(std::vector<Descriptor> sockets, RemoteRules rules)
    : state_(std::make_unique<State>())
{
    state_->sockets = std::move(sockets);
    state_->rules = std::move(rules);
    state_->acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

RemoteServer::~RemoteServer()
{
    stop();
}

void RemoteServer::stop()
{
    if (state_->stopping.exchange(true))
        return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(state_->wake.get(), &one, sizeof one);
    state_->acceptor.join();
    state_->sockets.clear();
}

} // namespace mailctl::control
