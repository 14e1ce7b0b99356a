// The whole server: start, reload, stop.
#include "core/server/server.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "conf/config.h"
#include "conf/load.h"
#include "core/auth/bans.h"
#include "core/base/log.h"
#include "core/delivery/mailroom.h"
#include "core/delivery/notifier.h"
#include "core/delivery/router.h"
#include "core/delivery/sending.h"
#include "core/delivery/services.h"
#include "core/fts/indexes.h"
#include "core/server/certificates.h"
#include "core/server/event_loop.h"
#include "core/server/fence.h"
#include "core/server/key_rotation.h"
#include "core/server/logging.h"
#include "core/server/notify.h"
#include "core/server/outbound.h"
#include "core/server/pickup.h"
#include "core/server/privileges.h"
#include "core/server/remote_commands.h"
#include "core/server/restart.h"
#include "core/server/session_threads.h"
#include "core/server/sessions.h"
#include "core/server/upkeep.h"
#include "core/smtp/server/callout.h"
#include "store/cache_size.h"
#include "store/finish_writes.h"

namespace mailctl::server {
namespace {

using Config = std::shared_ptr<const conf::Config>;

unsigned thread_count(unsigned wanted)
{
    return wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

std::string hostname_of(const conf::Config& config)
{
    char name[256] = {};
    if (config.server.hostname.empty() && ::gethostname(name, sizeof name - 1) == 0)
        return name;
    return config.server.hostname;
}

Result<std::unique_ptr<store::Store>> open_configured_store(const conf::Config& config)
{
    store::StoreOptions options;
    options.directory = config.server.data_dir;
    options.cache_octets = config.store.cache_octets;
    if (options.cache_octets == 0)
        options.cache_octets = store::cache_octets_for(store::memory_octets());
    options.write_buffer_octets = config.store.write_buffer_octets;
    return store::open_store(options);
}

/// Threads of sessions for each of `server.threads`.
constexpr unsigned kSessionThreads = 2;

/// Of an index's thread. See setpriority(2).
constexpr int kIndexNice = 10;

Awaitable<> write_counters(delivery::Sending& sending, tls_rpt::Counters& tls_reports)
{
    const auto written = co_await sending.flush();
    if (!written)
        log::error("store", "sending counters were not written",
                   {{"why", to_string(written.error())}});
    const auto told = co_await tls_reports.flush();
    if (!told)
        log::error("store", "counts of TLS sessions were not written",
                   {{"why", to_string(told.error())}});
}

} // namespace

// Order: members are destroyed from the last to the first; workers end before what they work on. What
// the contexts still hold (frames of sessions that were cut) uses each other's contexts, the store,
// the authenticator and the session table: it goes before any of these.
struct Server::State {
    explicit State(Parts p) : parts(std::move(p)), sessions(parts.serve) {}
    ~State()
    {
        if (outbound)
            outbound->close(); // while its io_context is there
        if (session_threads)
            session_threads->let_go();
        io.let_go();
    }

    Parts parts;
    Time started = system_clock().now();
    std::mutex reloading; ///< one reload, or the stop, at a time
    bool stopped = false;
    mutable std::mutex mutex; ///< of the three below
    std::shared_ptr<const delivery::Services> services;
    std::shared_ptr<const delivery::Services> silent_services; ///< with ListenerTls::silent
    std::shared_ptr<const net::TlsContext> control_tls; ///< of control.listen
    unsigned generation = 1;

