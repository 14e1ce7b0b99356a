// Chooses messages, asks, changes them and tells.
#include "cmd/mailbox/mailbox.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

std::string where_of(const ChosenMessages& chosen)
{
    return " of " + chosen.user + " in " + chosen.mailbox.name;
}

std::uint64_t total(const std::vector<ChosenMessages>& all)
{
    std::uint64_t sum = 0;
    for (const auto& one : all)
        sum += one.uids.size();
    return sum;
}

Result<std::uint64_t> act_on(Context& ctx, const ChosenMessages& chosen,
                             const MailboxAction& action)
{
    TRY(store::Store* store, ctx.store());
    TRY(const auto account, ctx.wait(store->account(chosen.account)));
    return action.act(*account, chosen);
}

/// One mailbox after the other; one that fails keeps no other from its turn.
int act_on_all(Context& ctx, const std::vector<ChosenMessages>& all, const MailboxAction& action)
{
    std::uint64_t changed = 0, seen = 0;
    bool failed = false;
    int status = EX_OK;
    for (const auto& chosen : all) {
        if (ctx.cancelled())
            break;
        const auto done = act_on(ctx, chosen, action);
        if (done) {
            changed += *done;
            ctx.detail(action.done + " " + count_of(*done, "message") + where_of(chosen));
        } else {
            failed = true;
            status = ctx.fail(done.error().within(chosen.user + ", " + chosen.mailbox.name));
        }
        ctx.progress("mailboxes", ++seen, all.size());
    }
    ctx.end_progress();
    ctx.note(action.done + " " + count_of(changed, "message"));
    return failed && changed > 0 ? kExitPartial : status;
}

} // namespace

int act_on_messages(Context& ctx, const MailboxChoice& choice, const MailboxAction& action)
{
    if (choice.query.empty())
        return ctx.usage("which messages? Say from:ADDRESS, older:30d and the like; all is every "
                         "message");
    const auto query = read_query(choice);
    if (!query)
        return ctx.usage(query.error().detail());
    std::vector<ChosenMessages> all;
    const int status = each_owner(ctx, choice, [&](Owner& owner) -> Result<> {
        TRY(auto chosen, choose_messages(ctx, owner, *query));
        for (auto& one : chosen)
            all.push_back(std::move(one));
        return ok();
    });
    if (status != EX_OK)
        return status;
    if (all.empty()) {
        ctx.note("no message is chosen by that");
        return kExitNo;
    }
    if (ctx.dry_run) {
        for (const auto& chosen : all)
            ctx.note("would " + action.verb + " " + count_of(chosen.uids.size(), "message") +
                     where_of(chosen));
        ctx.note("would " + action.verb + " " + count_of(total(all), "message"));
        return EX_OK;
    }
    if (total(all) > 1) {
        const auto sure = ctx.confirm(action.question + " " + count_of(total(all), "message") + "?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    return act_on_all(ctx, all, action);
}

} // namespace mailctl::cmd
