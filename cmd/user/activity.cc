// mailctl user activity: what users did, as far as user.activity_log had it recorded. LOG-13
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <deque>
#include <functional>

#include "cmd/table.h"
#include "cmd/user/secrets.h"
#include "cmd/user/user.h"
#include "conf/user.h"
#include "core/base/ascii.h"
#include "store/activity.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPage = 1000;

struct Options {
    std::vector<std::string> names, kinds, columns;
    std::string since, until;
    std::uint64_t limit = 0; ///< the last ones of each user; 0: all
    bool csv = false, totals = false;
};

/// What is asked for, once it is read.
struct Wanted {
    Time since{};
    std::optional<Time> until;
    std::vector<store::ActivityKind> kinds; ///< empty: all
    std::uint64_t limit = 0;

    bool matches(const store::Activity& one) const
    {
        const bool in_time = !until || one.time < *until;
        return in_time && (kinds.empty() || std::find(kinds.begin(), kinds.end(), one.kind) != kinds.end());
    }
};

/// A time, or how long ago: "2026-11-01", "7d".
Result<Time> parse_moment(const std::string& text, Time now)
{
    if (const auto ago = parse_duration(text))
        return now - *ago;
    return parse_rfc3339(text);
}

Result<Wanted> wanted_of(const Options& options, Time now)
{
    Wanted wanted;
    wanted.limit = options.limit;
    if (!options.since.empty()) {
        TRY(wanted.since, parse_moment(options.since, now));
    }
    if (!options.until.empty()) {
        TRY(wanted.until, parse_moment(options.until, now));
    }
    for (const auto& word : options.kinds) {
        const auto kind = store::parse_activity_kind(word);
        if (!kind)
            return Error(Errc::Invalid, ascii::printable(word) +
                                            ": no kind; there are login, refused, send, "
                                            "receive, move, delete, secret and delegate");
        wanted.kinds.push_back(*kind);
    }
    return wanted;
}

const Columns& columns()
{
    static const Columns all{"mailctl.user.activity/1",
                             {"address", "time", "kind", "what", "service", "peer", "method", "secret",
                              "tls", "id", "sender", "recipients", "local", "remote", "mailbox",
                              "messages", "octets", "target"}};
    return all;
}

void add_row(Table& table, const std::string& address, const store::Activity& one)
{
    const bool sends = one.kind == store::ActivityKind::Send;
    const bool deletes = one.kind == store::ActivityKind::Delete;
    const bool moves = one.kind == store::ActivityKind::Move;
    const bool has_octets = sends || deletes || one.kind == store::ActivityKind::Receive;
    const bool logs_in =
        one.kind == store::ActivityKind::Login || one.kind == store::ActivityKind::Refused;
    const auto when = [](bool shown, auto value) {
        return shown ? Cell(value) : Cell();
    };
    table.row(address, one.time, store::name_of(one.kind), one.what, one.service, one.peer, one.method,
              one.secret, when(logs_in || sends, one.tls), one.id, one.sender, one.addresses,
              when(sends, one.local), when(sends, one.remote), one.mailbox,
              when(deletes || moves, one.messages), when(has_octets, Octets{one.octets}),
              one.target);
}

/// Calls `each` for the records that are wanted, oldest first. Errors: those of the store.
Result<> each_wanted(Context& ctx, const store::User& user, const Wanted& wanted,
                     const std::function<void(store::Activity&)>& each)
{
    TRY(store::Store* const store, ctx.store());
    std::string from;
    do {
        TRY(auto page,
            ctx.wait(store::read_activities(*store, user.account, wanted.since, from, kPage)));
        for (auto& one : page.activities)
            if (wanted.matches(one))
                each(one);
        from = std::move(page.next);
    } while (!from.empty() && !ctx.cancelled());
    return ok();
}

/// Nobody should take a record that is not kept for one of a user who did nothing.
Result<> note_where_off(Context& ctx, const store::User& user)
{
    TRY(store::Store* const store, ctx.store());
    TRY(const auto own, settings_of(ctx, *store, user));
    if (!own.activity_log)
        ctx.note(to_string(user.address) + ": user.activity_log is off, nothing is recorded now");
    return ok();
}

