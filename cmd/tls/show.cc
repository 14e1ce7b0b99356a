// mailctl tls show: what is in the certificates of the settings, or of a file.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/read_input.h"
#include "cmd/table.h"
#include "cmd/tls/tls.h"
#include "conf/config.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 1U << 20;

Result<std::vector<std::string>> files_to_show(const std::string& file, Context& ctx)
{
    if (!file.empty())
        return std::vector<std::string>{file};
    TRY(const auto config, ctx.config());
    std::vector<std::string> files;
    for (const auto& certificate : config->tls.certificates)
        files.push_back(certificate.certificate);
    return files;
}

int run(const std::string& file, Context& ctx)
{
    const auto files = files_to_show(file, ctx);
    if (!files)
        return ctx.fail(files.error());
    int status = EX_OK;
    Table table(ctx, {"mailctl.tls.show/1",
                      {"file", "subject", "names", "issuer", "from", "until", "key", "sha256"}});
    for (const auto& path : *files) {
        const auto text = read_input(ctx, path, kMaxPemOctets);
        if (!text) {
            status = ctx.fail(text.error());
            continue;
        }
        const auto chain = crypto::describe_certificates(*text);
        if (!chain) {
            status = ctx.fail(chain.error().within(path));
            continue;
        }
        for (const auto& one : *chain)
            table.row(path, one.subject, one.names, one.issuer, one.not_before, one.not_after,
                      one.key, one.sha256);
    }
    return status;
}

} // namespace

void add_tls_show(CLI::App& tls, Context& ctx)
{
    auto file = std::make_shared<std::string>();
    auto* show = tls.add_subcommand(
        "show", "Show the certificates of the settings, or of a file");
    add_input_file(*show, ctx, "file", *file, "PEM file, or - for standard input");
    show->callback([file, &ctx] { ctx.action = [file, &ctx] { return run(*file, ctx); }; });
}

} // namespace mailctl::cmd