    std::unique_ptr<store::Store> store;
    std::unique_ptr<delivery::Sending> sending;
    smtp::Callouts callouts{smtp::ask_next_host};
    std::unique_ptr<auth::Authenticator> authenticator;
    std::unique_ptr<boost::asio::thread_pool> workers;
    std::unique_ptr<boost::asio::thread_pool> index_worker;
    std::unique_ptr<fts::Indexes> indexes;
    std::unique_ptr<Outbound> outbound;
    Sessions sessions;
    EventLoop io; ///< accepts and keeps time; sessions and deliveries have their own
    std::unique_ptr<SessionThreads> session_threads;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    boost::asio::steady_timer watchdog{io};
    boost::asio::steady_timer ban_look{io};
    std::unique_ptr<KeyRotation> key_rotation;
    std::unique_ptr<Upkeep> upkeep;
    boost::asio::steady_timer counters_look{io};
    boost::asio::steady_timer trial{io}; ///< under `mutex`, as the next
    Config before_trial;                 ///< nullptr: nothing is on trial
    std::unique_ptr<Listeners> listeners;
    std::unique_ptr<control::ControlServer> control;
    std::unique_ptr<control::RemoteServer> remote_control;
    std::vector<std::thread> threads;
    std::unique_ptr<Pickup> pickup;

    std::shared_ptr<const delivery::Services> current() const
    {
        const std::lock_guard lock(mutex);
        return services;
    }

    Result<std::unique_ptr<Outbound>> make_outbound(const Config& config)
    {
        OutboundParts made;
        made.store = store.get();
        made.clock = &system_clock();
        made.random = &system_random();
        made.hostname = hostname_of(*config);
        made.executor = io.get_executor();
        made.deliveries = [this](queue::Thread wanted) {
            return wanted == queue::Thread::Asking ? session_threads->here() : session_threads->next();
        };
        made.workers = workers->get_executor();
        made.notifier = delivery::make_notifier(*store, [this] { return current(); });
        made.mailroom = delivery::make_mailroom(*store, [this] { return current(); });
        return Outbound::make(std::move(made), config);
    }

    /// For a session of this listener.
    std::shared_ptr<const delivery::Services> current_for(const conf::Listener& listener) const
    {
        const std::lock_guard lock(mutex);
        return asks_clients(listener) ? services : silent_services;
    }

    std::shared_ptr<const delivery::Services> make_services(
        Config config, std::shared_ptr<const net::TlsContext> tls)
    {
        auto made = std::make_shared<delivery::Services>();
        made->hostname = hostname_of(*config);
        made->tls = std::move(tls);
        made->router = delivery::make_router(*store, config);
        made->store = store.get();
        made->sending = sending.get();
        made->callouts = &callouts;
        made->fts = indexes.get();
        made->authenticator = authenticator.get();
        made->resolver = &outbound->resolver();
        made->runner = &outbound->runner();
        made->clock = &system_clock();
        made->random = &system_random();
        made->config = std::move(config);
        return made;
    }

    /// One thread, which gives way to those that serve.
    void make_indexes(const conf::Config& config)
    {
        index_worker = std::make_unique<boost::asio::thread_pool>(1);
        boost::asio::post(*index_worker, [] { ::setpriority(PRIO_PROCESS, 0, kIndexNice); });
        fts::IndexesParts made;
        made.store = store.get();
        made.random = &system_random();
        made.folder = conf::fts_folder_in(config.fts, config.server.data_dir);
        made.settings = [this] { return current()->config->fts; };
        made.worker = index_worker->get_executor();
        indexes = std::make_unique<fts::Indexes>(std::move(made));
    }

    void feed_watchdog(std::chrono::milliseconds interval)
    {
        notify::alive();
        watchdog.expires_after(interval);
        watchdog.async_wait([this, interval](const boost::system::error_code& ec) {
            if (!ec)
                feed_watchdog(interval);
        });
    }

    void keep_bans()
    {
        authenticator->keep_bans();
        ban_look.expires_after(auth::kBanListAge);
        ban_look.async_wait([this](const boost::system::error_code& ec) {
            if (!ec)
                keep_bans();
        });
    }

    void look_after_keys()
    {
        KeyRotationParts made;
        made.store = store.get();
        made.config = [this] { return current()->config; };
        made.workers = workers->get_executor();
        key_rotation = std::make_unique<KeyRotation>(io, std::move(made));
        key_rotation->start();
    }

