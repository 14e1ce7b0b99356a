// Gathers replies, takes lines out of the reader's buffer, and knows the listener's limits.
#include "core/smtp/server/session.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "conf/config.h"
#include "core/auth/sasl.h"
#include "core/base/ascii.h"
#include "core/net/network.h"
#include "core/smtp/limits.h"
#include "core/smtp/server/data/incoming.h"
#include "store/limits.h"
#include "store/queue.h"

namespace mailctl::smtp {
namespace {

/// Replies gathered past this are written though more commands wait.
constexpr std::size_t kMaxGatheredOctets = 64 * 1024;

/// GWY-05: some route keeps mail for hosts that ask for it.
bool has_etrn(const conf::Config& config)
{
    return std::any_of(config.routes.begin(), config.routes.end(), [](const conf::Route& route) {
        return route.accept || route.hold_for_etrn;
    });
}

} // namespace

Transaction::Transaction() = default;
Transaction::~Transaction() = default;
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;

Session::Session(net::Stream& stream_in, std::shared_ptr<const delivery::Services> services_in,
                 conf::Listener listener_in, std::shared_ptr<net::SessionInfo> info_in)
    : stream(stream_in),
      reader(stream_in),
      services(std::move(services_in)),
      listener(std::move(listener_in)),
      info(std::move(info_in)),
      start(services->clock->now()),
      reached(delivery::reached(*services, stream_in.local())),
      trusted(net::any_contains(services->config->access.trusted, stream_in.peer().address))
{
}

std::string_view Session::area() const
{
    return is_lmtp() ? "lmtp" : is_submission() ? "submission" : "smtp";
}

const conf::ConnectionLimits& Session::limits() const
{
    const conf::Limits& all = config().limits;
    return is_lmtp() ? all.lmtp : is_submission() ? all.submission : all.smtp;
}

std::uint64_t Session::message_limit() const
{
    const conf::SmtpLimits& message = config().limits.message;
    std::uint64_t limit =
        is_submission() || login ? message.submission_octets : message.message_octets;
    limit = store::smaller_limit(limit, own.octets);
    return transaction ? store::smaller_limit(limit, transaction->message_octets) : limit;
}

milliseconds Session::idle_limit() const
{
    const conf::ConnectionLimits& all = limits();
    const bool loaded = services->authenticator->is_loaded(listener.protocol);
    return loaded ? std::min(all.idle, all.loaded_idle) : all.idle;
}

std::uint64_t Session::recipient_limit() const
{
    if (local) // a program names all in one go
        return store::kMaxQueueRecipients;
    return store::smaller_limit(config().limits.message.recipients, own.recipients);
}

bool Session::may_relay() const
{
    const auto& allow = config().relay.allow;
    const auto allows = [&allow](std::string_view word) {
        return std::find(allow.begin(), allow.end(), word) != allow.end();
    };
    return local || (login && allows("auth")) || (trusted && allows("trusted"));
}

bool Session::is_disabled(std::string_view verb) const
{
    const auto& disabled = listener.disabled_commands;
    return std::any_of(disabled.begin(), disabled.end(), [verb](const std::string& word) {
        return ascii::equals_ignoring_case(word, verb);
    });
}

auth::Attempt Session::attempt() const
{
    auth::Attempt attempt;
    attempt.peer = stream.peer();
    attempt.service = is_lmtp() ? store::Right::Lmtp : store::Right::Smtp;
    attempt.area = area();
    attempt.tls = is_tls();
    if (const auto& tls = stream.tls())
        attempt.fingerprint = tls->peer_fingerprint;
    attempt.domain = reached.domain;
    return attempt;
}

Extensions Session::extensions() const
{
    const conf::SmtpSettings& smtp = config().smtp;
    Extensions out;
    out.size = message_limit();
    out.chunking = !is_disabled("BDAT");
    if (is_submission() && login && out.chunking && !is_disabled("BURL"))
        out.burl_host = reached.hostname;
    out.utf8 = smtp.utf8;
    out.require_tls = is_tls() && !is_lmtp();
    if (is_submission() || local) {
        out.future_release = std::chrono::duration_cast<std::chrono::seconds>(kMaxHold).count();
        out.future_release_until = std::chrono::floor<std::chrono::seconds>(now() + kMaxHold);
    }
    out.etrn = !is_lmtp() && !local && !is_disabled("ETRN") && has_etrn(config());
    const bool tls_mode = listener.tls == conf::TlsMode::StartTls ||
                          listener.tls == conf::TlsMode::RequireStartTls;
    out.start_tls = tls_mode && services->tls && !is_tls() && !is_disabled("STARTTLS");
    out.auth_parameter = has_auth() && !is_disabled("AUTH");
    if (out.auth_parameter && !login && may_auth_now()) // RFC 4954 §4: no AUTH after AUTH
        out.auth = auth::mechanisms(config(), listener, stream);
    out.recipients = recipient_limit();
    out.messages = config().limits.message.messages_per_session;
    out.vrfy = smtp.vrfy && !is_disabled("VRFY");
    out.expn = smtp.expn && !is_disabled("EXPN");
    out.help = smtp.help && !is_disabled("HELP");
    return out;
}

void Session::say(Reply reply)
{
    const auto& texts = config().smtp.replies; // SMTP-20
    if (!texts.empty() && !reply.name().empty()) {
        if (const auto text = texts.find(std::string(reply.name())); text != texts.end())
            reply.set_text(text->second);
    }
    if (!reply.is_none())
        encode(reply, out_);
    closing = closing || reply.closes();
}

Awaitable<> Session::flush()
{
    if (out_.empty())
        co_return;
    std::string out;
    out.swap(out_);
    co_await stream.write(out);
    out.clear();
    if (out.capacity() <= kMaxGatheredOctets)
        out_.swap(out); // keeps the memory for the next reply
}

Awaitable<> Session::more()
{
    co_await flush();
    if (!reader.has_buffered())
        reader.release();
    co_await reader.fill();
}

bool Session::take_line(std::size_t limit, InputLine& line)
{
    const std::string_view buffered = reader.buffered();
    const auto lf = buffered.find('\n');
    if (lf == std::string_view::npos) {
        const std::size_t octets = skipped_ + buffered.size();
        if (buffered.size() > limit + 1) { // it may end in CR
            skipped_ = octets;
            reader.consume(buffered.size());
        }
        line.end = InputLine::End::Never;
        return octets > kMaxLineWithoutEndOctets;
    }
    const bool crlf = lf > 0 && buffered[lf - 1] == '\r';
    line_.assign(buffered.substr(0, crlf ? lf - 1 : lf));
    reader.consume(lf + 1);
    line.text = line_;
    const bool too_long = skipped_ > 0 || line_.size() > limit;
    line.end = too_long ? InputLine::End::TooLong : crlf ? InputLine::End::CrLf : InputLine::End::Lf;
    skipped_ = 0;
    return true;
}

Awaitable<> Session::pause(milliseconds time)
{
    co_await flush();
    boost::asio::steady_timer timer(stream.executor(), time);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

void Session::start_over()
{
    reset();
    hello.clear();
    extended = false;
    login.reset();
    own = OwnLimits();
    offered = Extensions();
}

} // namespace mailctl::smtp
