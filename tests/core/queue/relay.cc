// Peers in memory, and the world around a runner.
#include "tests/core/queue/relay.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include "core/base/ascii.h"
#include "core/dns/make_resolver.h"
#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"

namespace mailctl::queue {
namespace {

constexpr std::string_view kZone = R"(
$ORIGIN example.
$TTL 3600
@        IN SOA ns.example. root.example. 1 3600 600 86400 300
far      IN MX 10 mx.far
mx.far   IN A 192.0.2.1
other    IN MX 10 mx.other
mx.other IN A 192.0.2.2
two      IN MX 10 mx1.two
two      IN MX 20 mx2.two
mx1.two  IN A 192.0.2.3
mx2.two  IN A 192.0.2.4
null     IN MX 0 .
ours     IN MX 10 here
here     IN A 192.0.2.25
plain    IN A 192.0.2.5
relay    IN A 192.0.2.6
)";

class Recorder final : public Notifier {
public:
    explicit Recorder(Relay& relay) : relay_(relay) {}

    Awaitable<Result<>> notify(store::QueueEntry, Notice notice,
                               std::vector<NoticeRecipient> recipients) override
    {
        if (!relay_.notices_work)
            co_return Error(Errc::Unavailable, "no room for bounces");
        static constexpr const char* kNames[] = {"failure", "delay", "success", "relayed"};
        for (const auto& one : recipients)
            relay_.events.push_back(std::string("notice ") + kNames[static_cast<int>(notice)] +
                                    " " + one.recipient.address + " " + one.status);
        co_return ok();
    }

private:
    Relay& relay_;
};

/// What is between "<" and ">".
std::string path_of(std::string_view line)
{
    const auto begin = line.find('<'), end = line.find('>');
    return begin == std::string_view::npos || end == std::string_view::npos
               ? std::string()
               : std::string(line.substr(begin + 1, end - begin - 1));
}

std::string next_reply(Peer& peer, const std::string& key, std::string good)
{
    const auto found = peer.replies.find(key);
    if (found == peer.replies.end() || found->second.empty())
        return good;
    std::string reply = found->second.front();
    if (found->second.size() > 1)
        found->second.pop_front();
    return reply;
}

/// One session of a peer. Borrows: the relay.
class Session {
public:
    Session(Relay& relay, std::string address, std::unique_ptr<net::Stream> stream)
        : relay_(relay), address_(std::move(address)), stream_(std::move(stream)), reader_(*stream_)
    {}

    Awaitable<> run()
    {
        stream_->set_deadline(std::chrono::hours(1));
        if (peer().is_mute)
            co_await wait_for_ever();
        std::string line = peer().banner + "\r\n";
        co_await stream_->write(line);
        for (bool goes_on = true; goes_on;) {
            const auto command = co_await reader_.read_line(2000);
            goes_on = co_await answer(command.text);
        }
    }

private:
    Peer& peer() { return relay_.peers[address_]; }
    void note(const std::string& what) { relay_.events.push_back(address_ + " " + what); }

    Awaitable<> wait_for_ever()
    {
        for (;;)
            co_await reader_.read_line(2000);
    }

    Awaitable<bool> say(std::string reply)
    {
        if (reply == "cut")
            co_return false;
        if (reply == "wait")
            co_await wait_for_ever();
        reply += "\r\n";
        co_await stream_->write(reply);
        co_return true;
    }

    Awaitable<bool> answer(std::string line)
    {
        const std::string verb = ascii::upper(std::string_view(line).substr(0, 4));
        if (verb == "EHLO" || verb == "LHLO")
            co_return co_await greet();
        if (verb == "MAIL") {
            recipients_.clear();
            note("MAIL " + path_of(line));
            co_return co_await say(next_reply(peer(), "MAIL", "250 2.1.0 OK"));
        }
        if (verb == "RCPT") {
            const std::string to = path_of(line);
            note("RCPT " + to);
            const std::string reply = next_reply(peer(), "RCPT " + to, "250 2.1.5 OK");
            if (reply.starts_with("2"))
                recipients_.push_back(to);
            co_return co_await say(reply);
        }
        if (verb == "DATA")
            co_return co_await take_message();
        if (verb == "QUIT") {
            note("QUIT");
            co_await say("221 2.0.0 Bye");
            co_return false;
        }
        co_return co_await say("250 2.0.0 OK");
    }

