// mailctl conf set: changes one key in the settings file, keeping its comments and order.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <fstream>
#include <sstream>

#include "cmd/conf/conf.h"
#include "conf/edit.h"
#include "conf/load.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string key, value;
};

// The file that sets the key already, or the main one.
std::string file_of(const std::string& key, const std::string& main_file)
{
    const auto loaded = conf::load(main_file);
    const auto at = loaded.origins.find(key);
    return at == loaded.origins.end() ? main_file : at->second.file;
}

} // namespace

int change_setting(Context& ctx, const std::string& key, const std::string& value)
{
    const auto main_file = settings_file(ctx);
    const auto file = file_of(key, main_file);
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        ctx.complain(file + ": cannot be read");
        return EX_NOINPUT;
    }
    std::stringstream text;
    text << in.rdbuf();
    const auto changed = conf::set_in_text(text.str(), key, value);
    if (!changed)
        return ctx.fail(changed.error());

    // Checked before it is written: a set must not break a file that was right.
    const auto as_main = conf::load_text(*changed, main_file);
    for (const auto& error : as_main.errors) {
        if (error.key == key || error.key.rfind(key + ".", 0) == 0) {
            ctx.complain(conf::to_string(error));
            return EX_CONFIG;
        }
    }
    if (ctx.dry_run) {
        ctx.note(*changed == text.str() ? "nothing would change" : file + " would change");
        return EX_OK;
    }
    const auto done = conf::replace_file(file, *changed);
    if (!done)
        return ctx.fail(done.error());
    ctx.note("changed " + file + "; mailctl conf apply puts it in force");
    return EX_OK;
}

void add_conf_set(CLI::App& conf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* set = conf.add_subcommand("set", "Change one key in the settings file");
    set->add_option("KEY", options->key,
                    "The key, such as smtp.vrfy or listener[smtp].port")
        ->required();
    set->add_option("VALUE", options->value, "Its value as TOML; a bare word is a string")
        ->required();
    add_change_options(*set, ctx);
    set->callback([options, &ctx] {
        ctx.action = [options, &ctx] { return change_setting(ctx, options->key, options->value); };
    });
}

} // namespace mailctl::cmd
