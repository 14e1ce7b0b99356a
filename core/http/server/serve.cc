// One connection: requests one after the other, each with a time within which it must be whole.
#include "core/http/server/serve.h"

#include <chrono>
#include <utility>

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/delivery/services.h"
#include "core/http/server/message.h"
#include "core/http/server/routes.h"

namespace mailctl::http {
namespace {

using std::chrono::steady_clock;
using State = RequestReader::State;

constexpr std::size_t kReadOctets = 4096;
constexpr std::size_t kMaxClientOctets = 100; ///< of User-Agent, in lists of sessions

struct Session {
    Session(net::Stream& s, std::shared_ptr<const delivery::Services> v, conf::Listener l,
            std::shared_ptr<net::SessionInfo> i)
        : stream(s), services(std::move(v)), listener(std::move(l)), info(std::move(i))
    {
    }
    const conf::HttpSettings& settings() const { return services->config->http; }

    net::Stream& stream;
    std::shared_ptr<const delivery::Services> services;
    conf::Listener listener;
    std::shared_ptr<net::SessionInfo> info;
    std::string pending; ///< read and not yet taken
    unsigned requests = 0;
};

/// Waits for octets as long as the idle limit allows before a request, then only until `due`.
Awaitable<> read_more(Session& s, steady_clock::time_point due, bool is_idle)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - steady_clock::now());
    const auto limit = is_idle ? s.services->config->limits.http.idle : left;
    if (limit <= std::chrono::milliseconds(0))
        throw net::Disconnected(net::Disconnected::Why::Deadline, "a request took too long");
    s.stream.set_deadline(limit);
    char octets[kReadOctets];
    const std::size_t got = co_await s.stream.read_some(octets, sizeof octets);
    s.pending.append(octets, got);
}

Awaitable<State> read_request(Session& s, RequestReader& reader)
{
    auto due = steady_clock::now() + s.settings().request_time;
    bool is_idle = s.pending.empty();
    for (;;) {
        const State state = reader.take(s.pending);
        if (state != State::More)
            co_return state;
        if (reader.wants_continue())
            co_await s.stream.write("HTTP/1.1 100 Continue\r\n\r\n");
        co_await read_more(s, due, is_idle);
        if (std::exchange(is_idle, false))
            due = steady_clock::now() + s.settings().request_time;
    }
}

Response refusal_of(State state)
{
    switch (state) {
    case State::HeaderTooLarge: return Response(431, "The header is too large\n");
    case State::BodyTooLarge: return Response(413, "The body is too large\n");
    default: return Response(400, "Not an HTTP request\n");
    }
}

Awaitable<> say(Session& s, Response response, bool keeps_alive, bool has_body)
{
    s.stream.set_deadline(s.settings().request_time);
    const std::string octets = encode(response, keeps_alive, has_body, s.services->clock->now());
    co_await s.stream.write(octets);
}

void count_bad(Session& s)
{
    s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::BadCommand);
}

/// False: the connection ends.
Awaitable<bool> answer_next(Session& s)
{
    RequestReader reader(s.settings().header_octets, s.settings().body_octets);
    const State state = co_await read_request(s, reader);
    if (state != State::Done) {
        count_bad(s);
        co_await say(s, refusal_of(state), false, true);
        co_return false;
    }
    Request request = reader.request();
    s.info->set_client(ascii::printable(request.user_agent.substr(0, kMaxClientOctets)));
    s.info->set_command(request.method == "GET" || request.method == "HEAD" || request.method == "POST"
                            ? request.method
                            : "other");
    const bool has_body = request.method != "HEAD";
    const bool keeps_alive = request.keeps_alive && ++s.requests < s.settings().requests;
    Place place;
    place.services = s.services;
    place.hostname = delivery::reached(*s.services, s.stream.local()).hostname;
    place.is_tls = s.stream.tls().has_value();
    Response response = co_await answer(std::move(place), std::move(request));
    log::info("http", "request", {{"peer", s.stream.peer().address}, {"status", std::to_string(response.status)}});
    co_await say(s, std::move(response), keeps_alive, has_body);
    co_return keeps_alive;
}

Awaitable<> run(Session& s)
{
    for (bool goes_on = true; goes_on;)
        goes_on = co_await answer_next(s);
}

} // namespace

Awaitable<> serve(std::unique_ptr<net::Stream> stream, std::shared_ptr<const delivery::Services> services,
                  conf::Listener listener, std::shared_ptr<net::SessionInfo> info)
{
    Session s(*stream, std::move(services), std::move(listener), std::move(info));
    try {
        co_await run(s);
    } catch (const net::Disconnected& gone) {
        log::debug("http", "disconnected", {{"peer", s.stream.peer().address}, {"why", gone.what()}});
    }
}

} // namespace mailctl::http
