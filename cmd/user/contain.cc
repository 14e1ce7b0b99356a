// mailctl user contain: stops an account that is misused, and tells what it did.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <map>

#include "cmd/ban/ban.h"
#include "cmd/queue/act.h"
#include "cmd/table.h"
#include "cmd/user/user.h"
#include "core/abuse/containment.h"
#include "core/auth/secrets/app_password.h"
#include "core/server/server.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using store::QueueEntry;

struct Options {
    std::string name, reason;
    bool ban = false, keep_sessions = false, undo = false, drop = false;
    unsigned days = 7;
};

struct Report {
    std::vector<std::string> last_logins, addresses;
    std::map<std::string, std::uint64_t> queued, sent; ///< recipients by domain
    std::uint64_t sessions = 0, held = 0, dropped = 0, released = 0, messages_sent = 0;
    std::vector<std::string> bans;
};

void count_domains(const QueueEntry& entry, std::map<std::string, std::uint64_t>& out)
{
    for (const auto& recipient : entry.recipients)
        ++out[recipient.address.substr(recipient.address.rfind('@') + 1)];
}

std::vector<std::string> lines_of(const std::map<std::string, std::uint64_t>& counts)
{
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [domain, count] : counts)
        order.emplace_back(count, domain);
    std::sort(order.rbegin(), order.rend());
    std::vector<std::string> out;
    for (const auto& [count, domain] : order)
        out.push_back(domain + '=' + std::to_string(count));
    return out;
}

class Containing {
public:
    Containing(const Options& options, Context& ctx, store::Store& store, store::User user)
        : options_(options), ctx_(ctx), store_(store), user_(std::move(user)),
          name_(to_string(user_.address))
    {
    }

    /// The lock comes first, so that nothing new is sent while the rest goes on.
    Result<> run()
    {
        TRY_VOID(lock_or_unlock());
        TRY_VOID(read_logins());
        if (ctx_.server() && !options_.undo && !options_.keep_sessions && !ctx_.dry_run)
            report_.sessions = ctx_.server()->kick_user(name_);
        TRY_VOID(go_through_queue());
        TRY_VOID(read_history());
        TRY_VOID(ban_or_lift());
        return ok();
    }

    void print()
    {
        const bool contained = user_.contained.has_value();
        Sheet sheet(ctx_, "mailctl.user.contain/1");
        sheet.field("user", name_)
            .field("contained", contained)
            .field("state", name_of(user_.state))
            .field("reason", user_.reason)
            .field("app_passwords", app_passwords())
            .field("certificates", std::uint64_t{user_.certificates.size()})
            .field("sessions_ended", report_.sessions)
            .field("messages_held", report_.held)
            .field("messages_dropped", report_.dropped)
            .field("messages_released", report_.released)
            .field("queued_by_domain", lines_of(report_.queued))
            .field("days", std::uint64_t{options_.days})
            .field("messages_sent", report_.messages_sent)
            .field("sent_by_domain", lines_of(report_.sent))
            .field("last_logins", report_.last_logins)
            .field("bans", report_.bans);
    }

private:
    /// Labels of what stops or works again with the account.
    std::vector<std::string> app_passwords() const
    {
        std::vector<std::string> labels;
        for (const auto& one : auth::app_passwords_of(user_))
            labels.push_back(one.label);
        return labels;
    }

    Result<> lock_or_unlock()
    {
        const bool undo = options_.undo;
        const std::string reason = options_.reason;
        const Time now = store_.clock().now();
        const auto change = [=](store::User& user) -> Result<> {
            return undo ? abuse::undo_containment(user) : abuse::contain(user, reason, now);
        };
        if (ctx_.dry_run)
            return change(user_);
        TRY(user_, ctx_.wait(store_.directory().update_user(user_.address, change)));
        return ok();
    }

    Result<> read_logins()
    {
        const auto account = ctx_.wait(store_.account(user_.account));
        if (!account)
            return account.error();
        for (const std::string_view service : {"smtp", "imap", "pop3"}) {
            TRY(const auto note,
                ctx_.wait((*account)->note("last_login." + std::string(service))));
            if (!note)
                continue;
            report_.last_logins.push_back(std::string(service) + ' ' + *note);
            const std::string address = note->substr(note->find(' ') + 1);
            const auto known = std::find(report_.addresses.begin(), report_.addresses.end(), address);
            if (known == report_.addresses.end())
                report_.addresses.push_back(address);
        }
        return ok();
    }