    void look_after_mailboxes()
    {
        upkeep = std::make_unique<Upkeep>(io, *store, [this] { return current(); });
        upkeep->configure(*current()->config);
        upkeep->start();
    }

    /// Counters of sending limits and TLS sessions reach the disk this often, and at the stop.
    void keep_counters()
    {
        boost::asio::co_spawn(io, write_counters(*sending, outbound->tls_reports()),
                              boost::asio::detached);
        counters_look.expires_after(std::chrono::seconds(10));
        counters_look.async_wait([this](const boost::system::error_code& ec) {
            if (!ec)
                keep_counters();
        });
    }

    void run_threads(unsigned count)
    {
        for (unsigned i = 0; i < count; ++i)
            threads.emplace_back([this] { io.run(); });
        session_threads->start();
    }

    void shut_down();
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server()
{
    stop();
}

Result<std::unique_ptr<Server>> Server::start(Config config, Parts parts)
{
    auto state = std::make_unique<State>(std::move(parts));
    std::optional<SystemUser> user;
    std::optional<unsigned> group;
    if (!config->server.user.empty()) {
        TRY(user, find_user(config->server.user));
    }
    if (!config->control.group.empty()) {
        TRY(group, find_group(config->control.group));
    }
    if (!state->parts.is_quiet)
        TRY_VOID(set_log_levels(config->log));

    // As root, where it began as root: what its own user may not do.
    raise_descriptor_limit();
    TRY_VOID(prepare_data_dir(config->server.data_dir, user, group));
    const std::string control_path = control::socket_path(config->server.data_dir);
    const auto owner =
        user && ::geteuid() == 0 ? std::optional<unsigned>(user->uid) : std::optional<unsigned>();
    TRY(auto control_socket, control::listen_at(control_path, owner, group));
    TRY(auto remote_sockets, listen_for_remote_commands(config->control));
    TRY(auto tls, load_listener_certificates(*config));
    TRY(state->control_tls, load_certificates(config->tls, {config->control.client_ca, false}));
    state->listeners = std::make_unique<Listeners>(
        state->io, [s = state.get()](std::unique_ptr<net::Stream> stream, conf::Listener listener) {
            auto services = s->current_for(listener);
            s->sessions.start(std::move(stream), std::move(services), std::move(listener));
        },
        [s = state.get()] { return s->session_threads->next(); });
    TRY(auto plan, state->listeners->prepare(config->listeners));
    if (user) {
        TRY_VOID(become(*user));
    } else if (::geteuid() == 0) {
        log::warn("server", "runs as root: set server.user");
    }
    if (!state->parts.is_quiet)
        TRY_VOID(open_log(config->log)); // by now its file belongs to the right user
    if (state->parts.fence) {
        const Fence fence = raise_fence(writable_folders(*config));
        log::info("server", "fence",
                  {{"no_new_privileges", fence.no_new_privileges ? 1 : 0},
                   {"files", fence.files ? 1 : 0},
                   {"system", fence.system ? 1 : 0}});
    }

    const auto& open = state->parts.open_store;
    TRY(state->store, open ? open(*config) : open_configured_store(*config));
    const unsigned threads = thread_count(config->server.threads);
    state->session_threads = std::make_unique<SessionThreads>(threads * kSessionThreads);
    state->workers = std::make_unique<boost::asio::thread_pool>(threads);
    state->authenticator =
        auth::make_authenticator(*state->store, config, state->workers->get_executor());
    state->make_indexes(*config);
    TRY(state->outbound, state->make_outbound(config));
    state->sending = std::make_unique<delivery::Sending>(*state->store);
    state->sending->when_locked(
        [s = state.get()](const std::string& name) { s->sessions.kick_user(name); });
    state->services = state->make_services(config, std::move(tls.asking));
    state->silent_services = with_tls(*state->services, std::move(tls.silent));
    state->look_after_mailboxes();
    state->run_threads(threads);
    state->listeners->commit(std::move(plan));

    std::unique_ptr<Server> server(new Server(std::move(state)));
    State& s = *server->state_;
    const auto run = [self = server.get()](control::Command& command) {
        control::Answer answer;
        answer.status = control::kStatusUnavailable;
        answer.message = "this server takes no commands";
        const auto& inside = self->state_->parts.run_command;
        return inside ? inside(*self, command) : answer;
    };
    s.control = std::make_unique<control::ControlServer>(
        std::move(control_socket), control_path, control::Access{::geteuid(), group}, run);
    if (!s.services->config->queue.pickup.empty())
        s.pickup = std::make_unique<Pickup>(
            s.services->config->queue.pickup, [&s] { return s.current(); }, s.io.get_executor());
    if (!remote_sockets.empty()) {
        auto rules = remote_rules([&s] { return s.current()->config; }, *s.authenticator);
        rules.tls = [&s] {
            const std::lock_guard lock(s.mutex);
            return s.control_tls;
        };
        rules.run = run;
        s.remote_control =
            std::make_unique<control::RemoteServer>(std::move(remote_sockets), std::move(rules));
    }
    if (const auto interval = notify::watchdog_interval(); interval.count() > 0)
        boost::asio::post(s.io, [&s, interval] { s.feed_watchdog(interval); });
    boost::asio::post(s.io, [&s] { s.keep_bans(); });
    boost::asio::post(s.io, [&s] { s.look_after_keys(); });
    s.outbound->start(s.services->config);
    boost::asio::post(s.io, [&s] { s.keep_counters(); });
    s.indexes->start();
    if (s.services->hostname.find('.') == std::string::npos) // RFC 5321 §2.3.5
        log::warn("server", "the host name is not fully qualified: set server.hostname",
                  {{"hostname", s.services->hostname}});
    notify::ready("serving " + std::to_string(s.listeners->list().size()) + " addresses");
    log::info("server", "started", {{"version", MAILCTL_VERSION}, {"threads", threads}});
    return server;
}

void Server::State::shut_down()
{
    notify::stopping();
    log::info("server", "stopping", {{"sessions", sessions.size()}});
    listeners->close();
    pickup.reset();
    if (remote_control)
        remote_control->stop();
    if (control)
        control->stop();
    sessions.kick_all();
    indexes->stop();
    if (!sessions.wait(parts.stop_limit))
        log::warn("server", "sessions were cut", {{"count", sessions.size()}});
    outbound->stop();
    boost::asio::co_spawn(io, write_counters(*sending, outbound->tls_reports()),
                          boost::asio::use_future)
        .wait();
    index_worker->join();
    session_threads->stop();
    io.stop();
    for (auto& thread : threads)
        thread.join();
    threads.clear();
    authenticator->stop();
    workers->join();
    store::finish_writes(*store); // of sessions that were cut, and of what nobody waits for
}

void Server::stop()
{
    const std::lock_guard lock(state_->reloading);
    if (std::exchange(state_->stopped, true))
        return;
    state_->shut_down();
}

Result<Reloaded> Server::reload(Config config)
{
    const std::lock_guard lock(state_->reloading);
    if (state_->stopped)
        return Error(Errc::Unavailable, "the server stops");
    const auto before = state_->current();
    notify::reloading();
    const auto prepared = [&]() -> Result<Reloaded> {
        Reloaded result{waiting_for_restart(*before->config, *config)};
        TRY(auto tls, load_listener_certificates(*config));
        TRY(auto control_tls, load_certificates(config->tls, {config->control.client_ca, false}));
        TRY(auto resolver, state_->outbound->prepare(*config));
        TRY(auto plan, state_->listeners->prepare(config->listeners));
        if (!state_->parts.is_quiet) {
            if (!is_same_output(before->config->log, config->log))
                TRY_VOID(open_log(config->log));
            TRY_VOID(set_log_levels(config->log));
        }
        auto services = state_->make_services(config, std::move(tls.asking));
        auto silent_services = with_tls(*services, std::move(tls.silent));
        {
            const std::lock_guard swap(state_->mutex);
            state_->services = std::move(services);
            state_->silent_services = std::move(silent_services);
            state_->control_tls = std::move(control_tls);
            ++state_->generation;
        }
        state_->authenticator->configure(config);
        state_->upkeep->configure(*config);
        state_->outbound->reload(config, std::move(resolver));
        state_->listeners->commit(std::move(plan));
        return result;
    }();
    if (!prepared)
        log::error("server", "reload failed, the old settings stay",
                   {{"why", prepared.error().detail()}});
    else
        log::info("server", "reloaded", {{"generation", generation()}});
    notify::ready(prepared ? "reloaded" : "reload failed: " + prepared.error().detail());
    return prepared;
}

Result<Reloaded> Server::try_settings(Config config, std::chrono::milliseconds within)
{
    const auto before = this->config();
    TRY(auto reloaded, reload(std::move(config)));
    const std::lock_guard lock(state_->mutex);
    if (!state_->before_trial)
        state_->before_trial = before;
    state_->trial.expires_after(within);
    state_->trial.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) // a reload binds sockets and reads files: not on a thread that serves
            boost::asio::post(*state_->workers, [this] { take_back(); });
    });
    return reloaded;
}

