// mailctl quota recount: counts mailboxes message by message, and corrects what is recorded.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/quota/quota.h"
#include "cmd/user/user.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kMessagesAPage = 1000;

Result<store::Usage> count(Context& ctx, store::Account& account)
{
    store::Usage sum;
    TRY(const auto boxes, ctx.wait(account.mailboxes()));
    for (const auto& box : boxes) {
        store::UidRange range;
        for (;;) {
            TRY(const auto page, ctx.wait(account.messages(box.id, range, kMessagesAPage)));
            for (const auto& message : page)
                sum.octets += message.octets;
            sum.messages += page.size();
            if (page.size() < kMessagesAPage || page.back().uid == range.last)
                break;
            range.first = Uid{value_of(page.back().uid) + 1};
        }
    }
    return sum;
}

/// What was recorded, and what there is; nothing where they agree.
struct Difference {
    store::Usage recorded, found;
};

/// Mail that arrives meanwhile makes a difference of its own: only one that stays is one.
Result<std::optional<Difference>> difference(Context& ctx, store::Account& account)
{
    Difference differs;
    for (int tries = 0; tries < 3; ++tries) {
        TRY(differs.recorded, ctx.wait(account.usage()));
        TRY(differs.found, count(ctx, account));
        TRY(const auto after, ctx.wait(account.usage()));
        if (differs.found.octets == after.octets && differs.found.messages == after.messages)
            return std::optional<Difference>();
        if (after.octets == differs.recorded.octets && after.messages == differs.recorded.messages)
            return std::optional(differs);
    }
    return std::optional(differs);
}

int run(const UserChoice& choice, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    std::uint64_t counted = 0, wrong = 0;
    Table table(ctx, {"mailctl.quota.recount/1",
                      {"address", "recorded", "found", "recorded_messages", "found_messages"}});
    const auto one = [&](UserView& view) {
        const auto account = ctx.wait((*store)->account(view.user.account));
        if (!account)
            return account.error().code() == Errc::NotFound ? EX_OK : ctx.fail(account.error());
        ++counted;
        const auto differs = difference(ctx, **account);
        if (!differs)
            return ctx.fail(differs.error());
        if (!*differs)
            return EX_OK;
        ++wrong;
        const auto& [recorded, found] = **differs;
        table.row(to_string(view.user.address), Octets{recorded.octets}, Octets{found.octets},
                  recorded.messages, found.messages);
        if (ctx.dry_run)
            return EX_OK;
        const auto mended = ctx.wait((*account)->recount());
        return mended ? EX_OK : ctx.fail(mended.error());
    };
    const int status = for_each_user(ctx, choice.names, choice.selection, one);
    if (status != EX_OK)
        return status;
    ctx.note("counted " + std::to_string(counted) + (counted == 1 ? " mailbox; " : " mailboxes; ") +
             std::to_string(wrong) + (ctx.dry_run ? " would be corrected" : " corrected"));
    return ctx.dry_run && wrong > 0 ? kExitNo : EX_OK;
}

} // namespace

void add_quota_recount(CLI::App& quota, Context& ctx)
{
    auto choice = std::make_shared<UserChoice>();
    auto* recount = quota.add_subcommand(
        "recount", "Count what mailboxes hold message by message, and correct what is recorded");
    add_user_choice(*recount, ctx, *choice);
    recount->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
