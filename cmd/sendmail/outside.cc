// For callers without rights on the control socket and the store, such as cron's and a web server's.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "cmd/sendmail/sendmail.h"
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/control/socket.h"
#include "core/net/socket_stream.h"
#include "core/submit/letter.h"

namespace mailctl::cmd {
namespace {

struct Door {
    std::string address;
    std::uint16_t port = 0;
};

/// The first listener for mail without a login that this machine can reach over loopback.
std::optional<Door> find_door(const conf::Config& config)
{
    for (const auto& listener : config.listeners) {
        const bool open = listener.enabled && listener.protocol == conf::Protocol::Smtp &&
                          listener.tls != conf::TlsMode::Implicit &&
                          listener.tls != conf::TlsMode::RequireStartTls;
        if (!open)
            continue;
        if (listener.addresses.empty())
            return Door{"127.0.0.1", listener.port};
        for (const auto& address : listener.addresses) {
            if (address == "0.0.0.0")
                return Door{"127.0.0.1", listener.port};
            if (address == "::")
                return Door{"::1", listener.port};
            if (net::Endpoint{address, 0}.is_loopback())
                return Door{address, listener.port};
        }
    }
    return std::nullopt;
}

int send_by_smtp(Context& ctx, const SendmailOptions& options, const std::string& domain,
                 std::unique_ptr<net::Stream> stream)
{
    const auto executor = stream->executor();
    submit::Dialogue dialogue(std::move(stream));
    const int status = send_message(ctx, options, domain, dialogue, executor);
    boost::asio::co_spawn(executor, dialogue.quit(), boost::asio::use_future).get();
    return status;
}

/// Everything that write(2) has to be asked again for.
bool write_all(int descriptor, std::string_view octets)
{
    while (!octets.empty()) {
        const auto wrote = ::write(descriptor, octets.data(), octets.size());
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        octets.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

/// The message with its envelope in the header, as the pickup folder takes it.
std::optional<std::string> whole_message(Context& ctx, const SendmailOptions& options,
                                         const std::string& domain)
{
    submit::LineEnds ends(!options.ignore_dots);
    std::string text;
    for (std::string piece = ctx.read_some(); !piece.empty() && !ends.is_done();
         piece = ctx.read_some())
        ends.feed(piece, text);
    ends.finish(text);
    const auto sender = submit::full_address(options.sender.value_or(options.login), domain);
    std::string header;
    header += "Return-Path: <" + (sender ? *sender : std::string()) + ">\r\n";
    submit::HeaderWishes wishes;
    wishes.sender = sender ? *sender : "";
    wishes.full_name = options.full_name;
    wishes.domain = domain;
    const auto prepared = submit::prepare_header(text, wishes);
    if (!options.recipients.empty() || !options.read_recipients) {
        // What the pickup folder reads must name these and no others.
        for (const auto& recipient : options.recipients) {
            const auto whole = submit::full_address(recipient, domain);
            if (!whole) {
                ctx.complain(whole.error().detail());
                return std::nullopt;
            }
            header += "X-Pickup-To: " + *whole + "\r\n";
        }
    }
    if (options.read_recipients)
        header += "X-Pickup-To: (header)\r\n";
    return header + prepared.header + prepared.rest;
}

/// RFC 5321 §6.1 by hand: on the disk before the caller hears of success.
int put_into_folder(Context& ctx, const SendmailOptions& options, const std::string& domain,
                    const std::string& folder)
{
    if (options.recipients.empty() && !options.read_recipients)
        return ctx.usage("no recipients: name them, or take them from the header with -t");
    const auto message = whole_message(ctx, options, domain);
    if (!message)
        return EX_DATAERR;
    if (ctx.cancelled())
        return EX_TEMPFAIL;
    const std::string name = folder + "/" + system_random().token(20);
    const int file = ::open((name + ".tmp").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    const bool written = file >= 0 && write_all(file, *message) && ::fsync(file) == 0;
    const bool closed = file >= 0 && ::close(file) == 0;
    if (!written || !closed || ::rename((name + ".tmp").c_str(), (name + ".eml").c_str()) != 0) {
        ctx.complain(folder + ": " + std::strerror(errno));
        ::unlink((name + ".tmp").c_str());
        return EX_TEMPFAIL;
    }
    if (const int parent = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        parent >= 0) {
        ::fsync(parent);
        ::close(parent);
    }
    return EX_OK;
}

/// Whether the control socket, or else the store, is there for this caller.
bool has_usual_way(const conf::Config& config)
{
    const auto connected = control::connect_to(control::socket_path(config.server.data_dir));
    if (connected)
        return true;
    return connected.error().code() == Errc::NotFound &&
           ::access(config.server.data_dir.c_str(), W_OK | X_OK) == 0;
}

} // namespace

std::optional<int> run_sendmail_outside(Context& ctx,
                                        const Result<std::shared_ptr<const conf::Config>>& config)
{
    if (!ctx.sendmail || ctx.sendmail->mode == SendmailOptions::Mode::Aliases)
        return ctx.sendmail ? std::optional<int>(EX_OK) : std::nullopt;
    if (config && has_usual_way(**config))
        return std::nullopt;
    const SendmailOptions& options = *ctx.sendmail;
    if (options.mode != SendmailOptions::Mode::Deliver) {
        ctx.complain("needs the control socket: be root, the server's user or in control.group");
        return EX_NOPERM;
    }
    // Settings that ordinary users may not read leave the port that every server has.
    const conf::Config defaults;
    const conf::Config& settings = config ? **config : defaults;
    const std::string domain = sendmail_domain(settings);
    if (!settings.queue.pickup.empty() && ::access(settings.queue.pickup.c_str(), W_OK) == 0)
        return put_into_folder(ctx, options, domain, settings.queue.pickup);
    const auto door = config ? find_door(settings) : Door{"127.0.0.1", 25};
    boost::asio::thread_pool pool(1);
    if (door) {
        auto stream = boost::asio::co_spawn(pool,
                                            net::connect(door->address, door->port,
                                                         std::chrono::seconds(10)),
                                            boost::asio::use_future)
                          .get();
        if (stream) {
            SendmailOptions known = options;
            if (!settings.server.hostname.empty()) // a hosted domain may insist on a login
                known.login += '@' + settings.server.hostname;
            const int status = send_by_smtp(ctx, known, domain, *std::move(stream));
            pool.join();
            return status;
        }
    }
    ctx.complain("cannot reach the server: no right to its control socket, and no answer over "
                 "SMTP");
    return EX_TEMPFAIL;
}

} // namespace mailctl::cmd
