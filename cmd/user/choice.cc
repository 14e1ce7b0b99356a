// Which users a command is about, and how a change goes through them.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <unordered_map>

#include "cmd/arguments.h"
#include "cmd/user/user.h"
#include "core/auth/authenticator.h"
#include "core/server/server.h"
#include "store/deleted.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using Locks = std::unordered_map<std::string, Time>;

constexpr std::uint32_t kPage = 1000;

/// The address as the directory files it: the domain's own name instead of an alias of it.
Result<address::Address> filed(Context& ctx, store::Directory& directory, const std::string& name)
{
    TRY(auto address, parse_address_argument(name));
    TRY(const auto domain, ctx.wait(directory.find_domain(address.domain)));
    address.domain = domain.name;
    return address;
}

Result<UserView> named_user(Context& ctx, store::Directory& directory, const std::string& name)
{
    TRY(const auto address, filed(ctx, directory, name));
    TRY(auto entry, ctx.wait(directory.find(address)));
    auto* user = std::get_if<store::User>(&entry);
    if (!user)
        return Error(Errc::NotFound, address::to_string(address) + " is an alias, not a user");
    return UserView{std::move(*user), {}, {}};
}

/// The accounts that the running server has locked, by address: locks live in its memory.
Locks locks_of(Context& ctx)
{
    Locks locks;
    if (ctx.server())
        for (auto& lock : ctx.server()->authenticator().locks())
            locks.emplace(std::move(lock.account), lock.until);
    return locks;
}

/// EX_NOUSER where a user is not there, as the table of statuses has it.
int fail(Context& ctx, const Error& error)
{
    const int status = ctx.fail(error);
    return error.code() == Errc::NotFound ? EX_NOUSER : status;
}

/// One run through the users of a selection.
class Walk {
public:
    Walk(Context& ctx, const Selection& selection, const Filter<UserView>& filter,
         const std::function<int(UserView&)>& each)
        : ctx_(ctx), selection_(selection), filter_(filter), each_(each), locks_(locks_of(ctx))
    {
    }

    /// False: an end was reached (an error, the limit, a status).
    bool take(UserView view)
    {
        const auto lock = locks_.find(to_string(view.user.address));
        if (lock != locks_.end())
            view.locked_until = lock->second;
        if (filter_.uses(kUsageFields)) {
            if (const auto read = read_usage(ctx_, view); !read) {
                status = ctx_.fail(read.error());
                return false;
            }
        }
        if (!filter_.matches(view))
            return true;
        if (filter_.is_sorted()) {
            kept_.push_back(std::move(view));
            return true;
        }
        return hand_out(view);
    }
    int finish()
    {
        if (status != EX_OK)
            return status;
        std::stable_sort(kept_.begin(), kept_.end(), [this](const auto& a, const auto& b) {
            return filter_.is_before(a, b);
        });
        for (auto& view : kept_) {
            if (!hand_out(view))
                break;
        }
        return status;
    }

    int status = EX_OK;

private:
    bool hand_out(UserView& view)
    {
        if (selection_.limit != 0 && count_ == selection_.limit)
            return false;
        ++count_;
        status = each_(view);
        return status == EX_OK && !ctx_.cancelled();
    }

    Context& ctx_;
    const Selection& selection_;
    const Filter<UserView>& filter_;
    const std::function<int(UserView&)>& each_;
    const Locks locks_;
    std::vector<UserView> kept_;
    std::uint64_t count_ = 0;
};

/// Every user of one domain; "": of all.
bool walk_domain(Context& ctx, store::Directory& directory, const std::string& domain, Walk& walk)
{
    store::ListQuery query{domain, {}, kPage};
    for (;;) {
        auto page = ctx.wait(directory.list(query));
        if (!page) {
            walk.status = ctx.fail(page.error());
            return false;
        }
        if (page->empty())
            return true;
        query.after = std::visit(
            [](const auto& entry) { return address::to_string(entry.address); }, page->back());
        for (auto& entry : *page) {
            auto* user = std::get_if<store::User>(&entry);
            if (user && !walk.take(UserView{std::move(*user), {}, {}}))
                return false;
        }
    }
}

} // namespace

Result<> read_usage(Context& ctx, UserView& view)
{
    TRY(store::Store* store, ctx.store());
    const auto account = ctx.wait(store->account(view.user.account));
    if (!account && account.error().code() == Errc::NotFound)
        return ok();
    if (!account)
        return account.error();
    TRY(view.usage, ctx.wait(store::usage_of_quota(**account)));
    return ok();
}

int for_each_user(Context& ctx, const std::vector<std::string>& names, const Selection& selection,
                  const std::function<int(UserView&)>& each)
{
    const auto filter = Filter<UserView>::make(selection, user_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    store::Directory& directory = (*store)->directory();
    Walk walk(ctx, selection, *filter, each);
    for (const auto& name : names) {
        auto view = named_user(ctx, directory, name);
        if (!view)
            return fail(ctx, view.error());
        if (!walk.take(std::move(*view)))
            return walk.status;
    }
    std::vector<std::string> domains;
    for (const auto& given : selection.domains) {
        const auto canonical = address::canonical_domain(given);
        if (!canonical)
            return ctx.fail(canonical.error());
        const auto domain = ctx.wait(directory.find_domain(*canonical));
        if (!domain)
            return ctx.fail(domain.error());
        domains.push_back(domain->name);
    }
    if (names.empty() && domains.empty())
        domains.emplace_back(); // all
    for (const auto& domain : domains) {
        if (!walk_domain(ctx, directory, domain, walk))
            break;
    }
    return walk.finish();
}

void add_user_choice(CLI::App& verb, Context& ctx, UserChoice& choice)
{
    verb.add_option("ADDRESS", choice.names, "Their addresses");
    add_selection(verb, choice.selection, SelectionUse::Change);
    add_change_options(verb, ctx);
}

int change_users(Context& ctx, const UserChoice& choice,
                 const std::function<Result<>(store::User&)>& edit)
{
    if (choice.names.empty() && choice.selection.is_empty())
        return ctx.usage("which users? Name them, or choose with --domain or --where");
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    std::uint64_t count = 0;
    const int status = for_each_user(ctx, choice.names, choice.selection, [&](UserView& view) {
        const std::string name = address::to_string(view.user.address);
        if (ctx.dry_run) {
            if (const auto edited = edit(view.user); !edited)
                return ctx.fail(edited.error().within(name));
            ctx.note("would change " + name);
        } else {
            const auto changed =
                ctx.wait((*store)->directory().update_user(view.user.address, edit));
            if (!changed)
                return ctx.fail(changed.error().within(name));
            ctx.detail("changed " + name);
        }
        ++count;
        return EX_OK;
    });
    if (status != EX_OK && count == 0)
        return status;
    ctx.note((ctx.dry_run ? "would change " : "changed ") + std::to_string(count) +
             (count == 1 ? " user" : " users"));
    return status;
}

} // namespace mailctl::cmd
