// Reads passwords from a prompt, standard input, a file or a descriptor, and hashes them.
#include "cmd/passwords.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <unistd.h>

#include "core/base/ascii.h"
#include "core/base/clock.h"
#include "core/crypto/password.h"
#include "core/crypto/scram.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPasswordOctets = 1024;

/// The first line of a file, without its newline.
Result<std::string> first_line_of(Context& ctx, const std::string& path)
{
    auto opened = ctx.open_input(path);
    if (!opened)
        return opened.error();
    std::string text;
    char part[512];
    for (;;) {
        const auto count = ::read(*opened, part, sizeof part);
        if (count <= 0)
            break;
        text.append(part, static_cast<std::size_t>(count));
        if (text.size() > kMaxPasswordOctets || text.find('\n') != std::string::npos)
            break;
    }
    if (*opened != ctx.streams().in)
        ::close(*opened);
    text.erase(std::min(text.find('\n'), text.size()));
    if (!text.empty() && text.back() == '\r')
        text.pop_back();
    return text;
}

Result<std::string> asked_twice(Context& ctx)
{
    if (!ctx.streams().in_is_terminal)
        return Error(Errc::Invalid, "no password: use --password-stdin, --password-file, "
                                    "--password-fd, --password-hash-file or --random-password");
    TRY(std::string first, ctx.ask_secret("Password: "));
    TRY(const std::string second, ctx.ask_secret("Again: "));
    if (first != second)
        return Error(Errc::Invalid, "the two passwords are not the same");
    return first;
}

Result<std::string> read_password(const PasswordOptions& options, Context& ctx)
{
    if (options.from_stdin) {
        const auto line = ctx.read_line();
        if (!line)
            return Error(Errc::Invalid, "no password on standard input");
        return *line;
    }
    if (!options.file.empty())
        return first_line_of(ctx, options.file);
    if (!options.descriptor.empty())
        return first_line_of(ctx, options.descriptor);
    return asked_twice(ctx);
}

} // namespace

void add_password_options(CLI::App& app, Context& ctx, PasswordOptions& options, NoPassword none)
{
    auto* group = app.add_option_group("Password", "At a terminal the password is asked for");
    group->add_flag("--password-stdin", options.from_stdin,
                    "The first line of standard input is the password");
    group->add_flag("--random-password", options.random, "Make one and print it, once");
    add_input_file(*group, ctx, "--password-file", options.file,
                   "The first line of this file is the password");
    group
        ->add_option_function<unsigned>(
            "--password-fd",
            [&ctx, &options](unsigned number) {
                options.descriptor = "/dev/fd/" + std::to_string(number);
                ctx.files.push_back({options.descriptor, false, -1});
            },
            "The first line from this descriptor is the password")
        ->type_name("N");
    add_input_file(*group, ctx, "--password-hash-file", options.hash_file,
                   "The first line of this file is a hash, \"{SCHEME}...\" as other servers keep it");
    if (none == NoPassword::Allowed)
        group->add_flag("--no-password", options.none, "No password: no login until one is set");
    group->require_option(0, 1);
}

store::Credentials credentials_for(const std::string& password, const conf::AuthSettings& auth,
                                   Time now, const std::optional<crypto::ScramKeys>& salt)
{
    store::Credentials credentials;
    credentials.hash = crypto::hash_password(password, {auth.hash_memory_kib, auth.hash_passes});
    if (salt) {
        const auto keys = crypto::derive_scram_sha_256(password, salt->salt, salt->iterations);
        credentials.scram_sha_256 = keys ? crypto::encode_scram(*keys) : std::string();
    } else {
        credentials.scram_sha_256 = crypto::make_scram_sha_256(password, auth.scram_iterations);
    }
    credentials.changed = now;
    return credentials;
}

Result<Secret> read_secret(const PasswordOptions& options, Context& ctx,
                           const conf::AuthSettings& auth,
                           const std::optional<crypto::ScramKeys>& salt)
{
    Secret secret;
    if (options.none)
        return secret;
    secret.credentials.changed = system_clock().now();
    if (!options.hash_file.empty()) {
        TRY(secret.credentials.hash, first_line_of(ctx, options.hash_file));
        TRY_VOID(crypto::is_wellformed_hash(secret.credentials.hash));
        return secret;
    }
    std::string password;
    if (options.random) {
        password = secret.shown = crypto::generate_password();
    } else {
        TRY(password, read_password(options, ctx));
    }
    if (password.size() < auth.min_password_length)
        return Error(Errc::Invalid, "a password needs at least " +
                                        std::to_string(auth.min_password_length) +
                                        " characters (auth.min_password_length)");
    if (password.size() > kMaxPasswordOctets)
        return Error(Errc::Invalid, "a password of over 1024 octets");
    secret.credentials = credentials_for(password, auth, secret.credentials.changed, salt);
    return secret;
}

} // namespace mailctl::cmd
