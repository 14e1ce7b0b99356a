// mailctl sending list and reset: the counters of sending limits.
#include "cmd/sending/sending.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/abuse/containment.h"
#include "core/delivery/sending_limits.h"
#include "core/delivery/services.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

/// The running server's counters, or those on the disk.
struct Counters {
    std::unique_ptr<delivery::Sending> own;
    delivery::Sending* sending = nullptr;
};

Result<Counters> counters_of(Context& ctx)
{
    Counters out;
    if (ctx.server()) {
        out.sending = ctx.server()->services()->sending;
        return out;
    }
    TRY(store::Store* store, ctx.store());
    out.own = std::make_unique<delivery::Sending>(*store);
    out.sending = out.own.get();
    return out;
}

/// "ann@example.org", or "@example.org" of a domain.
Result<std::string> subject_of(const std::string& name)
{
    if (name.empty())
        return name;
    if (name.front() == '@') {
        TRY(const auto domain, address::canonical_domain(name.substr(1)));
        return '@' + domain;
    }
    TRY(const auto address, parse_address_argument(name));
    return to_string(address);
}

/// ABU-08: that of the detection, of the user, its domain or the settings.
std::uint64_t detection_limit(Context& ctx, const conf::Config& config, store::Store& store,
                              const delivery::SendingView& view)
{
    conf::DetectSettings limits = config.abuse.detect;
    if (const auto address = address::parse(view.subject)) {
        const auto account =
            ctx.wait(delivery::find_sending_account(store, config, *address));
        if (account)
            limits = account->detect;
    }
    const std::uint64_t all[] = {limits.equal_subjects, limits.equal_sizes, limits.logins,
                                 limits.recipients, limits.failures};
    for (std::size_t i = 0; i < abuse::kDetectionKinds; ++i)
        if (view.limit.ends_with(abuse::name_of(static_cast<abuse::Detection>(i))))
            return all[i];
    return 0;
}

/// The limit in force; 0: none.
Result<std::uint64_t> limit_of(Context& ctx, const delivery::SendingView& view)
{
    TRY(const auto config, ctx.config());
    TRY(store::Store* store, ctx.store());
    if (view.limit.starts_with("detect."))
        return detection_limit(ctx, *config, *store, view);
    const bool is_domain = view.subject.front() == '@';
    conf::SendingLimits limits = is_domain ? config->sending.domain : config->sending.account;
    if (is_domain) {
        if (const auto domain = ctx.wait(store->directory().find_domain(view.subject.substr(1))))
            limits = delivery::with_own(limits, domain->sending);
    } else if (const auto address = address::parse(view.subject)) {
        if (const auto account =
                ctx.wait(delivery::find_sending_account(*store, *config, *address)))
            limits = account->own;
    }
    for (const auto& [name, amount] : delivery::amounts_of(limits))
        if (name == view.limit)
            return amount;
    return std::uint64_t{0};
}

int run_list(const std::string& name, Context& ctx)
{
    const auto subject = subject_of(name);
    if (!subject)
        return ctx.fail(subject.error());
    const auto windows = sending_windows(ctx, *subject);
    if (!windows)
        return ctx.fail(windows.error());
    Table table(ctx, {"mailctl.sending.list/1", {"who", "window", "used", "limit", "fired", "action"}});
    for (const auto& [counted, limit] : *windows)
        table.row(counted.subject, counted.limit, counted.used, limit == 0 ? Cell() : Cell(limit),
                  counted.fired ? Cell(counted.fired->since) : Cell(),
                  counted.fired ? Cell(abuse::name_of(counted.fired->action)) : Cell());
    return EX_OK;
}

int run_reset(const std::vector<std::string>& names, Context& ctx)
{
    const auto counters = counters_of(ctx);
    if (!counters)
        return ctx.fail(counters.error());
    for (const auto& name : names) {
        const auto subject = subject_of(name);
        if (!subject)
            return ctx.fail(subject.error());
        if (ctx.dry_run) {
            ctx.note("would reset " + *subject);
            continue;
        }
        if (const auto done = ctx.wait(counters->sending->reset(*subject)); !done)
            return ctx.fail(done.error());
        const auto store = ctx.store();
        if (!store)
            return ctx.fail(store.error());
        const auto released = ctx.wait(abuse::release_queued(
            (*store)->queue(), *subject, abuse::detection_marks(*subject)));
        if (!released)
            return ctx.fail(released.error());
        ctx.note("reset " + *subject +
                 (*released == 0 ? "" : ", released " + std::to_string(*released) + " messages"));
    }
    return EX_OK;
}

} // namespace

Result<std::vector<SendingWindow>> sending_windows(Context& ctx, const std::string& subject)
{
    TRY(const auto counters, counters_of(ctx));
    TRY(const auto config, ctx.config());
    TRY(auto views, ctx.wait(counters.sending->view(subject, config)));
    std::vector<SendingWindow> out;
    for (auto& view : views) {
        TRY(const auto limit, limit_of(ctx, view));
        out.push_back({std::move(view), limit});
    }
    return out;
}

void add_sending_list(CLI::App& sending, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* list = sending.add_subcommand("list", "Show what was sent within the windows of limits, and which detections of mass mail fired");
    list->add_option("WHO", *name, "A user's address, or @DOMAIN");
    list->callback([name, &ctx] { ctx.action = [name, &ctx] { return run_list(*name, ctx); }; });
}

void add_sending_reset(CLI::App& sending, Context& ctx)
{
    auto names = std::make_shared<std::vector<std::string>>();
    auto* reset = sending.add_subcommand("reset", "Begin to count from 0, and release what a detection of mass mail holds");
    reset->add_option("WHO", *names, "Users' addresses, or @DOMAIN")->required();
    add_change_options(*reset, ctx);
    reset->callback([names, &ctx] { ctx.action = [names, &ctx] { return run_reset(*names, ctx); }; });
}

} // namespace mailctl::cmd
