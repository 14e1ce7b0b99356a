// mailctl quota list: usage and limits in force, the domain's defaults included.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <map>

#include "cmd/quota/quota.h"
#include "cmd/user/user.h"
#include "store/limits.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    UserChoice choice;
    unsigned over = 0; ///< percent
};

/// Domains as they are asked for, each read once.
class Domains {
public:
    explicit Domains(Context& ctx) : ctx_(ctx) {}

    Result<const store::Domain*> find(const std::string& name)
    {
        auto known = known_.find(name);
        if (known == known_.end()) {
            TRY(store::Store* store, ctx_.store());
            TRY(auto domain, ctx_.wait(store->directory().find_domain(name)));
            known = known_.emplace(name, std::move(domain)).first;
        }
        return &known->second;
    }

private:
    Context& ctx_;
    std::map<std::string, store::Domain> known_;
};

/// Of the limit; over 100 where a limit was lowered later. 0: no limit.
std::uint64_t percent(std::uint64_t used, std::uint64_t limit)
{
    if (limit == 0)
        return 0;
    return static_cast<std::uint64_t>(static_cast<long double>(used) * 100 /
                                      static_cast<long double>(limit));
}

Cell octets_or_nothing(std::uint64_t octets)
{
    return octets == 0 ? Cell() : Cell(Octets{octets});
}

Cell count_or_nothing(std::uint64_t count)
{
    return count == 0 ? Cell() : Cell(count);
}

int run(const Options& options, Context& ctx)
{
    Domains domains(ctx);
    Table table(ctx, {"mailctl.quota.list/1",
                      {"address", "used", "quota", "messages", "quota_messages", "percent"}});
    return for_each_user(
        ctx, options.choice.names, options.choice.selection, [&](UserView& view) {
            const auto domain = domains.find(view.user.address.domain);
            if (!domain)
                return ctx.fail(domain.error());
            if (const auto read = read_usage(ctx, view); !read)
                return ctx.fail(read.error());
            const auto usage = view.usage.value_or(store::Usage());
            const auto limits = store::effective_limits(**domain, view.user);
            const auto full = std::max(percent(usage.octets, limits.octets),
                                       percent(usage.messages, limits.messages));
            const bool is_limited = limits.octets != 0 || limits.messages != 0;
            if (full < options.over || (options.over > 0 && !is_limited))
                return EX_OK;
            table.row(to_string(view.user.address), Octets{usage.octets},
                      octets_or_nothing(limits.octets), usage.messages,
                      count_or_nothing(limits.messages), is_limited ? Cell(full) : Cell());
            return EX_OK;
        });
}

} // namespace

void add_quota_list(CLI::App& quota, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = quota.add_subcommand("list", "List how full mailboxes are");
    list->add_option("ADDRESS", options->choice.names, "Whose mailboxes; none: all");
    add_selection(*list, options->choice.selection, SelectionUse::Change);
    list->add_option("--over", options->over, "Only those that use at least so much of a limit")
        ->type_name("PERCENT");
    list->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
