// Connects, shows who it is, sends the request and moves octets until the answer comes.
#include "core/control/remote_client.h"

#include <unistd.h>

#include "core/base/ascii.h"
#include "core/control/channel.h"
#include "core/control/relay.h"
#include "core/control/tcp.h"
#include "core/net/tls.h"
#include "core/net/tls_session.h"

namespace mailctl::control {
namespace {

constexpr std::chrono::seconds kConnectLimit{10};

/// A terminal whose foreground is another job's must not be read: that would stop this one.
bool may_read(int descriptor)
{
    return ::isatty(descriptor) == 0 || ::tcgetpgrp(descriptor) == ::getpgrp();
}

void connect_streams(Relay& relay, Request& request)
{
    if (may_read(request.in.get()))
        relay.read_from(0, std::move(request.in));
    relay.write_to(1, std::move(request.out));
    relay.write_to(2, std::move(request.err));
    auto stream = static_cast<std::uint8_t>(kFirstFile);
    for (File& file : request.files) {
        if (file.output)
            relay.write_to(stream, std::move(file.descriptor));
        else
            relay.read_from(stream, std::move(file.descriptor));
        ++stream;
    }
}

Answer gone(const Error& error)
{
    Answer answer;
    answer.status = kStatusUnavailable;
    answer.message = "the server went away before the command had ended (" + error.detail() + ")";
    return answer;
}

Result<std::unique_ptr<net::TlsSession>> tls_for(const RemoteTarget& target, int socket)
{
    net::ClientTlsOptions options;
    options.server_name = target.host;
    options.ca = target.ca;
    options.own.chain = target.certificate;
    options.own.key = target.key;
    TRY(auto context, net::make_client_context(options));
    return net::TlsSession::make(std::move(context), socket);
}

} // namespace

Result<RemoteTarget> parse_target(const std::string& text)
{
    RemoteTarget target;
    const Error malformed(Errc::Invalid, "\"" + ascii::printable(text) + "\" is no HOST[:PORT]");
    std::string port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string::npos || (end + 1 < text.size() && text[end + 1] != ':'))
            return malformed;
        target.host = text.substr(1, end - 1);
        port = text.substr(std::min(end + 2, text.size()));
        if (end + 2 == text.size())
            return malformed;
    } else if (const auto colon = text.find(':'); colon != text.rfind(':')) {
        target.host = text; // an IPv6 address without a port
    } else {
        target.host = text.substr(0, colon);
        if (colon != std::string::npos)
            port = text.substr(colon + 1);
        if (colon + 1 == text.size())
            return malformed;
    }
    if (!port.empty()) {
        const auto number = ascii::parse_number<std::uint16_t>(port);
        if (!number || *number == 0)
            return malformed;
        target.port = *number;
    }
    if (target.host.empty())
        return malformed;
    return target;
}

Result<Answer> run_on_host(const RemoteTarget& target, Request request)
{
    const std::string body = encode(request);
    if (body.size() > kMaxRequestOctets || request.files.size() > kMaxFiles)
        return Error(Errc::Invalid, "the command line is too long for the server");
    TRY(auto socket, connect_to_host(target.host, target.port, kConnectLimit));
    TRY(auto tls, tls_for(target, socket.get()));
    Channel channel(std::move(socket), std::move(tls), -1);
    if (const auto shaken = channel.handshake(kConnectLimit); !shaken)
        return shaken.error().within(target.host);
    channel.put(FrameKind::Hello, 0,
                std::string(kMagic, sizeof kMagic) + encode_number(kProtocol) + target.token);
    channel.put(FrameKind::Request, 0, body);

    Relay relay(channel, -1);
    connect_streams(relay, request);
    while (!relay.answer() || !relay.is_all_written())
        if (const auto moved = relay.step(); !moved)
            return gone(moved.error());
    channel.close();
    return decode_answer(*relay.answer());
}

} // namespace mailctl::control