    /// Holds what is not held yet, or drops everything, or releases what was held here and nothing else.
    Result<> go_through_queue()
    {
        store::QueueFilter filter;
        filter.account = name_;
        filter.limit = 0;
        TRY(const auto entries, ctx_.wait(store_.queue().list(filter)));
        const std::string mark = abuse::containment_mark(name_);
        std::vector<QueueId> ids;
        for (const auto& entry : entries) {
            count_domains(entry, report_.queued);
            const bool ours = entry.held && entry.hold_reason == mark;
            if (options_.undo ? ours : !entry.held || options_.drop)
                ids.push_back(entry.id);
        }
        std::uint64_t& count = options_.undo   ? report_.released
                               : options_.drop ? report_.dropped
                                               : report_.held;
        count = ids.size();
        if (ctx_.dry_run || ids.empty())
            return ok();
        const bool undo = options_.undo, drop = options_.drop;
        const std::function<bool(QueueEntry&)> change = [undo, drop, mark,
                                                         &filter](QueueEntry& entry) {
            if (drop)
                return drop_entry(filter, entry, mark);
            if (undo ? entry.hold_reason != mark : entry.held)
                return false;
            entry.held = !undo;
            entry.hold_reason = undo ? "" : mark;
            return true;
        };
        TRY(count, ctx_.wait(store_.queue().update_all(std::move(ids), change)));
        store_.queue().wake();
        return ok();
    }

    Result<> read_history()
    {
        store::QueueFilter filter;
        filter.account = name_;
        filter.limit = 0;
        filter.younger = std::chrono::hours(24 * options_.days);
        TRY(const auto history, ctx_.wait(store_.queue().history(filter)));
        report_.messages_sent = history.size();
        for (const auto& one : history)
            count_domains(one.entry, report_.sent);
        return ok();
    }

    Result<> ban_or_lift()
    {
        const std::string mark = abuse::containment_mark(name_);
        if (options_.undo) {
            TRY(const auto bans, ctx_.wait(store_.bans()));
            for (const auto& ban : bans) {
                if (ban.reason != mark)
                    continue;
                report_.bans.push_back(ban.network);
                if (!ctx_.dry_run)
                    TRY_VOID(ctx_.wait(store_.remove_ban(ban.network)));
            }
            return tell_server_of_bans(ctx_);
        }
        if (!options_.ban)
            return ok();
        for (const auto& address : report_.addresses) {
            if (address == "unix" || net::Endpoint{address, 0}.is_loopback())
                continue;
            store::Ban ban;
            ban.network = address;
            ban.reason = mark;
            ban.user = name_;
            ban.start = store_.clock().now();
            report_.bans.push_back(address);
            if (!ctx_.dry_run)
                TRY_VOID(ctx_.wait(store_.put_ban(ban)));
        }
        return tell_server_of_bans(ctx_);
    }

    const Options& options_;
    Context& ctx_;
    store::Store& store_;
    store::User user_;
    std::string name_;
    Report report_;
};

int run(const Options& options, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (options.drop && !ctx.dry_run) {
        const auto sure = ctx.confirm("Drop all that " + options.name + " has in the queue?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    return for_each_user(ctx, {options.name}, {}, [&](UserView& view) {
        Containing containing(options, ctx, **store, view.user);
        if (const auto done = containing.run(); !done)
            return ctx.fail(done.error());
        containing.print();
        return EX_OK;
    });
}

} // namespace

void add_user_contain(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* contain = user.add_subcommand(
        "contain", "Stop a misused account at once, and tell what it sent");
    contain->add_option("ADDRESS", options->name, "The user's address")->required();
    contain->add_option("--reason", options->reason, "Why, for administrators")->type_name("TEXT");
    contain->add_flag("--ban", options->ban, "Also ban the addresses of its last logins");
    contain->add_flag("--keep-sessions", options->keep_sessions, "Do not end its connections");
    auto* drop = contain->add_flag("--drop", options->drop,
                                   "Take its mail out of the queue instead of holding it");
    contain->add_flag("--undo", options->undo, "Back to what it was before")->excludes(drop);
    contain->add_option("--days", options->days, "Tell what it sent in so many days (default 7)")
        ->type_name("N")
        ->check(CLI::Range(1u, 3650u));
    add_change_options(*contain, ctx);
    contain->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
