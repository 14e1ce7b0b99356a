// The command line as data: what pages and completions are written from.
#pragma once

#include <string>
#include <vector>

namespace mailctl::cmd {

/// One option or positional argument.
struct ReferenceOption {
    std::vector<std::string> names; ///< "-o", "--output"; empty: a positional
    std::string value;              ///< "FILE", "FORMAT"; empty: a flag
    std::string help;
    bool required = false;
    bool repeated = false;
    bool positional() const { return names.empty(); }
};

/// One verb, or a noun that is its own verb.
struct ReferenceCommand {
    std::string words; ///< "queue list"
    std::string help;
    std::vector<ReferenceOption> options; ///< in their order; global ones left out
    std::vector<ReferenceCommand> verbs;  ///< of a third level ("domain alias add")
};

struct ReferenceNoun {
    std::string word, help, manual, examples;
    std::vector<ReferenceCommand> commands;
};

/// Nouns in help order, with their commands as CLI11 knows them.
std::vector<ReferenceNoun> reference_nouns();
/// -c, -o, -q, -v.
std::vector<ReferenceOption> global_options();

} // namespace mailctl::cmd
