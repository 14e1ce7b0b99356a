// mailctl user generate: makes many users by a pattern, with random passwords.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

#include "cmd/arguments.h"
#include "cmd/passwords.h"
#include "cmd/user/user.h"
#include "core/crypto/password.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint64_t kMaxUsers = 1'000'000;
constexpr std::size_t kBatch = 500;

struct Options {
    std::string prefix, domain;
    std::uint64_t from = 1, to = 0;
    unsigned width = 0;
    bool no_password = false;
    UserFields fields;
};

struct Made {
    store::User user;
    std::string password;
};

/// Hashes the passwords of a batch on all cores.
void hash_all(std::vector<Made>& batch, const conf::AuthSettings& auth)
{
    std::atomic<std::size_t> next{0};
    const Time now = system_clock().now();
    const auto work = [&] {
        for (std::size_t i = next++; i < batch.size(); i = next++) {
            batch[i].password = crypto::generate_password();
            batch[i].user.credentials = credentials_for(batch[i].password, auth, now);
        }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
        threads.emplace_back(work);
    work();
}

Result<store::User> pattern_user(const Options& options, std::uint64_t number)
{
    std::string digits = std::to_string(number);
    if (digits.size() < options.width)
        digits.insert(0, options.width - digits.size(), '0');
    store::User user;
    TRY(user.address, parse_address_argument(options.prefix + digits + "@" + options.domain));
    TRY_VOID(apply(options.fields, user));
    return user;
}

/// Adds one batch and prints what was made. Gives how many were refused.
std::size_t add_batch(std::vector<Made>& batch, store::Directory& directory, Context& ctx,
                      Table& table)
{
    std::vector<store::User> users;
    for (const auto& made : batch)
        users.push_back(made.user);
    const auto results = ctx.wait(directory.add_users(std::move(users)));
    std::size_t refused = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i]) {
            ++refused;
            ctx.complain(to_string(batch[i].user.address) + ": " + results[i].error().detail());
        } else if (!batch[i].password.empty()) {
            table.row(to_string(batch[i].user.address), batch[i].password);
        }
    }
    batch.clear();
    return refused;
}

int run(const Options& options, Context& ctx)
{
    if (options.to < options.from || options.to - options.from >= kMaxUsers)
        return ctx.usage("--from and --to name 1 to 1000000 users");
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    if (const auto first = pattern_user(options, options.from); !first)
        return ctx.fail(first.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    store::Directory& directory = (*store)->directory();
    const auto domain = address::canonical_domain(options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    if (const auto found = ctx.wait(directory.find_domain(*domain)); !found)
        return ctx.fail(found.error());
    const std::uint64_t total = options.to - options.from + 1;
    if (ctx.dry_run) {
        ctx.note("would add " + std::to_string(total) + " users, from " +
                 to_string(pattern_user(options, options.from)->address) + " to " +
                 to_string(pattern_user(options, options.to)->address));
        return EX_OK;
    }
    Table table(ctx, {"mailctl.user.password/1", {"address", "password"}});
    std::vector<Made> batch;
    std::uint64_t refused = 0;
    for (std::uint64_t number = options.from; number <= options.to && !ctx.cancelled(); ++number) {
        auto user = pattern_user(options, number);
        if (!user)
            return ctx.fail(user.error());
        batch.push_back({std::move(*user), {}});
        if (batch.size() < kBatch && number != options.to)
            continue;
        if (!options.no_password)
            hash_all(batch, (*config)->auth);
        refused += add_batch(batch, directory, ctx, table);
        ctx.progress("users", number - options.from + 1, total);
    }
    ctx.end_progress();
    ctx.note("added " + std::to_string(total - refused) + " users");
    return refused == 0 ? EX_OK : kExitPartial;
}

} // namespace

void add_user_generate(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* generate =
        user.add_subcommand("generate", "Add numbered users; prints their passwords, once");
    generate->add_option("--prefix", options->prefix, "What the local parts begin with")
        ->required();
    generate->add_option("--domain", options->domain, "Their domain")->required();
    generate->add_option("--from", options->from, "The first number (default 1)")->type_name("N");
    generate->add_option("--to", options->to, "The last number")->type_name("N")->required();
    generate->add_option("--width", options->width, "Digits at least: 3 gives s001")
        ->type_name("N")
        ->check(CLI::Range(0, 20));
    generate->add_flag("--no-password", options->no_password, "No passwords: no login yet");
    add_user_fields(*generate, options->fields);
    add_change_options(*generate, ctx);
    generate->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
