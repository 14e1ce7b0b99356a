// mailctl mailbox show: everything about one mailbox.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "cmd/table.h"
#include "core/imap/server/object_id.h"
#include "core/keeping/chosen.h"
#include "store/deleted.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::string name;
};

/// What was deleted from a mailbox of that name and can be brought back.
Result<std::uint64_t> deleted_from(Context& ctx, store::Account& account, const std::string& name)
{
    constexpr std::uint32_t kPage = 1000;
    std::uint64_t count = 0;
    store::DeletedId after;
    for (;;) {
        TRY(const auto page, ctx.wait(account.deleted().messages(after, kPage)));
        if (page.empty())
            return count;
        for (const auto& message : page)
            count += message.mailbox == name ? 1 : 0;
        after = page.back().id;
    }
}

Result<> show(Context& ctx, const Owner& owner, const std::string& name)
{
    TRY(const auto box, ctx.wait(owner.account->find_mailbox(name)));
    TRY(const auto deleted, deleted_from(ctx, *owner.account, box.name));
    Sheet sheet(ctx, "mailctl.mailbox.show/1");
    sheet.field("user", owner.name)
        .field("mailbox", box.name)
        .field("id", imap::object_id(box.id))
        .field("role", keeping::name_of(box.role))
        .field("subscribed", box.subscribed)
        .field("messages", box.messages)
        .field("unseen", box.unseen)
        .field("deleted_flag", box.deleted)
        .field("octets", Octets{box.octets})
        .field("uid_validity", box.uid_validity)
        .field("uid_next", value_of(box.uid_next))
        .field("highest_mod_seq", value_of(box.highest_mod_seq))
        .field("recoverable", deleted);
    return ok();
}

int run(const Options& options, Context& ctx)
{
    return each_owner(ctx, options.choice,
                      [&](Owner& owner) { return show(ctx, owner, options.name); });
}

} // namespace

void add_mailbox_show(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand("show", "Show everything about a mailbox");
    add_owners(*verb, options->choice);
    verb->add_option("MAILBOX", options->name, "Its name")->required();
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
