// The client's side of the control socket.
#include "core/control/client.h"

#include "core/control/socket.h"

namespace mailctl::control {

Result<std::optional<Answer>> run_in_server(const std::string& path, const Request& request)
{
    auto connected = connect_to(path);
    if (!connected && connected.error().code() == Errc::NotFound)
        return std::optional<Answer>();
    if (!connected)
        return connected.error();
    const std::string body = encode(request);
    if (body.size() > kMaxRequestOctets || request.files.size() > kMaxFiles)
        return Error(Errc::Invalid, "the command line is too long for the control socket");
    std::vector<int> descriptors{request.in.get(), request.out.get(), request.err.get()};
    for (const auto& file : request.files)
        descriptors.push_back(file.descriptor.get());

    Answer gone;
    gone.status = kStatusUnavailable;
    gone.message = "the server went away before the command had ended";
    // A server that refuses answers without reading all: its answer counts, not the failed send.
    const auto sent = send_message(connected->get(), body, descriptors);
    const auto message = receive_message(connected->get(), kMaxMessageOctets);
    if (!message) {
        if (!sent)
            gone.message += " (" + sent.error().detail() + ")";
        return std::optional<Answer>(std::move(gone));
    }
    Answer differs;
    differs.status = kStatusProtocol;
    differs.message = "the running server speaks another version of the control protocol";
    if (message->protocol != kProtocol)
        return std::optional<Answer>(std::move(differs));
    TRY(auto answer, decode_answer(message->body));
    return std::optional<Answer>(std::move(answer));
}

} // namespace mailctl::control
