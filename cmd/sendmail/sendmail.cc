// mailctl sendmail: takes mail from programs of this machine, as the sendmail of old does.
#include "cmd/sendmail/sendmail.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <map>
#include <thread>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "cmd/sending_services.h"
#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/submit/local_session.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

template <class T>
T wait_on(boost::asio::any_io_executor executor, Awaitable<T> work)
{
    return boost::asio::co_spawn(executor, std::move(work), boost::asio::use_future).get();
}

int deliver(Context& ctx, const SendmailOptions& options, const SendingServices& services,
            const MessageSource& source)
{
    auto session = submit::open_local_session(ctx.executor(), services.get(), {});
    const auto executor = session.stream->executor();
    int status = EX_TEMPFAIL;
    {
        submit::Dialogue dialogue(std::move(session.stream));
        status = send_message(ctx, options, sendmail_domain(*services.get()->config), dialogue,
                              executor, source);
        wait_on(executor, dialogue.quit());
    }
    session.ended.get();
    return status;
}

/// One message, as sendmail takes it.
int deliver(Context& ctx, const SendmailOptions& options, const MessageSource& source = {})
{
    auto services = SendingServices::open(ctx);
    if (!services) { // who has the message keeps it
        ctx.complain(services.error().detail());
        return EX_TEMPFAIL;
    }
    const int status = deliver(ctx, options, *services, source);
    services->finish(ctx);
    return status;
}

/// One read; empty: the session ended. A spawned coroutine: no references but to what outlives it.
Awaitable<std::string> read_piece(net::Stream& stream)
{
    std::string piece(4096, '\0');
    std::size_t got = 0;
    try {
        got = co_await stream.read_some(piece.data(), piece.size());
    } catch (const net::Disconnected&) {
        got = 0;
    }
    piece.resize(got);
    co_return piece;
}

Awaitable<bool> write_piece(net::Stream& stream, std::string piece)
{
    try {
        co_await stream.write(piece);
        co_return true;
    } catch (const net::Disconnected&) {
    }
    co_return false;
}

/// -bs: the session's stream and the caller's, one piece after the other in both directions.
int talk(Context& ctx)
{
    auto inside = SendingServices::open(ctx);
    if (!inside) {
        ctx.write("421 4.3.0 " + inside.error().detail() + "\r\n");
        return EX_TEMPFAIL;
    }
    auto session = submit::open_local_session(ctx.executor(), inside->get(), {});
    const auto executor = session.stream->executor();
    net::Stream& stream = *session.stream;
    stream.set_deadline(std::chrono::hours(24)); // the session has its own limits
    std::atomic<bool> over{false};
    std::thread writer([&] {
        for (;;) {
            const std::string piece = wait_on(executor, read_piece(stream));
            if (piece.empty())
                break;
            ctx.write(piece);
            if (!ctx.flush())
                break;
        }
        over = true;
    });
    const auto cancelled = ctx.cancelled_;
    ctx.cancelled_ = [&over, &cancelled] { return over.load() || (cancelled && cancelled()); };
    for (;;) {
        std::string piece = ctx.read_some();
        const bool at_end = piece.empty();
        if (at_end || !wait_on(executor, write_piece(stream, std::move(piece))))
            break;
    }
    if (!over)
        wait_on(executor, write_piece(stream, "QUIT\r\n")); // what was sent is answered first
    writer.join();
    ctx.cancelled_ = cancelled;
    session.stream.reset();
    session.ended.get();
    inside->finish(ctx);
    return EX_OK;
}

int flush_queue(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return EX_TEMPFAIL;
    store::QueueFilter filter;
    filter.limit = 0;
    const auto entries = ctx.wait((*store)->queue().list(filter));
    if (!entries)
        return ctx.fail(entries.error());
    const Time now = (*store)->clock().now();
    for (const auto& entry : *entries) {
        const auto done = ctx.wait((*store)->queue().update(entry.id, [now](store::QueueEntry& e) {
            for (auto& recipient : e.recipients)
                if (recipient.is_waiting())
                    recipient.next_attempt = now;
            return ok();
        }));
        if (!done && done.error().code() != Errc::NotFound)
            return ctx.fail(done.error());
    }
    (*store)->queue().wake();
    return EX_OK;
}

