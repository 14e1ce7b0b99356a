// Builds the command line from the table, parses it, and runs the chosen command.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <map>

#include "cmd/commands.h"

namespace mailctl::cmd {
namespace {

const std::map<std::string, Format> kFormats{{"table", Format::Table},
                                             {"json", Format::Json},
                                             {"ndjson", Format::Ndjson},
                                             {"csv", Format::Csv},
                                             {"tsv", Format::Tsv}};

std::string_view first_word(std::string_view words)
{
    return words.substr(0, words.find(' '));
}

void add_global_options(CLI::App& app, Context& ctx)
{
    app.add_option("-c,--conf", ctx.conf_option,
                   "Settings file (default: $MAILCTL_CONF, then /etc/mailctl/mailctl.toml)")
        ->type_name("FILE");
    app.add_option_function<std::string>(
           "-o,--output", [&ctx](const std::string& name) { ctx.format = kFormats.at(name); },
           "Output format: table, json, ndjson, csv or tsv")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "ndjson", "csv", "tsv"}));
    app.add_flag("-q,--quiet", ctx.quiet, "Say nothing but data and errors");
    app.add_option("--host", ctx.host.host,
                   "Run the command in the server there: HOST[:PORT] (default: $MAILCTL_HOST)")
        ->type_name("HOST");
    app.add_option("--host-ca", ctx.host.ca,
                   "Certificates that the server's must come from (default: the system's)")
        ->type_name("FILE");
    app.add_option("--host-token-file", ctx.host.token_file,
                   "Token that the server knows (default: $MAILCTL_HOST_TOKEN)")
        ->type_name("FILE");
    app.add_option("--host-certificate", ctx.host.certificate, "Certificate that the server knows")
        ->type_name("FILE");
    app.add_option("--host-key", ctx.host.key, "Its key")->type_name("FILE");
    app.add_flag("-v,--verbose", ctx.verbose, "Say more");
}

// The command whose words the parsed sub-commands spell.
const Command* chosen(const CLI::App& app)
{
    std::string words;
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        words += (words.empty() ? "" : " ") + at->get_name();
    }
    const Command* found = nullptr;
    for (const auto& command : commands())
        if (words == command.words || words.rfind(std::string(command.words) + " ", 0) == 0)
            found = &command;
    return found;
}

} // namespace

std::unique_ptr<CLI::App> build_command_line(Context& ctx)
{
    auto app = std::make_unique<CLI::App>(
        "A complete mail server as a command-line toolkit", "mailctl");
    app->set_version_flag("--version", std::string("mailctl ") + MAILCTL_VERSION);
    app->require_subcommand(1);
    app->fallthrough();
    app->set_help_flag("-h,--help", "Print this help");
    add_global_options(*app, ctx);

    std::map<std::string_view, CLI::App*> groups;
    for (const auto& command : commands()) {
        const auto word = first_word(command.words);
        CLI::App* parent = app.get();
        if (word != command.words) {
            auto& group = groups[word];
            if (!group) {
                std::string help;
                for (const auto& noun : nouns())
                    if (noun.word == word)
                        help = noun.help;
                group = app->add_subcommand(std::string(word), help);
                group->require_subcommand(1);
                group->fallthrough();
            }
            parent = group;
        }
        command.add(*parent, ctx);
    }
    for (auto* sub : app->get_subcommands({})) {
        sub->fallthrough();
        for (auto* verb : sub->get_subcommands({}))
            verb->fallthrough();
    }
    return app;
}

const Command* parse_command_line(CLI::App& app, std::vector<std::string> arguments, Context& ctx,
                                  int& status)
{
    try {
        std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        const CLI::App* at = &app;
        while (!at->get_subcommands().empty())
            at = at->get_subcommands().front();
        ctx.write(at->help());
        status = EX_OK;
        return nullptr;
    } catch (const CLI::CallForVersion& version) {
        ctx.write(std::string(version.what()) + "\n");
        status = EX_OK;
        return nullptr;
    } catch (const CLI::ParseError& error) {
        ctx.complain(error.what());
        ctx.note("Run with --help for more information.");
        status = EX_USAGE;
        return nullptr;
    }
    const Command* command = chosen(app);
    if (!command)
        throw std::logic_error("a parsed command is not in the table");
    return command;
}

int run_command(std::vector<std::string> arguments, Context& ctx)
{
    const auto app = build_command_line(ctx);
    int status = EX_OK;
    if (!parse_command_line(*app, std::move(arguments), ctx, status))
        return status;
    status = ctx.action();
    ctx.end_progress();
    if (!ctx.flush() && status == EX_OK)
        status = EX_IOERR;
    return status;
}

} // namespace mailctl::cmd