    Awaitable<bool> greet()
    {
        std::string text = "250-peer\r\n";
        for (const auto& extension : peer().extensions)
            text += "250-" + extension + "\r\n";
        text += "250 HELP";
        co_return co_await say(text);
    }

    Awaitable<bool> take_message()
    {
        if (recipients_.empty())
            co_return co_await say("554 5.5.1 No valid recipients");
        const std::string go = next_reply(peer(), "DATA", "354 Go on");
        const bool goes_on = co_await say(go);
        if (!goes_on || !go.starts_with("3"))
            co_return goes_on;
        std::string subject;
        for (;;) {
            const auto line = co_await reader_.read_line(100'000);
            if (line.text == ".")
                break;
            if (line.text.starts_with("Subject: "))
                subject = line.text.substr(9);
        }
        const bool is_lmtp = std::find(peer().extensions.begin(), peer().extensions.end(), "X-LMTP") !=
                             peer().extensions.end();
        const std::string reply = next_reply(peer(), ".", "250 2.0.0 Taken");
        note("message " + subject);
        if (!is_lmtp)
            co_return co_await say(reply);
        for (const auto& recipient : recipients_) {
            const std::string one = next_reply(peer(), ". " + recipient, "250 2.0.0 Taken");
            co_await say(one);
        }
        co_return true;
    }

    Relay& relay_;
    std::string address_;
    std::unique_ptr<net::Stream> stream_;
    net::LineReader reader_;
    std::vector<std::string> recipients_;
};

Awaitable<> serve(Relay& relay, std::string address, std::unique_ptr<net::Stream> stream)
{
    relay.most_open = std::max(relay.most_open, ++relay.open);
    Session session(relay, address, std::move(stream));
    try {
        co_await session.run();
    } catch (const net::Disconnected&) {
    }
    --relay.open;
}

} // namespace

Relay::Relay(const std::function<void(conf::Config&)>& change)
    : clock(*parse_rfc3339("2026-11-21T02:03:04Z")), config(std::make_shared<conf::Config>()),
      disk(std::make_shared<store::MemoryDisk>()), notifier(std::make_unique<Recorder>(*this)),
      work_(io.get_executor())
{
    config->server.hostname = "here.example";
    config->queue.jitter_percent = 0;
    config->queue.retry = {"10m", "1h"};
    config->outbound.dane = config->outbound.mta_sts = false;
    conf::Listener listener;
    listener.protocol = conf::Protocol::Smtp;
    listener.addresses = {"192.0.2.25"};
    listener.port = 25;
    config->listeners.push_back(listener);
    if (change)
        change(*config);
    store = store::make_store(std::make_unique<store::MemoryEngine>(disk), clock, random);
    auto zone = dns::make_zone_resolver(kZone);
    if (!zone)
        throw std::runtime_error(zone.error().detail());
    resolver = std::move(*zone);
}

Relay::~Relay()
{
    if (runner)
        kill();
}

Awaitable<Result<std::unique_ptr<net::Stream>>> Relay::dial(net::Dial to)
{
    events.push_back(to.address + " connect");
    const auto found = peers.find(to.address);
    if (found != peers.end() && found->second.refuses)
        co_return Error(Errc::Unavailable, "connection refused");
    net::MemoryStreamOptions options;
    options.local = {to.address, to.port};
    options.peer = {"192.0.2.25", 40000};
    auto [server, client] = net::memory_stream_pair(io.get_executor(), options);
    closers.push_back(server->closer());
    boost::asio::co_spawn(io, serve(*this, to.address, std::move(server)), boost::asio::detached);
    co_return std::move(client);
}

QueueId Relay::add(const std::string& subject, std::vector<std::string> recipients,
                   const std::function<void(store::QueueEntry&)>& change)
{
    store::QueueEntry entry;
    entry.sender = "bob@here.example";
    entry.account = "bob@here.example";
    entry.inline_body = "Subject: " + subject + "\r\n\r\nhello\r\n";
    entry.body.octets = entry.inline_body.size();
    entry.arrived = clock.now();
    for (auto& address : recipients) {
        store::QueueRecipient one;
        one.address = std::move(address);
        one.next_attempt = clock.now();
        entry.recipients.push_back(std::move(one));
    }
    if (change)
        change(entry);
    const auto id = run(store->queue().add(std::move(entry)));
    if (!id)
        throw std::runtime_error(id.error().detail());
    return *id;
}

void Relay::start()
{
    RunnerParts parts;
    parts.store = store.get();
    parts.resolver = resolver.get();
    parts.clock = &clock;
    parts.random = &random;
    parts.notifier = notifier.get();
    parts.mailroom = mailroom.get();
    parts.hostname = "here.example";
    parts.executor = io.get_executor();
    parts.workers = workers.get_executor();
    parts.dial = [this](net::Dial to) { return dial(std::move(to)); };
    tls_reports = std::make_unique<tls_rpt::Counters>(store->engine(), clock);
    parts.tls_reports = tls_reports.get();
    runner = make_runner(std::move(parts));
    runner->start(config);
}

std::vector<std::string> Relay::sessions()
{
    BOOST_REQUIRE(run(tls_reports->flush()).has_value());
    const auto reports = run(tls_rpt::read_reports(store->engine(), {}));
    BOOST_REQUIRE(reports.has_value());
    std::vector<std::string> out;
    for (const auto& report : *reports) {
        for (const auto& [policy, counts] : report.policies) {
            const std::string start =
                report.domain + ' ' + std::string(tls_rpt::name_of(policy.type)) + ' ';
            if (counts.successes > 0)
                out.push_back(start + "good " + std::to_string(counts.successes));
            for (const auto& [failure, sessions] : counts.details)
                out.push_back(start + failure.result + ' ' + std::to_string(sessions));
        }
    }
    return out;
}

void Relay::kill()
{
    std::atomic<bool> is_stopped = false;
    std::thread stopper([&] {
        runner->stop(milliseconds(0));
        is_stopped = true;
    });
    until("the runner stopped", [&] { return is_stopped.load(); });
    stopper.join();
    runner.reset();
}

void Relay::until(const std::string& what, const std::function<bool()>& holds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            std::string all;
            for (const auto& event : events)
                all += "\n  " + event;
            BOOST_FAIL("never happened: " + what + all);
        }
        io.run_one_for(milliseconds(20));
    }
}