int run(const SendmailOptions& options, Context& ctx)
{
    switch (options.mode) {
    case SendmailOptions::Mode::Deliver: return deliver(ctx, options);
    case SendmailOptions::Mode::Smtp: return talk(ctx);
    case SendmailOptions::Mode::Queue: return print_mail_queue(ctx);
    case SendmailOptions::Mode::Flush: return flush_queue(ctx);
    case SendmailOptions::Mode::Aliases: return EX_OK; // the directory needs no rebuilding
    }
    return EX_USAGE;
}

} // namespace

int send_text(Context& ctx, const SendmailOptions& options, const std::string& text)
{
    bool is_read = false;
    return deliver(ctx, options, [&]() -> Result<std::string> {
        return std::exchange(is_read, true) ? std::string() : text;
    });
}

int send_pieces(Context& ctx, const SendmailOptions& options, const MessageSource& source,
                const SendingServices& services)
{
    return deliver(ctx, options, services, source);
}

std::string sendmail_domain(const conf::Config& config)
{
    if (!config.server.default_domain.empty())
        return config.server.default_domain;
    if (!config.server.hostname.empty())
        return config.server.hostname;
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

void add_sendmail(CLI::App& app, Context& ctx)
{
    auto options = std::make_shared<SendmailOptions>();
    auto* sendmail = app.add_subcommand("sendmail", "Take a message from a program of this machine");
    using Mode = SendmailOptions::Mode;
    static const std::map<std::string, Mode> modes{{"deliver", Mode::Deliver},
                                                   {"smtp", Mode::Smtp},
                                                   {"queue", Mode::Queue},
                                                   {"flush", Mode::Flush},
                                                   {"aliases", Mode::Aliases}};
    sendmail->add_option("RECIPIENT", options->recipients, "Whom it is for");
    sendmail->add_flag("--read-recipients", options->read_recipients,
                       "Also those in To, Cc and Bcc; Bcc is taken out (-t)");
    sendmail->add_flag("--ignore-dots", options->ignore_dots,
                       "A line with a dot alone does not end the message (-i, -oi)");
    sendmail->add_option("--from", options->sender, "Sender; <>: none (-f, -r)")
        ->type_name("ADDRESS");
    sendmail->add_option("--full-name", options->full_name, "For a From that is missing (-F)")
        ->type_name("NAME");
    sendmail->add_option("--notify", options->notify,
                         "Report to the sender: never, or of success, failure, delay (-N)")
        ->type_name("WHEN");
    sendmail->add_option("--return", options->returned, "With reports: hdrs or full (-R)")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"hdrs", "full"}, CLI::ignore_case));
    sendmail->add_option("--envelope-id", options->envelope_id, "Id for reports (-V)")
        ->type_name("TEXT");
    sendmail->add_option("--body", options->body, "7bit or 8bitmime: without a meaning (-B)")
        ->type_name("TYPE");
    sendmail->add_option("--login", options->login, "Sender without --from (the caller's name)")
        ->type_name("NAME");
    sendmail
        ->add_option_function<std::string>(
            "--mode", [options](const std::string& word) { options->mode = modes.at(word); },
            "deliver (-bm), smtp: SMTP on standard input and output (-bs), queue: mailq (-bp), "
            "flush: try the queue now (-q), or aliases: nothing to do (-bi)")
        ->type_name("MODE")
        ->check(CLI::IsMember({"deliver", "smtp", "queue", "flush", "aliases"}));
    sendmail->callback([options, &ctx] {
        ctx.sendmail = options;
        ctx.action = [options, &ctx] { return run(*options, ctx); };
    });
}

} // namespace mailctl::cmd