void Server::take_back()
{
    Config before;
    {
        const std::lock_guard lock(state_->mutex);
        before = std::exchange(state_->before_trial, nullptr);
    }
    if (!before)
        return;
    log::warn("conf", "settings were not confirmed, the old ones come back");
    if (const auto done = reload(before); !done)
        log::error("conf", "old settings do not come back", {{"why", done.error().detail()}});
}

Result<> Server::confirm_settings()
{
    const std::lock_guard lock(state_->mutex);
    if (!std::exchange(state_->before_trial, nullptr))
        return Error(Errc::NotFound, "no settings are on trial");
    state_->trial.cancel();
    return ok();
}

Result<Reloaded> Server::reload_file()
{
    const auto loaded = conf::load(config()->file);
    if (loaded.errors.empty())
        return reload(std::make_shared<const conf::Config>(loaded.config));
    std::string all;
    for (const auto& diagnostic : loaded.errors) {
        log::error("conf", "mistake", {{"what", conf::to_string(diagnostic)}});
        all += (all.empty() ? "" : "\n") + conf::to_string(diagnostic);
    }
    return Error(Errc::Invalid, all);
}

Config Server::config() const
{
    return state_->current()->config;
}

std::shared_ptr<const delivery::Services> Server::services() const
{
    return state_->current();
}

