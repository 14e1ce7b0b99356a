// Whose mailboxes the public folders are: sharing.public_owner, in each domain or for all. FLD-01
#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "conf/config.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

/// The domains that --domain and --all name. Errors: Invalid (none), NotFound.
Result<std::vector<std::string>> chosen_domains(Context& ctx, const MailboxChoice& choice)
{
    TRY(store::Store* store, ctx.store());
    std::vector<std::string> names;
    if (choice.all) {
        TRY(const auto all, ctx.wait(store->directory().domains()));
        for (const auto& domain : all)
            names.push_back(domain.name);
        return names;
    }
    if (choice.selection.domains.empty())
        return Error(Errc::Invalid, "the public folders of which domain? Name it with --domain; "
                                    "--all is every domain's");
    for (const auto& name : choice.selection.domains) {
        TRY(auto canonical, address::canonical_domain(name));
        const auto domain = ctx.wait(store->directory().find_domain(std::move(canonical)));
        if (!domain)
            return domain.error().within(name);
        names.push_back(domain->name);
    }
    return names;
}

} // namespace

Result<std::vector<address::Address>> public_owners(Context& ctx, const MailboxChoice& choice)
{
    if (!choice.users.empty() || !choice.selection.where.empty())
        return Error(Errc::Invalid, "--public goes with --domain or --all, not with --user and "
                                    "--where");
    TRY(const auto config, ctx.config());
    const std::string& owner = config->sharing.public_owner;
    if (owner.empty())
        return Error(Errc::Invalid, "there are no public folders: sharing.public_owner is empty");
    std::vector<address::Address> owners;
    if (owner.find('@') != std::string::npos) {
        TRY(auto at, parse_address_argument(owner));
        owners.push_back(std::move(at));
        return owners;
    }
    TRY(const auto domains, chosen_domains(ctx, choice));
    for (const auto& domain : domains) {
        TRY(auto at, parse_address_argument(owner + "@" + domain));
        owners.push_back(std::move(at));
    }
    return owners;
}

Result<bool> make_public_owners(Context& ctx, const MailboxChoice& choice)
{
    TRY(const auto owners, public_owners(ctx, choice));
    TRY(store::Store* store, ctx.store());
    bool are_there = true;
    for (const auto& owner : owners) {
        const auto found = ctx.wait(store->directory().find(owner));
        if (found)
            continue;
        if (found.error().code() != Errc::NotFound)
            return found.error();
        if (ctx.dry_run) {
            ctx.note("would make the user " + address::to_string(owner) + " for public folders");
            are_there = false;
            continue;
        }
        store::User user;
        user.address = owner;
        user.state = store::UserState::NoLogin;
        user.comment = "public folders";
        TRY_VOID(ctx.wait(store->directory().add_user(std::move(user))));
        ctx.note("made the user " + address::to_string(owner) + " for public folders");
    }
    return are_there;
}

} // namespace mailctl::cmd
