// mailctl fts status, update, rebuild and erase.
#include "cmd/fts/fts.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/thread_pool.hpp>

#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/base/random.h"
#include "core/delivery/services.h"
#include "core/fts/indexes.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

/// The running server's indexes, or the same without a server.
class Opened {
public:
    static Result<std::unique_ptr<Opened>> open(Context& ctx)
    {
        auto opened = std::make_unique<Opened>();
        TRY(opened->store, ctx.store());
        if (ctx.server()) {
            opened->indexes = ctx.server()->services()->fts;
            return opened;
        }
        TRY(const auto config, ctx.config());
        opened->worker_ = std::make_unique<boost::asio::thread_pool>(1);
        fts::IndexesParts parts;
        parts.store = opened->store;
        parts.random = &system_random();
        parts.folder = conf::fts_folder_in(config->fts, config->server.data_dir);
        parts.settings = [settings = config->fts] { return settings; };
        parts.worker = opened->worker_->get_executor();
        opened->own_ = std::make_unique<fts::Indexes>(std::move(parts));
        opened->indexes = opened->own_.get();
        return opened;
    }
    ~Opened()
    {
        if (own_)
            own_->stop();
        if (worker_)
            worker_->join();
    }

    store::Store* store = nullptr;
    fts::Indexes* indexes = nullptr;

private:
    std::unique_ptr<boost::asio::thread_pool> worker_;
    std::unique_ptr<fts::Indexes> own_;
};

/// Calls `each` with the account of every chosen user; users without one are passed over.
template <class Each>
int for_each_account(Context& ctx, store::Store& store, const UserChoice& choice, Each each)
{
    return for_each_user(ctx, choice.names, choice.selection, [&](UserView& view) {
        auto account = ctx.wait(store.account(view.user.account));
        if (!account)
            return account.error().code() == Errc::NotFound ? EX_OK : ctx.fail(account.error());
        return each(view, *std::move(account));
    });
}

int run_status(const UserChoice& choice, Context& ctx)
{
    const auto opened = Opened::open(ctx);
    if (!opened)
        return ctx.fail(opened.error());
    Table table(ctx, {"mailctl.fts.status/1", {"address", "indexed", "messages", "waiting", "octets"}});
    return for_each_account(ctx, *(*opened)->store, choice, [&](const UserView& view, auto account) {
        const auto status = ctx.wait((*opened)->indexes->status(std::move(account)));
        if (!status)
            return ctx.fail(status.error());
        table.row(to_string(view.user.address), status->exists ? "yes" : "no", status->messages, status->waiting,
                  Octets{status->octets});
        return EX_OK;
    });
}

/// Of update and rebuild.
int run_update(const UserChoice& choice, bool from_nothing, Context& ctx)
{
    const auto opened = Opened::open(ctx);
    if (!opened)
        return ctx.fail(opened.error());
    auto& indexes = *(*opened)->indexes;
    std::uint64_t done = 0;
    const int status = for_each_account(ctx, *(*opened)->store, choice, [&](const UserView& view, auto account) {
        if (ctx.dry_run) {
            ctx.note((from_nothing ? "would rebuild " : "would update ") + to_string(view.user.address));
            return EX_OK;
        }
        const auto made = ctx.wait(indexes.update(std::move(account), from_nothing));
        if (!made)
            return ctx.fail(made.error());
        ctx.progress("indexed", ++done, 0);
        return EX_OK;
    });
    ctx.end_progress();
    if (status != EX_OK || ctx.dry_run)
        return status;
    const auto erased = ctx.wait(indexes.sweep());
    if (!erased)
        return ctx.fail(erased.error());
    ctx.note("indexed " + std::to_string(done) + (done == 1 ? " mailbox" : " mailboxes") +
             (*erased > 0 ? ", erased " + std::to_string(*erased) + " of users that are gone" : ""));
    return EX_OK;
}

int run_erase(const UserChoice& choice, Context& ctx)
{
    const auto opened = Opened::open(ctx);
    if (!opened)
        return ctx.fail(opened.error());
    std::uint64_t done = 0;
    const int status = for_each_account(ctx, *(*opened)->store, choice, [&](const UserView& view, auto account) {
        if (ctx.dry_run) {
            ctx.note("would erase the index of " + to_string(view.user.address));
            return EX_OK;
        }
        ++done;
        const auto erased = ctx.wait((*opened)->indexes->erase(std::move(account)));
        return erased ? EX_OK : ctx.fail(erased.error());
    });
    if (status == EX_OK && !ctx.dry_run)
        ctx.note("erased " + std::to_string(done) + (done == 1 ? " index" : " indexes"));
    return status;
}

std::shared_ptr<UserChoice> add_whose(CLI::App& verb)
{
    auto choice = std::make_shared<UserChoice>();
    verb.add_option("ADDRESS", choice->names, "Whose mailboxes; none: all");
    add_selection(verb, choice->selection, SelectionUse::Change);
    return choice;
}

} // namespace

void add_fts_status(CLI::App& fts, Context& ctx)
{
    auto* verb = fts.add_subcommand("status", "Show what the full-text indexes hold");
    const auto choice = add_whose(*verb);
    verb->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run_status(*choice, ctx); }; });
}

void add_fts_update(CLI::App& fts, Context& ctx)
{
    auto* verb = fts.add_subcommand("update", "Take new mail into the full-text indexes, and drop what is gone");
    const auto choice = add_whose(*verb);
    add_change_options(*verb, ctx);
    verb->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run_update(*choice, false, ctx); }; });
}

void add_fts_rebuild(CLI::App& fts, Context& ctx)
{
    auto* verb = fts.add_subcommand("rebuild", "Make full-text indexes anew");
    const auto choice = add_whose(*verb);
    add_change_options(*verb, ctx);
    verb->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run_update(*choice, true, ctx); }; });
}

void add_fts_erase(CLI::App& fts, Context& ctx)
{
    auto choice = std::make_shared<UserChoice>();
    auto* verb = fts.add_subcommand("erase", "Erase full-text indexes: the next search makes them anew");
    add_user_choice(*verb, ctx, *choice);
    verb->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run_erase(*choice, ctx); }; });
}

} // namespace mailctl::cmd
