// The table of commands: what exists, in help order, and what each needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/context.h"

namespace mailctl::cmd {

/// What must be there before a command can run.
enum class Needs {
    Nothing,
    Config, ///< valid settings
    Read,   ///< the store, to look; runs inside the server where one runs, else says "offline"
    Change, ///< the store, to change it; inside the server where one runs
    Server, ///< a running server
};

/// "queue list" is the verb "list" of the noun "queue"; one word stands for itself.
struct Command {
    std::string_view words;
    Needs needs;
    void (*add)(CLI::App& noun, Context& ctx);
    /// An option with which it needs neither settings nor store; empty: none.
    std::string_view alone_with = {};
};

/// The first words: each has a manual page, mailctl-WORD(1).
struct Noun {
    std::string_view word;
    std::string_view help;     ///< one line
    std::string_view manual;   ///< DESCRIPTION of its page, paragraphs separated by blank lines
    std::string_view examples; ///< EXAMPLES: lines "# what" and "$ command"
};

const std::vector<Noun>& nouns();
const std::vector<Command>& commands();

/// The whole command line: global options, nouns and verbs. Setting ctx.action is the verbs' work.
std::unique_ptr<CLI::App> build_command_line(Context& ctx);

/// Parses and says which command was chosen; nullptr where parsing ended it (--help, --version, a
/// mistake), with `status` set and everything printed.
const Command* parse_command_line(CLI::App& app, std::vector<std::string> arguments, Context& ctx,
                                  int& status);

/// Runs a command inside a process whose backend is at hand (the server, or offline).
int run_command(std::vector<std::string> arguments, Context& ctx);

} // namespace mailctl::cmd
