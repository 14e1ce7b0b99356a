// mailctl conf check: reports every mistake in the settings files.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/conf/conf.h"
#include "cmd/table.h"
#include "conf/load.h"
#include "core/crypto/certificate.h"

#include <fstream>
#include <sstream>

namespace mailctl::cmd {
namespace {

// Certificates are read here, not while loading: a server with a bad one keeps the old.
void check_certificates(conf::Loaded& loaded)
{
    for (std::size_t i = 0; i < loaded.config.tls.certificates.size(); ++i) {
        const auto& entry = loaded.config.tls.certificates[i];
        const auto key_name = "tls.certificate[" + std::to_string(i) + "]";
        const auto origin = loaded.origins[key_name];
        const auto complain = [&](const std::string& what) {
            loaded.errors.push_back({origin.file, origin.line, 1, key_name, what});
        };
        std::ifstream in(entry.certificate);
        std::stringstream chain;
        chain << in.rdbuf();
        const auto key = conf::read_secret(entry.key);
        if (!in)
            complain(entry.certificate + ": cannot be read");
        else if (!key)
            complain(key.error().detail());
        else if (const auto fits = crypto::check_key_fits(chain.str(), *key); !fits)
            complain(fits.error().detail());
    }
}

int run(Context& ctx)
{
    auto loaded = conf::load(settings_file(ctx));
    if (loaded.errors.empty())
        check_certificates(loaded);
    if (ctx.format != Format::Table) {
        Table table(ctx, {"mailctl.conf.check/1", {"file", "line", "column", "key", "message"}});
        for (const auto& error : loaded.errors)
            table.row(error.file, error.line, error.column, error.key, error.message);
    } else {
        for (const auto& error : loaded.errors)
            ctx.write(conf::to_string(error) + "\n");
    }
    if (loaded.unreadable)
        return EX_NOINPUT;
    if (!loaded.errors.empty())
        return EX_CONFIG;
    ctx.note("no mistakes in " + std::to_string(loaded.files.size()) +
             (loaded.files.size() == 1 ? " file" : " files"));
    return EX_OK;
}

} // namespace

std::string settings_file(const Context& ctx)
{
    if (!ctx.conf_option.empty())
        return ctx.conf_option;
    return ctx.streams().conf.empty() ? "/etc/mailctl/mailctl.toml" : ctx.streams().conf;
}

void add_conf_check(CLI::App& conf, Context& ctx)
{
    auto* check = conf.add_subcommand("check", "Report every mistake in the settings files");
    check->callback([&ctx] { ctx.action = [&ctx] { return run(ctx); }; });
}

} // namespace mailctl::cmd
