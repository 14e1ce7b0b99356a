// mailctl send: writes a message out of options, and sends it.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/read_input.h"
#include "cmd/sendmail/sendmail.h"
#include "core/base/random.h"
#include "core/mime/builder.h"
#include "core/smtp/trace.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string from, subject, body, at;
    std::vector<std::string> to, cc, bcc, files;
    bool has_body = false;
};

/// What the attachments may hold together: they are built in memory.
constexpr std::size_t kMaxAttachments = 64U << 20;

Result<std::string> address_list(const std::vector<std::string>& given)
{
    std::string out;
    for (const auto& text : given) {
        TRY(const auto address, parse_address_argument(text));
        out += (out.empty() ? "" : ",\r\n ") + to_string(address);
    }
    return out;
}

std::string text_of(Context& ctx, const Options& options)
{
    if (options.has_body)
        return options.body;
    std::string out;
    for (std::string piece = ctx.read_some(); !piece.empty(); piece = ctx.read_some())
        out += piece;
    return out;
}

Result<mime::Draft> draft_of(Context& ctx, const Options& options)
{
    mime::Draft draft;
    TRY(const auto from, parse_address_argument(options.from));
    TRY(const auto to, address_list(options.to));
    TRY(const auto cc, address_list(options.cc));
    draft.fields.emplace_back("From", to_string(from));
    if (!to.empty())
        draft.fields.emplace_back("To", to);
    if (!cc.empty())
        draft.fields.emplace_back("Cc", cc);
    draft.fields.emplace_back("Subject", mime::encode_header_text(options.subject));
    draft.fields.emplace_back("Date", smtp::date_time(system_clock().now()));
    draft.boundary = "=_" + system_random().token(24);
    std::size_t left = kMaxAttachments;
    for (const auto& path : options.files) {
        mime::Attachment attachment;
        attachment.name = path.substr(path.rfind('/') + 1);
        auto content = read_input(ctx, path, left);
        if (!content && content.error().code() == Errc::Invalid)
            return Error(Errc::Invalid, "attachments of more than 64 MiB");
        TRY(attachment.content, std::move(content));
        left -= attachment.content.size();
        draft.attachments.push_back(std::move(attachment));
    }
    draft.text = text_of(ctx, options);
    return draft;
}

/// "2026-12-24T18:00:00Z", or "+2h" from now. Errors: Invalid (also of a time that has passed).
Result<Time> release_time(const std::string& text)
{
    const Time now = system_clock().now();
    if (text.starts_with('+')) {
        TRY(const milliseconds wait, parse_duration(text.substr(1)));
        return now + wait;
    }
    TRY(const Time time, parse_rfc3339(text));
    if (time <= now)
        return Error(Errc::Invalid, text + " has passed");
    return time;
}

int run(const Options& options, Context& ctx)
{
    if (options.to.empty() && options.cc.empty() && options.bcc.empty())
        return ctx.usage("to whom? Give --to, --cc or --bcc");
    SendmailOptions sendmail;
    if (!options.at.empty()) {
        const auto time = release_time(options.at);
        if (!time)
            return ctx.usage("--at: " + time.error().detail());
        sendmail.hold_until = to_rfc3339(std::chrono::ceil<std::chrono::seconds>(*time));
    }
    const auto draft = draft_of(ctx, options);
    if (!draft)
        return ctx.fail(draft.error());
    if (ctx.cancelled())
        return EX_TEMPFAIL;
    sendmail.sender = options.from;
    sendmail.ignore_dots = true;
    for (const auto* list : {&options.to, &options.cc, &options.bcc})
        sendmail.recipients.insert(sendmail.recipients.end(), list->begin(), list->end());
    return send_text(ctx, sendmail, mime::compose(*draft));
}

} // namespace

void add_send(CLI::App& app, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* send = app.add_subcommand("send", "Write a message and send it");
    send->add_option("--from", options->from, "Its author and sender")->type_name("ADDRESS")->required();
    send->add_option("--to", options->to, "Recipient; may be repeated")->type_name("ADDRESS");
    send->add_option("--cc", options->cc, "Recipient of a copy; may be repeated")->type_name("ADDRESS");
    send->add_option("--bcc", options->bcc, "Recipient that others do not see; may be repeated")
        ->type_name("ADDRESS");
    send->add_option("--subject", options->subject, "Subject")->type_name("TEXT");
    auto* body = send->add_option("--body", options->body, "Text (default: standard input)");
    body->type_name("TEXT");
    send->add_option("--at", options->at,
                     "Send it at that time: 2026-12-24T18:00:00Z, or +2h; the queue holds it")
        ->type_name("TIME");
    send->add_option_function<std::vector<std::string>>(
            "--attach",
            [options, &ctx](const std::vector<std::string>& paths) {
                options->files = paths;
                for (const auto& path : paths)
                    ctx.files.push_back({path, false, -1});
            },
            "A file to go with it; may be repeated")
        ->type_name("FILE");
    send->callback([options, body, &ctx] {
        options->has_body = body->count() > 0;
        ctx.action = [options, &ctx] { return run(*options, ctx); };
    });
}

} // namespace mailctl::cmd