store::Store& Server::store()
{
    return *state_->store;
}

auth::Authenticator& Server::authenticator()
{
    return *state_->authenticator;
}

dns::Resolver& Server::resolver()
{
    return state_->outbound->resolver();
}

tls_rpt::Counters& Server::tls_reports()
{
    return state_->outbound->tls_reports();
}

queue::Runner& Server::runner()
{
    return state_->outbound->runner();
}

boost::asio::any_io_executor Server::executor()
{
    return state_->io.get_executor();
}

std::vector<net::SessionInfo::View> Server::sessions() const
{
    return state_->sessions.list();
}

bool Server::kick(std::uint64_t session)
{
    return state_->sessions.kick(session);
}

std::size_t Server::kick_user(std::string_view user)
{
    return state_->sessions.kick_user(user);
}

std::vector<Listeners::View> Server::listeners() const
{
    return state_->listeners->list();
}

Result<> Server::stop_listener(const std::string& name)
{
    const std::lock_guard lock(state_->reloading);
    return state_->listeners->stop(name);
}

Result<> Server::start_listener(const std::string& name)
{
    const std::lock_guard lock(state_->reloading);
    return state_->listeners->start(name);
}

Time Server::started() const
{
    return state_->started;
}

unsigned Server::generation() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->generation;
}

} // namespace mailctl::server
