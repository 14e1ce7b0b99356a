// The server's side of the control socket: one thread watches clients, others run their commands.
#include "core/control/server.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "core/base/log.h"

namespace mailctl::control {
namespace {

constexpr std::chrono::seconds kRequestLimit{5}; ///< for the request and for the answer
constexpr std::size_t kMaxClients = 128;

/// One client. The watcher owns the descriptor; the flag is shared with the command.
struct Client {
    Descriptor socket;
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
    std::atomic<bool> watched = false; ///< the request is complete: what comes now is the end
    std::atomic<bool> done = false;
};

Answer explained(int status, std::string message)
{
    Answer answer;
    answer.status = status;
    answer.message = std::move(message);
    return answer;
}

} // namespace

struct ControlServer::State {
    Descriptor socket;
    std::string path;
    Access access;
    Run run;
    Descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::atomic<bool> stopping = false;
    std::vector<std::shared_ptr<Client>> clients; ///< the watcher's
    boost::asio::thread_pool pool{kMaxCommands};
    std::thread watcher;

    void tell_watcher() const
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
    }

    bool may_use(const Peer& peer) const
    {
        if (peer.uid == 0 || peer.uid == access.uid)
            return true;
        return access.gid &&
               (peer.gid == *access.gid || std::find(peer.groups.begin(), peer.groups.end(),
                                                     *access.gid) != peer.groups.end());
    }

    void watch();
    void accept_clients();
    void serve(Client& client);
    Answer answer_to(Client& client);
};

void ControlServer::State::watch()
{
    while (!stopping) {
        std::vector<pollfd> polled{{wake.get(), POLLIN, 0}, {socket.get(), POLLIN, 0}};
        std::vector<Client*> order;
        if (clients.size() >= kMaxClients)
            polled[1].fd = -1;
        for (const auto& client : clients) {
            if (client->watched && !client->done && !*client->cancelled) {
                polled.push_back({client->socket.get(), POLLIN | POLLRDHUP, 0});
                order.push_back(client.get());
            }
        }
        if (::poll(polled.data(), polled.size(), -1) < 0)
            continue;
        std::uint64_t drained = 0;
        [[maybe_unused]] const auto got = ::read(wake.get(), &drained, sizeof drained);
        for (std::size_t i = 0; i < order.size(); ++i)
            if (polled[i + 2].revents != 0) // the client is gone, or says what it must not
                *order[i]->cancelled = true;
        if (polled[1].revents != 0)
            accept_clients();
        std::erase_if(clients, [](const auto& client) { return client->done.load(); });
    }
    for (const auto& client : clients)
        *client->cancelled = true;
}

void ControlServer::State::accept_clients()
{
    const int accepted = ::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) {
        if (errno == EMFILE || errno == ENFILE)
            std::this_thread::sleep_for(std::chrono::milliseconds(100)); // never spins
        return;
    }
    auto client = std::make_shared<Client>();
    client->socket = Descriptor(accepted);
    set_limit(accepted, kRequestLimit);
    clients.push_back(client);
    boost::asio::post(pool, [this, client] {
        serve(*client);
        client->done = true;
        tell_watcher();
    });
}

Answer ControlServer::State::answer_to(Client& client)
{
    Command command;
    const auto peer = peer_of(client.socket.get());
    if (!peer || !may_use(*peer)) {
        log::warn("control", "refused", {{"uid", peer ? peer->uid : 0U}});
        return explained(77, "you may not command this server"); // EX_NOPERM
    }
    command.peer = *peer;
    auto message = receive_message(client.socket.get(), kMaxRequestOctets);
    if (!message)
        return explained(kStatusProtocol, message.error().detail());
    if (message->protocol != kProtocol)
        return explained(kStatusProtocol, "the running server is mailctl " MAILCTL_VERSION
                                          "; restart it after an update");
    auto request = decode_request(message->body);
    if (!request || message->descriptors.size() != request->files.size() + 3)
        return explained(kStatusProtocol, "malformed control request");
    if (request->version != MAILCTL_VERSION)
        return explained(kStatusProtocol, "the running server is mailctl " MAILCTL_VERSION
                                          ", not " +
                                              request->version + "; restart it after an update");
    command.request = *std::move(request);
    auto& descriptors = message->descriptors;
    command.request.in = std::move(descriptors[0]);
    command.request.out = std::move(descriptors[1]);
    command.request.err = std::move(descriptors[2]);
    for (std::size_t i = 0; i < command.request.files.size(); ++i)
        command.request.files[i].descriptor = std::move(descriptors[i + 3]);
    command.cancelled = client.cancelled;
    client.watched = true;
    tell_watcher();
    if (stopping)
        return explained(kStatusUnavailable, "the server stops");
    return run(command);
}

void ControlServer::State::serve(Client& client)
{
    Answer answer;
    try {
        answer = answer_to(client);
    } catch (const std::exception& e) { // a command's bug ends the command, not the server
        log::error("control", "a command ended by an exception", {{"what", e.what()}});
        answer = explained(70, std::string("internal error: ") + e.what()); // EX_SOFTWARE
    }
    if (answer.message.size() > kMaxMessageOctets / 2)
        answer.message.resize(kMaxMessageOctets / 2);
    // A client that is gone gets no answer; it has cancelled the command already.
    if (const auto sent = send_message(client.socket.get(), encode(answer), {}); !sent)
        log::debug("control", "no answer sent", {{"why", sent.error().detail()}});
}

ControlServer::ControlServer(Descriptor socket, std::string path, Access access, Run run)
    : state_(std::make_unique<State>())
{
    state_->socket = std::move(socket);
    state_->path = std::move(path);
    state_->access = access;
    state_->run = std::move(run);
    ::fcntl(state_->socket.get(), F_SETFL, O_NONBLOCK);
    state_->watcher = std::thread([state = state_.get()] { state->watch(); });
}

ControlServer::~ControlServer()
{
    stop();
}

void ControlServer::stop()
{
    if (state_->stopping.exchange(true))
        return;
    ::unlink(state_->path.c_str());
    state_->tell_watcher();
    state_->watcher.join();
    state_->socket = Descriptor();
    state_->pool.join();
    state_->clients.clear();
}

} // namespace mailctl::control
