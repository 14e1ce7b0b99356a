// Reads the built command line back into plain data.
#include "cmd/reference/tree.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "cmd/commands.h"

namespace mailctl::cmd {
namespace {

// A backend that nothing asks: pages are written without settings or store.
class NoBackend : public Backend {
public:
    Result<std::shared_ptr<const conf::Config>> config() override { return none(); }
    Result<store::Store*> store() override { return none(); }
    server::Server* server() override { return nullptr; }
    boost::asio::any_io_executor executor() override { throw std::logic_error("no executor"); }

private:
    static Error none() { return Error(Errc::Unavailable, "no settings here"); }
};

ReferenceOption read_option(const CLI::Option& option)
{
    ReferenceOption out;
    for (const auto& name : option.get_snames())
        out.names.push_back("-" + name);
    for (const auto& name : option.get_lnames())
        out.names.push_back("--" + name);
    const bool is_flag = option.get_items_expected_max() == 0;
    if (option.get_positional()) {
        out.value = option.get_single_name();
        out.names.clear();
    } else if (!is_flag) {
        out.value = option.get_type_name();
    }
    // CLI11's names of types are for programmers.
    for (const auto& [type, word] : {std::pair{"TEXT", "VALUE"}, std::pair{"UINT", "NUMBER"},
                                     std::pair{"INT", "NUMBER"}})
        if (out.value == type)
            out.value = word;
    if (const auto colon = out.value.find(':'); colon != std::string::npos)
        out.value = out.value.substr(0, colon);
    out.help = option.get_description();
    out.required = option.get_required();
    out.repeated = option.get_items_expected_max() > 1;
    return out;
}

ReferenceCommand read_command(const CLI::App& app, const std::string& words)
{
    ReferenceCommand out;
    out.words = words;
    out.help = app.get_description();
    for (const auto* option : app.get_options())
        if (!option->check_name("--help"))
            out.options.push_back(read_option(*option));
    for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
        out.verbs.push_back(read_command(*verb, words + " " + verb->get_name()));
    return out;
}

} // namespace

std::vector<ReferenceNoun> reference_nouns()
{
    NoBackend backend;
    Context ctx(Streams(), backend);
    const auto app = build_command_line(ctx);
    std::vector<ReferenceNoun> out;
    for (const auto& noun : nouns()) {
        ReferenceNoun entry{std::string(noun.word), std::string(noun.help),
                            std::string(noun.manual), std::string(noun.examples), {}};
        const auto* group = app->get_subcommand(entry.word);
        const bool is_group = std::any_of(commands().begin(), commands().end(), [&](const auto& c) {
            return c.words.substr(0, c.words.find(' ')) == noun.word && c.words != noun.word;
        });
        if (is_group)
            for (const auto* verb : group->get_subcommands([](const CLI::App*) { return true; }))
                entry.commands.push_back(
                    read_command(*verb, entry.word + " " + verb->get_name()));
        else
            entry.commands.push_back(read_command(*group, entry.word));
        out.push_back(std::move(entry));
    }
    for (const auto& command : commands()) {
        const auto word = command.words.substr(0, command.words.find(' '));
        if (std::none_of(nouns().begin(), nouns().end(),
                         [&](const auto& noun) { return noun.word == word; }))
            throw std::logic_error("no noun for command " + std::string(command.words));
    }
    return out;
}

std::vector<ReferenceOption> global_options()
{
    NoBackend backend;
    Context ctx(Streams(), backend);
    const auto app = build_command_line(ctx);
    std::vector<ReferenceOption> out;
    for (const auto* option : app->get_options())
        out.push_back(read_option(*option));
    return out;
}

} // namespace mailctl::cmd
