// The client's side of the control socket: opens what the arguments name, and passes it all on.
#include "cmd/remote.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/control/client.h"
#include "core/control/remote_client.h"
#include "core/control/socket.h"

namespace mailctl::cmd {
namespace {

/// A copy: the request closes its descriptors.
control::Descriptor copy_of(int descriptor)
{
    return control::Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
}

Result<control::File> open_file(const FileArgument& file)
{
    const int flags = file.output ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
    control::File opened;
    opened.path = file.path;
    opened.output = file.output;
    opened.descriptor = control::Descriptor(::open(file.path.c_str(), flags | O_CLOEXEC, 0600));
    if (!opened.descriptor.is_open())
        return Error(file.output       ? Errc::Unavailable
                     : errno == EACCES ? Errc::Denied
                                       : Errc::NotFound,
                     file.path + ": " + std::strerror(errno));
    return opened;
}

Result<control::Request> request_of(Context& ctx, std::vector<std::string> arguments)
{
    const Streams& streams = ctx.streams();
    control::Request request;
    request.version = MAILCTL_VERSION;
    request.arguments = std::move(arguments);
    request.directory = streams.directory;
    request.environment["MAILCTL_CONF"] = streams.conf;
    request.width = streams.width;
    request.in_is_terminal = streams.in_is_terminal;
    request.out_is_terminal = streams.out_is_terminal;
    request.err_is_terminal = streams.err_is_terminal;
    request.in = copy_of(streams.in);
    request.out = copy_of(streams.out);
    request.err = copy_of(streams.err);
    if (!request.in.is_open() || !request.out.is_open() || !request.err.is_open())
        return Error(Errc::Invalid, "standard input, output and error must be open");
    for (const auto& file : ctx.files) {
        TRY(auto opened, open_file(file));
        request.files.push_back(std::move(opened));
    }
    return request;
}

Result<std::string> read_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
        return Error(errno == EACCES ? Errc::Denied : Errc::NotFound,
                     path + ": " + std::strerror(errno));
    return text.str();
}

/// A token is one line.
Result<std::string> token_of(const HostOptions& host)
{
    if (host.token_file.empty()) {
        const char* token = std::getenv("MAILCTL_HOST_TOKEN");
        return std::string(token ? token : "");
    }
    TRY(auto text, read_file(host.token_file));
    text.erase(std::min(text.find_first_of("\r\n"), text.size()));
    return text;
}

Result<control::RemoteTarget> target_of(const HostOptions& host)
{
    TRY(auto target, control::parse_target(host.host));
    if (host.certificate.empty() != host.key.empty())
        return Error(Errc::Invalid, "--host-certificate and --host-key need each other");
    if (!host.ca.empty()) {
        TRY(target.ca, read_file(host.ca));
    }
    if (!host.certificate.empty()) {
        TRY(target.certificate, read_file(host.certificate));
        TRY(target.key, read_file(host.key));
    }
    TRY(target.token, token_of(host));
    return target;
}

} // namespace

std::optional<int> run_in_server(Context& ctx, const conf::Config& config,
                                 std::vector<std::string> arguments)
{
    const std::string path = control::socket_path(config.server.data_dir);
    // Asked first, so that without a server no output file is touched here.
    if (const auto probe = control::connect_to(path);
        !probe && probe.error().code() == Errc::NotFound)
        return std::nullopt;
    ctx.flush();
    const auto request = request_of(ctx, std::move(arguments));
    if (!request)
        return ctx.fail(request.error());
    const auto answer = control::run_in_server(path, *request);
    if (!answer)
        return ctx.fail(answer.error());
    if (!answer->has_value())
        return std::nullopt;
    if (!(*answer)->message.empty())
        ctx.complain((*answer)->message);
    return (*answer)->status;
}

void use_host_environment(Context& ctx)
{
    HostOptions& host = ctx.host;
    const std::pair<const char*, std::string*> all[] = {
        {"MAILCTL_HOST", &host.host},
        {"MAILCTL_HOST_CA", &host.ca},
        {"MAILCTL_HOST_CERTIFICATE", &host.certificate},
        {"MAILCTL_HOST_KEY", &host.key},
        {"MAILCTL_HOST_TOKEN_FILE", &host.token_file}};
    for (const auto& [name, value] : all)
        if (const char* set = std::getenv(name); set && value->empty())
            *value = set;
}

int run_on_host(Context& ctx, std::vector<std::string> arguments)
{
    if (!ctx.conf_option.empty())
        return ctx.usage("-c is for this machine's settings: not with --host");
    const auto target = target_of(ctx.host);
    if (!target)
        return ctx.fail(target.error());
    ctx.flush();
    auto request = request_of(ctx, std::move(arguments));
    if (!request)
        return ctx.fail(request.error());
    request->environment.clear(); // names files of this machine
    request->in_is_terminal = false; // nobody can be asked: echo is this machine's affair
    const auto answer = control::run_on_host(*target, *std::move(request));
    if (!answer)
        return ctx.fail(answer.error());
    if (!answer->message.empty())
        ctx.complain(answer->message);
    return answer->status;
}

} // namespace mailctl::cmd