/// Rows as they are read; with a limit the last ones, which has to wait for the end.
int show(UserView& view, const Wanted& wanted, Table& table, Context& ctx)
{
    const std::string address = to_string(view.user.address);
    std::deque<store::Activity> last;
    const auto read = each_wanted(ctx, view.user, wanted, [&](store::Activity& one) {
        if (wanted.limit == 0)
            return add_row(table, address, one);
        last.push_back(std::move(one));
        if (last.size() > wanted.limit)
            last.pop_front();
    });
    if (!read)
        return ctx.fail(read.error().within(address));
    for (const auto& one : last)
        add_row(table, address, one);
    return EX_OK;
}

/// One row a user.
int show_totals(UserView& view, const Wanted& wanted, Table& table, Context& ctx)
{
    const std::string address = to_string(view.user.address);
    std::uint64_t logins = 0, sent = 0, local = 0, remote = 0, sent_octets = 0;
    std::uint64_t received = 0, received_octets = 0, deleted = 0, refused = 0, moved = 0;
    const auto read = each_wanted(ctx, view.user, wanted, [&](const store::Activity& one) {
        switch (one.kind) {
        case store::ActivityKind::Login: ++logins; break;
        case store::ActivityKind::Send:
            ++sent;
            local += one.local;
            remote += one.remote;
            sent_octets += one.octets;
            break;
        case store::ActivityKind::Receive:
            ++received;
            received_octets += one.octets;
            break;
        case store::ActivityKind::Delete: deleted += one.messages; break;
        case store::ActivityKind::Refused: ++refused; break;
        case store::ActivityKind::Move: moved += one.messages; break;
        case store::ActivityKind::Secret: break;
        case store::ActivityKind::Delegate: break;
        }
    });
    if (!read)
        return ctx.fail(read.error().within(address));
    table.row(address, logins, sent, local, remote, Octets{sent_octets}, received,
              Octets{received_octets}, deleted, refused, moved);
    return EX_OK;
}

const Columns& total_columns()
{
    static const Columns all{"mailctl.user.activity.totals/1",
                             {"address", "logins", "sent", "local", "remote", "sent_octets",
                              "received", "received_octets", "deleted", "refused", "moved"}};
    return all;
}

int run(const Options& options, Context& ctx)
{
    const auto wanted = wanted_of(options, system_clock().now());
    if (!wanted)
        return ctx.usage(wanted.error().detail());
    const Columns& shown = options.totals ? total_columns() : columns();
    if (const auto unknown = unknown_column(shown, options.columns))
        return ctx.usage("no such column: " + *unknown);
    if (options.csv)
        ctx.format = Format::Csv;
    Table table(ctx, shown, options.columns);
    return for_each_user(ctx, options.names, {}, [&](UserView& view) {
        if (!options.names.empty())
            if (const auto noted = note_where_off(ctx, view.user); !noted)
                return ctx.fail(noted.error());
        return options.totals ? show_totals(view, *wanted, table, ctx)
                              : show(view, *wanted, table, ctx);
    });
}

} // namespace

void add_user_activity(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* activity = user.add_subcommand(
        "activity", "Show what users did, where user.activity_log is on, oldest first");
    activity->add_option("ADDRESS", options->names, "Users; without any, all of them");
    activity
        ->add_option("--kind", options->kinds,
                     "Only login, refused, send, receive, move, delete, secret or delegate; may be repeated")
        ->type_name("WORD")
        ->delimiter(',');
    activity->add_option("--since", options->since, "From then on: 7d (ago), a day, a time")
        ->type_name("TIME");
    activity->add_option("--until", options->until, "Before then")->type_name("TIME");
    activity->add_option("--limit", options->limit, "The last ones of each user only")->type_name("N");
    activity->add_option("--columns", options->columns, "Only these, in this order")
        ->type_name("NAME")
        ->delimiter(',');
    activity->add_flag("--totals", options->totals, "One row a user: how much of what");
    activity->add_flag("--csv", options->csv, "As -o csv");
    activity->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
