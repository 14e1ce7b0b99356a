// mailctl mailbox resend: sends messages of a mailbox to another address, once. USR-13
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <optional>
#include <utility>

#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/sending_services.h"
#include "cmd/sendmail/sendmail.h"
#include "core/address/address.h"
#include "core/base/random.h"
#include "core/delivery/services.h"
#include "core/imap/server/rows.h"
#include "core/smtp/trace.h"
#include "store/directory.h"
#include "store/engine.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::string to, from;
    bool removes = false;
};

/// Errors: Denied (locked: contained, disabled, suspended and so on, or expired).
Result<> check_state(const store::User& user, Time now)
{
    const auto name = address::to_string(user.address);
    if (user.contained)
        return Error(Errc::Denied, name + " is contained: nothing is sent in its name");
    const bool is_open = user.state == store::UserState::Active ||
                         user.state == store::UserState::NoLogin ||
                         user.state == store::UserState::ReadOnly;
    if (!is_open)
        return Error(Errc::Denied, name + " is " + std::string(name_of(user.state)) +
                                       ": nothing is sent in its name");
    if (user.expires && *user.expires <= now)
        return Error(Errc::Denied, name + " is expired: nothing is sent in its name");
    return ok();
}

/// RFC 5322 §3.6.6: the fields stand together, before all others.
std::string resent_fields(const std::string& from, const std::string& to, Time now,
                          const std::string& hostname)
{
    return "Resent-Date: " + smtp::date_time(now) + "\r\nResent-From: " + from +
           "\r\nResent-To: " + to + "\r\nResent-Message-ID: <" + system_random().token(20) + '@' +
           hostname + ">\r\n";
}

/// What one run needs for every message.
class Resending {
public:
    Resending(Context& ctx, const Options& options, store::Store& store, SendingServices& services)
        : ctx_(ctx), options_(options), store_(store), services_(services)
    {
    }

    bool has_failed() const { return failed_; }

    /// Messages that are refused for what they are stay, and the next ones are sent; what would
    /// refuse them all ends it. Gives how many were sent.
    Result<std::uint64_t> send_all(store::Account& account, const ChosenMessages& chosen)
    {
        TRY(const auto user, ctx_.wait(store_.directory().find_account(chosen.account)));
        TRY_VOID(check_state(user, store_.clock().now()));
        if (options_.removes && !user.may_change_mail())
            return Error(Errc::Denied, chosen.user + " is read-only: its mail stays");
        std::uint64_t sent = 0;
        imap::Rows rows(account, chosen.mailbox.id, chosen.uids);
        for (;;) {
            TRY(const auto page, ctx_.wait(rows.next()));
            if (page.empty())
                return sent;
            for (const auto& row : page) {
                if (ctx_.cancelled())
                    return sent;
                TRY(const int status, send_one(account, chosen, row));
                if (status == EX_OK)
                    ++sent;
                failed_ = failed_ || (status != EX_OK && status != kGone);
                if (status != EX_OK && status != EX_DATAERR && status != kGone)
                    return stopped(sent, chosen, row);
            }
        }
    }

private:
    static constexpr int kGone = -1; ///< expunged meanwhile

    /// Why was complained of already.
    std::uint64_t stopped(std::uint64_t sent, const ChosenMessages& chosen,
                          const store::MessageRow& row)
    {
        ctx_.complain("stopped at message " + std::to_string(value_of(row.uid)) + " of " +
                      chosen.user + " in " + chosen.mailbox.name);
        return sent;
    }

    /// The fields, then the message, a piece at a time. Borrows: all of them.
    MessageSource source_of(store::Account& account, const store::Email& email,
                            const std::string& fields, std::string& first)
    {
        return [this, &account, &email, &fields, &first, at = std::uint64_t{0},
                begins = true]() mutable -> Result<std::string> {
            if (std::exchange(begins, false)) {
                at = first.size();
                return fields + std::exchange(first, {});
            }
            if (at >= email.body.octets)
                return std::string();
            TRY(auto part, ctx_.wait(account.read_body(email.body, at, store::kBlobChunkOctets)));
            if (part.empty())
                return Error(Errc::Corrupt, "the body is shorter than its row says");
            at += part.size();
            return part;
        };
    }

    /// Gives the exit status of sendmail, or kGone.
    Result<int> send_one(store::Account& account, const ChosenMessages& chosen,
                         const store::MessageRow& row)
    {
        const auto email = ctx_.wait(account.email(row.email));
        if (!email)
            return or_gone(email.error());
        auto first = ctx_.wait(account.read_body(email->body, 0, store::kBlobChunkOctets));
        if (!first)
            return or_gone(first.error());
        const auto& services = *services_.get();
        SendmailOptions letter;
        letter.sender = options_.from.empty() ? chosen.user : options_.from;
        letter.recipients = {options_.to};
        letter.ignore_dots = true;
        const auto fields =
            resent_fields(*letter.sender, options_.to, services.clock->now(), services.hostname);
        const int status =
            send_pieces(ctx_, letter, source_of(account, *email, fields, *first), services_);
        if (status == EX_OK && options_.removes)
            TRY_VOID(ctx_.wait(account.expunge(chosen.mailbox.id, {row.uid}, false)));
        return status;
    }

    static Result<int> or_gone(const Error& error)
    {
        return error.code() == Errc::NotFound ? Result<int>(kGone) : Result<int>(error);
    }

    Context& ctx_;
    const Options& options_;
    store::Store& store_;
    SendingServices& services_;
    bool failed_ = false;
};

/// Errors: as check_state, of whoever it is sent in the name of.
Result<> check_senders(Context& ctx, const Options& options, store::Store& store)
{
    if (options.from.empty())
        return ok();
    TRY(auto at, parse_address_argument(options.from));
    const auto entry = ctx.wait(store.directory().find(std::move(at)));
    if (!entry && entry.error().code() != Errc::NotFound)
        return entry.error();
    const auto* user = entry ? std::get_if<store::User>(&*entry) : nullptr;
    return user == nullptr ? ok() : check_state(*user, store.clock().now());
}

int run(Options options, Context& ctx)
{
    const auto to = address::parse(options.to);
    if (!to)
        return ctx.usage("--to: " + to.error().detail());
    options.to = address::to_string(*to);
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (const auto may = check_senders(ctx, options, **store); !may)
        return ctx.fail(may.error());
    auto services = SendingServices::open(ctx);
    if (!services)
        return ctx.fail(services.error());
    Resending resending(ctx, options, **store, *services);
    MailboxAction action{"resend", "resent", "Resend", {}};
    action.act = [&](store::Account& account, const ChosenMessages& chosen) {
        return resending.send_all(account, chosen);
    };
    const int status = act_on_messages(ctx, options.choice, action);
    services->finish(ctx);
    return status == EX_OK && resending.has_failed() ? kExitPartial : status;
}

} // namespace

void add_mailbox_resend(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand(
        "resend", "Send messages to another address, once, as they are (Resent- fields)");
    add_mailbox_choice(*verb, options->choice);
    verb->add_option("--to", options->to, "Whom they are sent to, here or elsewhere")
        ->required()
        ->type_name("ADDRESS");
    verb->add_option("--from", options->from,
                     "In whose name, and where bounces go; else the mailbox's user")
        ->type_name("ADDRESS");
    verb->add_flag("--delete", options->removes, "Expunge each once it was taken");
    add_change_options(*verb, ctx);
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
