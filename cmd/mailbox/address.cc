// mailctl mailbox address: addresses whose mail goes into a mailbox. FLD-01
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <optional>

#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "core/imap/server/object_id.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::string name;
    std::string add, remove;
};

/// "public+F17@example.org": the owner's address with the mailbox's id, which outlives new names.
/// Errors: Denied (the domain has no subaddresses).
Result<std::string> target_of(Context& ctx, const Owner& owner, MailboxId box)
{
    TRY(store::Store* store, ctx.store());
    auto at = owner.user.address;
    TRY(const auto domain, ctx.wait(store->directory().find_domain(at.domain)));
    if (domain.subaddress_separators.empty())
        return Error(Errc::Denied, at.domain + " has no separators of subaddresses, by which mail "
                                               "finds a mailbox; see domain set --separators");
    at.local_part += domain.subaddress_separators.front() + ascii::lower(imap::object_id(box));
    return address::to_string(at);
}

/// The place of the target in an alias; its end where it leads elsewhere.
std::vector<std::string>::iterator find_target(store::Alias& alias, const std::string& target)
{
    return std::find_if(alias.targets.begin(), alias.targets.end(), [&target](const auto& one) {
        return ascii::equals_ignoring_case(one, target);
    });
}

/// nullopt: nobody has the address. Errors: Exists (a user has it).
Result<std::optional<store::Alias>> find_alias(Context& ctx, store::Directory& directory,
                                               const address::Address& at)
{
    const auto entry = ctx.wait(directory.find(at));
    if (!entry && entry.error().code() == Errc::NotFound)
        return std::optional<store::Alias>();
    if (!entry)
        return entry.error();
    const auto* alias = std::get_if<store::Alias>(&*entry);
    if (alias == nullptr)
        return Error(Errc::Exists, address::to_string(at) + " is a user");
    return std::optional(*alias);
}

/// Mail of those who may not post comes to the INBOX: whoever gives an address should know.
Result<> warn_of_posting(Context& ctx, const Owner& owner, const store::MailboxInfo& box)
{
    TRY(const auto acl, ctx.wait(owner.account->acls().acl(box.id)));
    const bool posts = std::any_of(acl.entries.begin(), acl.entries.end(), [](const auto& entry) {
        return entry.who.kind == store::AclSubject::Kind::Anyone &&
               entry.rights.has(store::MailboxRight::Post);
    });
    if (!posts)
        ctx.note("anyone has no right to post (p) to " + box.name + ": mail of those without it "
                 "comes to INBOX of " + owner.name);
    return ok();
}

Result<> add(Context& ctx, const Owner& owner, const store::MailboxInfo& box,
             const std::string& name)
{
    TRY(store::Store* store, ctx.store());
    TRY(const auto at, parse_address_argument(name));
    TRY(const auto target, target_of(ctx, owner, box.id));
    TRY(auto alias, find_alias(ctx, store->directory(), at));
    if (alias && find_target(*alias, target) != alias->targets.end()) {
        ctx.note(name + " is an address of " + box.name + " already");
        return ok();
    }
    if (ctx.dry_run) {
        ctx.note("would make " + name + " an address of " + box.name + " of " + owner.name);
        return ok();
    }
    const bool is_new = !alias;
    if (is_new) {
        alias.emplace();
        alias->address = at;
    }
    alias->targets.push_back(target);
    TRY_VOID(is_new ? ctx.wait(store->directory().add_alias(*alias))
                    : ctx.wait(store->directory().set_alias(*alias)));
    ctx.detail("made " + name + " an address of " + box.name + " of " + owner.name);
    return warn_of_posting(ctx, owner, box);
}

/// An alias that leads nowhere else goes with it.
Result<> remove(Context& ctx, const Owner& owner, const store::MailboxInfo& box,
                const std::string& name)
{
    TRY(store::Store* store, ctx.store());
    TRY(const auto at, parse_address_argument(name));
    TRY(const auto target, target_of(ctx, owner, box.id));
    TRY(auto alias, find_alias(ctx, store->directory(), at));
    if (!alias || find_target(*alias, target) == alias->targets.end())
        return Error(Errc::NotFound, name + " is no address of " + box.name);
    if (ctx.dry_run) {
        ctx.note("would take the address " + name + " from " + box.name + " of " + owner.name);
        return ok();
    }
    alias->targets.erase(find_target(*alias, target));
    TRY_VOID(alias->targets.empty() ? ctx.wait(store->directory().remove_alias(at))
                                    : ctx.wait(store->directory().set_alias(*alias)));
    ctx.detail("took the address " + name + " from " + box.name + " of " + owner.name);
    return ok();
}

/// Reads the whole directory: aliases of any domain may lead here.
Result<> list(Context& ctx, const Owner& owner, const store::MailboxInfo& box, Table& table)
{
    TRY(store::Store* store, ctx.store());
    TRY(const auto target, target_of(ctx, owner, box.id));
    store::ListQuery query;
    for (;;) {
        TRY(auto page, ctx.wait(store->directory().list(query)));
        if (page.empty())
            return ok();
        query.after = std::visit([](const auto& last) { return address::to_string(last.address); },
                                 page.back());
        for (auto& entry : page) {
            auto* alias = std::get_if<store::Alias>(&entry);
            if (alias != nullptr && find_target(*alias, target) != alias->targets.end())
                table.row(owner.name, box.name, address::to_string(alias->address), target);
        }
    }
}

int run(const Options& options, Context& ctx)
{
    if (!options.add.empty() && !options.remove.empty())
        return ctx.usage("--add or --remove, not both");
    if (!options.add.empty() || !options.remove.empty())
        return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
            TRY(const auto box, ctx.wait(owner.account->find_mailbox(options.name)));
            return options.add.empty() ? remove(ctx, owner, box, options.remove)
                                       : add(ctx, owner, box, options.add);
        });
    Table table(ctx, {"mailctl.mailbox.address/1", {"user", "mailbox", "address", "target"}});
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY(const auto box, ctx.wait(owner.account->find_mailbox(options.name)));
        return list(ctx, owner, box, table);
    });
}

} // namespace

void add_mailbox_address(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand(
        "address", "List, give and take addresses whose mail goes into a mailbox");
    add_owners(*verb, options->choice);
    verb->add_option("MAILBOX", options->name, "Its name, / between levels")->required();
    verb->add_option("--add", options->add, "Deliver mail for this address there; an alias is made")
        ->type_name("ADDRESS");
    verb->add_option("--remove", options->remove, "No longer")->type_name("ADDRESS");
    add_change_options(*verb, ctx);
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
