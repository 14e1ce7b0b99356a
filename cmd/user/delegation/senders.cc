// Reads the whole directory once for who may send from what.
#include "cmd/user/delegation/senders.h"

#include <algorithm>
#include <set>

#include "conf/config.h"
#include "core/delegation/delegate.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPage = 1000;

class Senders {
public:
    Senders(Context& ctx, store::Store& store, const conf::Config& config,
            const std::function<void(const SenderRight&)>& each)
        : ctx_(ctx), store_(store), config_(config), each_(each)
    {
    }

    Result<> take(const store::User& user)
    {
        const std::string address = to_string(user.address);
        for (const auto& sender : user.send_as)
            each_({address, sender, "send-as", "administrator"});
        if (user.delegates.empty())
            return ok();
        TRY(const auto allowed, ctx_.wait(delegation::allowed_to_give(store_, config_, user)));
        for (const auto& one : delegation::delegates_of(user)) {
            const auto as = std::min(one.as, allowed);
            const auto login = ctx_.wait(store_.directory().find_account(one.account));
            if (!login && login.error().code() != Errc::NotFound)
                return login.error();
            if (login && as != conf::Delegation::Off)
                each_({to_string(login->address), address, delegation::name_of(as), "user"});
        }
        return ok();
    }

    /// As the router has it: those it leads to, those it names, and those that an alias it names
    /// leads to.
    Result<> take(const store::Alias& alias)
    {
        if (!alias.enabled)
            return ok();
        std::set<std::string> logins;
        TRY_VOID(put_users(alias.targets, logins));
        for (const auto& name : alias.send_as) {
            const auto parsed = address::parse(name);
            if (!parsed)
                continue;
            const auto entry = ctx_.wait(store_.directory().find(address::folded(*parsed)));
            if (!entry && entry.error().code() != Errc::NotFound)
                return entry.error();
            const auto* group = entry ? std::get_if<store::Alias>(&*entry) : nullptr;
            if (group == nullptr)
                logins.insert(name);
            else if (group->enabled)
                TRY_VOID(put_users(group->targets, logins));
        }
        for (const auto& login : logins)
            each_({login, to_string(alias.address), "send-as", "alias"});
        return ok();
    }

private:
    /// Targets that are users here; domains by their own names.
    Result<> put_users(const std::vector<std::string>& targets, std::set<std::string>& logins)
    {
        for (const auto& target : targets) {
            const auto parsed = address::parse(target);
            if (!parsed)
                continue;
            const auto domain = ctx_.wait(store_.directory().find_domain(parsed->domain));
            if (!domain && domain.error().code() == Errc::NotFound)
                continue;
            if (!domain)
                return domain.error();
            auto address = address::folded(*parsed);
            address.domain = domain->name;
            const auto entry = ctx_.wait(store_.directory().find(address));
            if (!entry && entry.error().code() != Errc::NotFound)
                return entry.error();
            if (entry && std::holds_alternative<store::User>(*entry))
                logins.insert(to_string(address));
        }
        return ok();
    }

    Context& ctx_;
    store::Store& store_;
    const conf::Config& config_;
    const std::function<void(const SenderRight&)>& each_;
};

} // namespace

Result<> each_sender_right(Context& ctx, const std::function<void(const SenderRight&)>& each)
{
    TRY(const auto config, ctx.config());
    TRY(store::Store* const store, ctx.store());
    Senders senders(ctx, *store, *config, each);
    store::ListQuery query;
    query.limit = kPage;
    for (;;) {
        TRY(const auto page, ctx.wait(store->directory().list(query)));
        if (page.empty() || ctx.cancelled())
            return ok();
        for (const auto& entry : page) {
            const auto taken = std::visit([&](const auto& one) { return senders.take(one); }, entry);
            if (!taken)
                return taken;
        }
        query.after = std::visit([](const auto& one) { return to_string(one.address); }, page.back());
    }
}

} // namespace mailctl::cmd
