// mailctl control token: makes a token for commands from another machine, and its settings table.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cmd/conf/conf.h"
#include "cmd/control/control.h"
#include "conf/edit.h"
#include "conf/load.h"
#include "core/base/ascii.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/crypto/password.h"

namespace mailctl::cmd {
namespace {

constexpr unsigned kTokenCharacters = 48; ///< over 256 bits

struct Options {
    std::string name;
    bool add = false;
};

bool is_plain(const std::string& name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return ascii::is_alnum(c) || std::string_view("-._@").find(c) != std::string_view::npos;
    });
}

/// Adds the table at the end of the main settings file. Gives the exit status.
int add_table(Context& ctx, const Options& options, const std::string& table)
{
    const auto file = settings_file(ctx);
    const auto before = conf::load(file);
    if (before.unreadable)
        return ctx.fail(Error(Errc::NotFound, file + ": cannot be read"));
    for (const auto& token : before.config.control.tokens)
        if (token.name == options.name)
            return ctx.fail(Error(Errc::Exists, options.name + ": has a token already"));
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const std::string whole = text.str();
    const bool ends = whole.empty() || whole.back() == '\n';
    if (const auto done = conf::replace_file(file, whole + (ends ? "" : "\n") + "\n" + table); !done)
        return ctx.fail(done.error());
    ctx.note("changed " + file + "; mailctl conf apply puts it in force");
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    if (!is_plain(options.name))
        return ctx.usage("a token's name is letters, digits, \"-\", \".\", \"_\" and \"@\"");
    const std::string token = crypto::generate_password(kTokenCharacters);
    const std::string table =
        "[[control.token]]\nname = \"" + options.name + "\"\nsha256 = \"" +
        crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, token)) + "\"\n";
    if (options.add) {
        if (const int status = add_table(ctx, options, table); status != EX_OK)
            return status;
    } else {
        ctx.note("For the settings:\n\n" + table);
    }
    ctx.write(token + "\n");
    return EX_OK;
}

} // namespace

void add_control_token(CLI::App& control, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* token = control.add_subcommand("token", "Make a token, printed this once");
    token->add_option("NAME", options->name, "Whose it is, for the log")->required();
    token->add_flag("--add", options->add, "Add its table to the settings file");
    token->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
