// mailctl dkim keygen and import: a new key for a domain, made here or brought along.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cmd/dkim/dkim.h"
#include "cmd/read_input.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 64 * 1024;

struct Options {
    std::string domain;
    std::string selector;
    std::string algorithm = "rsa";
    unsigned bits = 2048;
    std::string file;   ///< where the private key stays
    std::string source; ///< import: PEM to take into the store
    std::string note;
    bool testing = false;
    bool activate = false;
};

/// Never over a file that is there: a key that is gone is gone.
Result<> write_new(const std::string& path, std::string_view text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return Error(errno == EEXIST ? Errc::Exists : Errc::Denied,
                     path + ": " + std::strerror(errno));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    ::close(file);
    if (!written)
        return Error(Errc::Unavailable, path + ": " + std::strerror(errno));
    return ok();
}

dkim::KeyWish wish_of(const Options& options, const store::DkimDomain& domain,
                      crypto::SigningKind kind, Time now)
{
    dkim::KeyWish wish;
    wish.selector =
        options.selector.empty() ? dkim::free_selector(domain, kind, now) : options.selector;
    wish.kind = kind;
    wish.bits = options.bits;
    wish.note = options.note;
    wish.testing = options.testing;
    return wish;
}

std::string absolute(const Context& ctx, const std::string& path)
{
    return (std::filesystem::path(ctx.streams().directory) / path).lexically_normal().string();
}

/// Stores the key, and tells what is to be published.
int add_key(const Options& options, Context& ctx, store::DkimKey key, const std::string& domain)
{
    const std::string selector = key.selector;
    const auto stored = update_dkim(ctx, domain, [&](store::DkimDomain& one) -> Result<> {
        if (one.find(selector) != nullptr)
            return Error(Errc::Exists, domain + " has a key " + selector);
        one.domain = domain;
        one.keys.push_back(key);
        if (options.activate)
            return dkim::activate(one, selector, key.created);
        return ok();
    });
    if (!stored)
        return ctx.fail(stored.error());
    const auto record = dkim::to_text(dkim::RecordForm::Zone, key, domain);
    if (!record)
        return ctx.fail(record.error());
    ctx.write(*record);
    ctx.note(options.activate
                 ? selector + " signs from now on; publish the record"
                 : "publish the record, then: mailctl dkim activate " + domain + ' ' + selector);
    return EX_OK;
}

int run_keygen(const Options& options, Context& ctx)
{
    const auto name = hosted_name(ctx, options.domain);
    if (!name)
        return ctx.fail(name.error());
    const auto domain = dkim_of(ctx, *name);
    if (!domain)
        return ctx.fail(domain.error());
    const Time now = system_clock().now();
    const auto kind = options.algorithm == "rsa" ? crypto::SigningKind::Rsa
                                                 : crypto::SigningKind::Ed25519;
    const dkim::KeyWish wish = wish_of(options, *domain, kind, now);
    if (domain->find(wish.selector) != nullptr)
        return ctx.fail(Error(Errc::Exists, *name + " has a key " + wish.selector));
    auto key = dkim::make_key(wish, now);
    if (!key)
        return ctx.fail(key.error());
    if (!options.file.empty()) {
        const std::string path = absolute(ctx, options.file);
        if (const auto written = write_new(path, key->private_key); !written)
            return ctx.fail(written.error());
        key->private_key = "file:" + path;
    }
    return add_key(options, ctx, std::move(*key), *name);
}

/// The key's octets, and how the store is to remember it.
Result<crypto::SigningKey> key_to_import(const Options& options, Context& ctx)
{
    if (!options.file.empty())
        return store::load_private_key("file:" + absolute(ctx, options.file));
    TRY(const std::string pem, read_input(ctx, options.source, kMaxPemOctets));
    return crypto::SigningKey::from_pem(pem);
}

int run_import(const Options& options, Context& ctx)
{
    if (options.source.empty() == options.file.empty())
        return ctx.usage("one of --key and --file tells where the key is");
    const auto name = hosted_name(ctx, options.domain);
    if (!name)
        return ctx.fail(name.error());
    const auto domain = dkim_of(ctx, *name);
    if (!domain)
        return ctx.fail(domain.error());
    const auto pair = key_to_import(options, ctx);
    if (!pair)
        return ctx.fail(pair.error());
    const Time now = system_clock().now();
    auto key = dkim::key_around(*pair, wish_of(options, *domain, pair->kind(), now), now);
    if (!key)
        return ctx.fail(key.error());
    if (!options.file.empty())
        key->private_key = "file:" + absolute(ctx, options.file);
    return add_key(options, ctx, std::move(*key), *name);
}

void add_common(CLI::App& verb, Options& options)
{
    verb.add_option("DOMAIN", options.domain, "A domain of this server, or another name of one")
        ->required();
    verb.add_option("--selector", options.selector,
                    "Its name in the DNS (default: by month and kind, 202611r)");
    verb.add_option("--note", options.note, "What to remember of it");
    verb.add_flag("--test", options.testing,
                  "Publish it with t=y: who verifies treats its mail as unsigned");
    verb.add_flag("--activate", options.activate, "Sign with it from now on");
}

} // namespace

void add_dkim_keygen(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("keygen", "Make a key, and print the record to publish");
    add_common(*verb, *options);
    verb->add_option("--algorithm", options->algorithm, "rsa or ed25519")
        ->check(CLI::IsMember({"rsa", "ed25519"}));
    verb->add_option("--bits", options->bits, "Of an RSA key: 2048, 3072 or 4096")
        ->check(CLI::IsMember({2048U, 3072U, 4096U}));
    verb->add_option("--file", options->file,
                     "Keep the private key in this new file, readable by the server, "
                     "instead of the store");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_keygen(*options, ctx); }; });
}

void add_dkim_import(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("import", "Bring a private key along from elsewhere");
    add_common(*verb, *options);
    add_input_file(*verb, ctx, "--key", options->source,
                   "PEM file to take into the store; -: standard input");
    verb->add_option("--file", options->file, "PEM file that stays where it is, for the server");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_import(*options, ctx); }; });
}

} // namespace mailctl::cmd