void Relay::until_events(const std::string& event, std::size_t times)
{
    until(event, [&] { return count(event) >= times; });
}

void Relay::hang_up()
{
    for (const auto& close : std::exchange(closers, {}))
        close();
}

void Relay::pass(milliseconds time)
{
    clock.advance(time);
    store->queue().wake();
}

void Relay::settle()
{
    do {
        while (io.poll() > 0 || io.run_one_for(milliseconds(30)) > 0) {
        }
        // What the workers are at may go on here.
        std::promise<void> done;
        boost::asio::post(workers, [&done] { done.set_value(); });
        done.get_future().wait();
    } while (io.poll() > 0);
}

void Relay::until_empty()
{
    until("the queue is empty", [&] { return *run(store->queue().count()) == 0; });
}

std::string Relay::state(QueueId id)
{
    const auto entry = run(store->queue().find(id));
    if (!entry)
        return "gone";
    std::string out;
    static constexpr const char* kStates[] = {"waiting", "delivered", "failed", "held",
                                              "relayed", "expired",   "dropped"};
    for (const auto& one : entry->recipients)
        out += (out.empty() ? "" : "; ") + one.address + " " +
               kStates[static_cast<int>(one.state)] + " " + std::to_string(one.attempts) + " " +
               one.last_reply;
    return out;
}

std::vector<store::QueueHistory> Relay::history()
{
    auto found = run(store->queue().history({}));
    return found ? *found : std::vector<store::QueueHistory>();
}

std::size_t Relay::count(const std::string& event) const
{
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
}

std::size_t Relay::place(const std::string& event) const
{
    const auto found = std::find(events.begin(), events.end(), event);
    return found == events.end() ? SIZE_MAX : static_cast<std::size_t>(found - events.begin());
}

} // namespace mailctl::queue
