// Who it is, what they want, and the command itself on a thread of its own behind pipes.
#include "core/control/remote_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <future>

#include "core/base/log.h"
#include "core/control/relay.h"
#include "core/crypto/secret.h"
#include "core/net/tls_session.h"

namespace mailctl::control {
namespace {

constexpr std::chrono::seconds kStepLimit{10}; ///< for the handshake, a request, and the answer

struct Pipe {
    Descriptor read_end, write_end;
};

/// The end that stays here never blocks. Errors: Unavailable (no descriptors are left).
Result<Pipe> make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error(Errc::Unavailable, "the server has no descriptors left");
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Descriptor without_blocking(Descriptor descriptor)
{
    ::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
    return descriptor;
}

Answer explained(int status, std::string message)
{
    Answer answer;
    answer.status = status;
    answer.message = std::move(message);
    return answer;
}

/// A command's bug ends the command, not the server.
Answer run_guarded(const ControlServer::Run& run, Command& command)
{
    try {
        return run(command);
    } catch (const std::exception& e) {
        log::error("control", "a command ended by an exception", {{"what", e.what()}});
        return explained(70, std::string("internal error: ") + e.what()); // EX_SOFTWARE
    }
}

class Session {
public:
    Session(Channel& channel, const net::Endpoint& peer, const RemoteRules& rules, int wake)
        : channel_(channel), peer_(peer), rules_(rules), relay_(channel, wake)
    {
    }

    Result<> run(const net::TlsInfo& tls);

private:
    Result<> answer(const Answer& answer);
    Result<std::optional<Answer>> authenticate(const net::TlsInfo& tls);
    Result<std::optional<Answer>> take_request();
    Result<> connect_streams();
    Result<> connect(std::uint8_t stream, Descriptor& descriptor, bool is_output);
    Result<> run_command();

    Channel& channel_;
    const net::Endpoint& peer_;
    const RemoteRules& rules_;
    Relay relay_;
    Command command_;
};

Result<> Session::answer(const Answer& answer)
{
    channel_.put(FrameKind::Answer, 0, encode(answer));
    return channel_.flush(kStepLimit);
}

/// nullopt: who is there may command.
Result<std::optional<Answer>> Session::authenticate(const net::TlsInfo& tls)
{
    TRY(auto hello, channel_.receive(kMaxHelloOctets, kStepLimit));
    const std::string expected = std::string(kMagic, sizeof kMagic) + encode_number(kProtocol);
    if (hello.kind != FrameKind::Hello || !hello.body.starts_with(std::string(kMagic, sizeof kMagic)))
        return Error(Errc::Invalid, "no hello");
    if (!hello.body.starts_with(expected))
        return std::optional(explained(kStatusProtocol, "the server is mailctl " MAILCTL_VERSION
                                                        ": use a client of the same version"));
    std::string token = hello.body.substr(expected.size());
    crypto::wipe(hello.body);
    std::optional<std::string> holder;
    if (!tls.peer_name.empty())
        holder = tls.peer_name;
    else if (!token.empty() && token.size() <= kMaxTokenOctets)
        holder = rules_.holder(token);
    crypto::wipe(token);
    if (!holder) {
        log::warn("control", "refused: neither a certificate nor a token that counts",
                  {{"peer", to_string(peer_)}});
        rules_.failed(peer_);
        return std::optional(explained(77, "this server does not know you")); // EX_NOPERM
    }
    command_.remote = *holder + " at " + to_string(peer_);
    return std::optional<Answer>();
}

Result<std::optional<Answer>> Session::take_request()
{
    TRY(const auto frame, channel_.receive(kMaxRequestOctets, kStepLimit));
    auto request = decode_request(frame.body);
    if (frame.kind != FrameKind::Request || !request)
        return std::optional(explained(kStatusProtocol, "malformed control request"));
    if (request->version != MAILCTL_VERSION)
        return std::optional(explained(kStatusProtocol, "the server is mailctl " MAILCTL_VERSION
                                                        ", not " +
                                                            request->version));
    command_.request = *std::move(request);
    return std::optional<Answer>();
}

Result<> Session::connect(std::uint8_t stream, Descriptor& descriptor, bool is_output)
{
    TRY(auto pipe, make_pipe());
    if (is_output) {
        descriptor = std::move(pipe.write_end);
        relay_.read_from(stream, without_blocking(std::move(pipe.read_end)));
    } else {
        descriptor = std::move(pipe.read_end);
        relay_.write_to(stream, without_blocking(std::move(pipe.write_end)));
    }
    return ok();
}

Result<> Session::connect_streams()
{
    Request& request = command_.request;
    TRY_VOID(connect(0, request.in, false));
    TRY_VOID(connect(1, request.out, true));
    TRY_VOID(connect(2, request.err, true));
    auto stream = static_cast<std::uint8_t>(kFirstFile);
    for (File& file : request.files)
        TRY_VOID(connect(stream++, file.descriptor, file.output));
    return ok();
}

/// The command holds the pipes' other ends: once it is over, all that it wrote has an end.
Result<> Session::run_command()
{
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    command_.cancelled = cancelled;
    auto result = std::async(std::launch::async, [run = &rules_.run, given = std::move(command_)]() mutable {
        Command command = std::move(given); // its descriptors close here, not with the future
        return run_guarded(*run, command);
    });
    Result<> moved = ok();
    while (moved && !relay_.is_all_read())
        moved = relay_.step();
    if (!moved) {
        *cancelled = true;
        relay_.close(); // a command that reads or writes now comes to its end
    }
    const Answer given = result.get();
    TRY_VOID(moved);
    return answer(given);
}

Result<> Session::run(const net::TlsInfo& tls)
{
    TRY(const auto refused, authenticate(tls));
    if (refused)
        return answer(*refused);
    TRY(const auto unusable, take_request());
    if (unusable)
        return answer(*unusable);
    if (const auto connected = connect_streams(); !connected)
        return answer(explained(kStatusUnavailable, connected.error().detail()));
    return run_command();
}

Result<> serve(Descriptor socket, const net::Endpoint& peer, const RemoteRules& rules, int wake)
{
    TRY_VOID(rules.admit(peer));
    auto context = rules.tls();
    if (!context)
        return Error(Errc::Unavailable, "no certificate");
    TRY(auto tls, net::TlsSession::make(std::move(context), socket.get()));
    Channel channel(std::move(socket), std::move(tls), wake);
    TRY(const auto info, channel.handshake(kStepLimit));
    Session session(channel, peer, rules, wake);
    TRY_VOID(session.run(info));
    channel.close_after_peer(kStepLimit);
    return ok();
}

} // namespace

void serve_remote(Descriptor socket, const net::Endpoint& peer, const RemoteRules& rules, int wake)
{
    try {
        if (const auto served = serve(std::move(socket), peer, rules, wake); !served)
            log::info("control", "connection ended",
                      {{"peer", to_string(peer)}, {"why", served.error().detail()}});
    } catch (const std::exception& e) { // no thread, no memory: this connection's trouble only
        log::error("control", "connection failed", {{"peer", to_string(peer)}, {"why", e.what()}});
    }
}

} // namespace mailctl::control
