// mailctl queue rules list, add and remove: standing orders for what comes and what waits.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/queue/queue.h"
#include "cmd/table.h"
#include "core/route/route.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using Action = store::QueueRule::Action;

struct Options {
    QueueChoice choice;
    std::string action, route, reason, owner, lasting;
    std::vector<std::uint64_t> numbers;
    bool all = false;
};

std::string_view name_of(Action action)
{
    switch (action) {
    case Action::Hold: return "hold";
    case Action::Fail: return "fail";
    case Action::Drop: return "drop";
    case Action::Route: return "route";
    }
    return "unknown";
}

Action action_of(const std::string& name)
{
    if (name == "fail")
        return Action::Fail;
    if (name == "drop")
        return Action::Drop;
    return name == "route" ? Action::Route : Action::Hold;
}

/// The words that would choose the same: "--to *@x.org --size >=1024".
std::string match_of(const store::QueueFilter& match)
{
    std::string text;
    const auto add = [&](std::string_view word, const std::string& value) {
        if (!value.empty())
            text += (text.empty() ? "" : " ") + std::string(word) + " " + value;
    };
    add("--from", match.from);
    add("--to", match.to);
    add("--domain", match.domain);
    add("--account", match.account);
    add("--error", match.error);
    add("--size", match.larger ? ">=" + std::to_string(*match.larger) : "");
    add("--size", match.smaller ? "<=" + std::to_string(*match.smaller) : "");
    return text;
}

int run_list(const Options& options, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto rules = ctx.wait((*store)->queue().rules());
    if (!rules)
        return ctx.fail(rules.error());
    const Time now = (*store)->clock().now();
    Table table(ctx, {"mailctl.queue.rules/1",
                      {"number", "action", "match", "route", "reason", "owner", "created",
                       "expires"}});
    for (const auto& rule : *rules) {
        if (options.all || !rule.expires || *rule.expires > now)
            table.row(rule.number, name_of(rule.action), match_of(rule.match), rule.route,
                      rule.reason, rule.owner, rule.created, rule.expires);
    }
    return EX_OK;
}

/// Errors: Invalid.
Result<store::QueueRule> rule_of(const Options& options, Context& ctx, Time now)
{
    store::QueueRule rule;
    rule.action = action_of(options.action);
    rule.reason = options.reason;
    rule.owner = options.owner;
    rule.route = options.route;
    if ((rule.action == Action::Route) == rule.route.empty())
        return Error(Errc::Invalid, rule.route.empty() ? "a rule that routes needs --route"
                                                       : "--route is for the action route");
    if (!rule.route.empty()) {
        TRY(const auto config, ctx.config());
        route::Question question;
        question.recipient = "@example.org";
        question.override_route = rule.route;
        TRY(const auto way, route::choose(*config, question));
        (void)way;
    }
    if (!options.lasting.empty()) {
        TRY(const auto duration, parse_duration(options.lasting));
        rule.expires = now + duration;
    }
    TRY(auto chosen, read_queue_choice(ctx, options.choice));
    rule.match = std::move(chosen.filter);
    return rule;
}

int run_add(const Options& options, Context& ctx)
{
    if (options.choice.is_empty())
        return ctx.usage("which messages? A rule needs --from, --to, --domain, --account or --size");
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    auto rule = rule_of(options, ctx, (*store)->clock().now());
    if (!rule)
        return ctx.fail(rule.error());
    store::QueueFilter waiting = rule->match;
    std::uint64_t count = 0;
    ChosenEntries chosen;
    chosen.filter = waiting;
    const auto done = each_entry(ctx, chosen, [&](store::QueueEntry&) {
        ++count;
        return true;
    });
    if (!done)
        return ctx.fail(done.error());
    const bool ends = rule->action == Action::Fail || rule->action == Action::Drop;
    if (ctx.dry_run) {
        ctx.note("would add the rule; it is for " + messages(count) + " now");
        return EX_OK;
    }
    if (ends && count > 1) {
        const auto sure = ctx.confirm("It is for " + messages(count) + " now. Add it?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    const auto number = ctx.wait((*store)->queue().add_rule(std::move(*rule)));
    if (!number)
        return ctx.fail(number.error());
    ctx.note("added rule " + std::to_string(*number) + "; it is for " + messages(count) + " now");
    return EX_OK;
}

int run_remove(const Options& options, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    for (const auto number : options.numbers) {
        if (ctx.dry_run) {
            ctx.note("would remove rule " + std::to_string(number));
            continue;
        }
        if (const auto done = ctx.wait((*store)->queue().remove_rule(number)); !done)
            return ctx.fail(done.error());
        ctx.note("removed rule " + std::to_string(number));
    }
    return EX_OK;
}

/// "queue rules", made with the first of its verbs.
CLI::App& rules_of(CLI::App& queue)
{
    for (auto* verb : queue.get_subcommands([](const CLI::App*) { return true; })) {
        if (verb->get_name() == "rules")
            return *verb;
    }
    auto* rules = queue.add_subcommand("rules", "Standing rules for what comes and what waits");
    rules->require_subcommand(1);
    return *rules;
}

void set_action(CLI::App& verb, Context& ctx, std::shared_ptr<Options> options,
                int (*run)(const Options&, Context&))
{
    verb.fallthrough();
    verb.callback([=, &ctx] { ctx.action = [=, &ctx] { return run(*options, ctx); }; });
}

} // namespace

void add_queue_rules_list(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = rules_of(queue).add_subcommand("list", "List standing rules");
    list->add_flag("--all", options->all, "Also those that are over");
    set_action(*list, ctx, options, run_list);
}

void add_queue_rules_add(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = rules_of(queue).add_subcommand(
        "add", "Hold, fail, drop or route what matches, when it comes and what waits already");
    add->add_option("ACTION", options->action,
                    "hold, fail (senders are told), drop (nobody is told), route")
        ->required()
        ->check(CLI::IsMember({"hold", "fail", "drop", "route"}));
    add_queue_choice(*add, ctx, options->choice, ChoiceUse::Rule);
    add->add_option("--route", options->route, "Of route: mx, smart_host:NAME or HOST[:PORT]")
        ->type_name("TO");
    add->add_option("--reason", options->reason, "Why; of fail: what senders are told")
        ->type_name("TEXT");
    add->add_option("--owner", options->owner, "Who answers for it")->type_name("NAME");
    add->add_option("--for", options->lasting, "For so long; without it until removed")
        ->type_name("DURATION");
    add_change_options(*add, ctx);
    set_action(*add, ctx, options, run_add);
}

void add_queue_rules_remove(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* remove = rules_of(queue).add_subcommand(
        "remove", "Remove standing rules; what they held stays held");
    remove->add_option("NUMBER", options->numbers, "Their numbers")->required();
    add_change_options(*remove, ctx);
    set_action(*remove, ctx, options, run_remove);
}

} // namespace mailctl::cmd
