// Opens a session. RFC 5321 §3.1, §3.2, RFC 3207, RFC 4954
#include "core/smtp/client/opening.h"

#include "core/base/ascii.h"
#include "core/smtp/client/log_in.h"

namespace mailctl::smtp {
namespace {

constexpr std::size_t kMaxHelloOctets = 32 * 1024; ///< kept of an EHLO reply

} // namespace

std::string_view tls_result_of(std::string_view reason)
{
    struct Row {
        std::string_view words, result;
    };
    // Words of OpenSSL's verification errors, the most telling first.
    static constexpr Row kRows[] = {
        {"mismatch", "certificate-host-mismatch"},
        {"expired", "certificate-expired"},
        {"not yet valid", "certificate-expired"},
        {"TLSA", "tlsa-invalid"},
        {"certificate verify failed", "certificate-not-trusted"},
    };
    for (const Row& row : kRows)
        if (reason.find(row.words) != std::string_view::npos)
            return row.result;
    return "validation-failure";
}

Awaitable<std::optional<Failure>> Opening::run()
{
    try {
        co_await open();
    } catch (const net::Disconnected& e) {
        failure_ = lost(e);
    }
    co_return std::move(failure_);
}

Awaitable<bool> Opening::open()
{
    const ClientTls tls = session_.options.tls;
    if (tls == ClientTls::Implicit && !session_.options.tls_context)
        co_return fail_tls(own_words("4.7.0", "no TLS is set up here"), "validation-failure");
    if (tls == ClientTls::Implicit)
        co_await start_tls();
    bool good = co_await read_greeting();
    if (good)
        good = co_await say_hello();
    if (good && (tls == ClientTls::May || tls == ClientTls::Required))
        good = co_await secure();
    if (good && session_.options.credentials) {
        stage_ = Stage::Auth;
        PeerReply refusal = co_await log_in(session_);
        if (refusal.code != 0 || !refusal.text.empty())
            good = fail(std::move(refusal));
    }
    co_return good;
}

/// RFC 5321 §3.1, §4.3.2: 220, or the peer has no service.
Awaitable<bool> Opening::read_greeting()
{
    stage_ = Stage::Greeting;
    session_.connection.expect(session_.options.timeouts.greeting);
    PeerReply greeting;
    while (!session_.connection.try_take(greeting))
        co_await session_.connection.fill();
    if (greeting.code / 100 != 2)
        co_return fail(std::move(greeting));
    session_.greeting_name = peer_name(greeting.text);
    co_return true;
}

/// RFC 5321 §3.2: EHLO, and HELO where the peer does not know it. RFC 2033 §4.1: LHLO alone.
Awaitable<bool> Opening::say_hello()
{
    stage_ = Stage::Hello;
    const ClientOptions& options = session_.options;
    std::string line = (options.lmtp ? "LHLO " : "EHLO ") + options.hello + "\r\n";
    ReplyParser parser(ReplyParser::Enhanced::Refusals, kMaxHelloOctets);
    PeerReply reply = co_await session_.connection.ask(line, options.timeouts.command, parser);
    session_.extensions = PeerExtensions();
    if (reply.code / 100 == 2) {
        session_.extensions = parse_extensions(reply.text);
        session_.greeting_name = peer_name(reply.text);
        co_return true;
    }
    if (!reply.is_permanent() || options.lmtp)
        co_return fail(std::move(reply));
    line.replace(0, 4, "HELO");
    PeerReply second = co_await session_.connection.ask(line, options.timeouts.command);
    if (second.code / 100 != 2)
        co_return fail(std::move(second));
    session_.greeting_name = peer_name(second.text);
    co_return true;
}

/// RFC 3207 §4. With ClientTls::May a peer that cannot or will not is talked to in the clear.
Awaitable<bool> Opening::secure()
{
    const bool is_required = session_.options.tls == ClientTls::Required;
    stage_ = Stage::StartTls;
    if (!session_.options.tls_context || !session_.extensions.start_tls) {
        if (!is_required)
            co_return true;
        const bool ours = !session_.options.tls_context;
        co_return fail_tls(own_words("4.7.4", ours ? "no TLS is set up here"
                                                   : "the peer does not offer STARTTLS"),
                           ours ? "validation-failure" : "starttls-not-supported");
    }
    PeerReply reply =
        co_await session_.connection.ask("STARTTLS\r\n", session_.options.timeouts.command);
    if (reply.code == 421)
        co_return fail(std::move(reply));
    if (reply.code / 100 != 2) {
        if (!is_required)
            co_return true;
        co_return fail_tls(std::move(reply), "starttls-not-supported");
    }
    // What came with the reply in the clear could pass for the peer's words under TLS.
    if (session_.connection.has_buffered())
        co_return fail_tls(own_words("4.7.0", "octets before TLS began"), "validation-failure");
    co_await start_tls();
    co_return co_await say_hello(); // RFC 3207 §4.2: what was offered before counts no more
}

Awaitable<> Opening::start_tls()
{
    stage_ = Stage::StartTls;
    net::Stream& stream = session_.connection.stream();
    stream.set_deadline(session_.options.timeouts.command);
    in_handshake_ = true;
    co_await stream.start_tls(session_.options.tls_context);
    in_handshake_ = false;
}

bool Opening::fail(PeerReply reply)
{
    failure_.emplace();
    failure_->stage = stage_;
    failure_->permanent = reply.is_permanent() && stage_ != Stage::Auth;
    failure_->reply = std::move(reply);
    return false;
}

bool Opening::fail_tls(PeerReply reply, std::string_view result)
{
    fail(std::move(reply));
    failure_->stage = Stage::StartTls;
    failure_->permanent = false; // a peer that is held to TLS may learn it
    failure_->tls = true;
    failure_->tls_result = result;
    return false;
}

Failure Opening::lost(const net::Disconnected& why)
{
    Failure failure;
    failure.stage = stage_;
    // A peer that falls silent or leaves in the handshake can no TLS, as one that botches it.
    const bool is_silent = in_handshake_ && (why.why() == net::Disconnected::Why::Deadline ||
                                             why.why() == net::Disconnected::Why::Closed);
    if (is_silent || why.why() == net::Disconnected::Why::Tls) {
        failure.tls = true;
        failure.tls_result = tls_result_of(why.what());
        failure.reply = own_words("4.7.5", std::string("TLS: ") + ascii::printable(why.what()));
        return failure;
    }
    failure.reply = session_.connection.last_words().value_or(PeerReply());
    if (failure.reply.code == 0 || failure.reply.is_positive())
        failure.reply = own_words("4.4.2", why.what());
    return failure;
}

} // namespace mailctl::smtp
