// Completion scripts for bash, zsh and fish.
#include "cmd/reference/reference.h"
#include "cmd/reference/tree.h"

namespace mailctl::cmd {
namespace {

constexpr const char* kOrigin = "# Written from the command table; see cmd/reference.\n";

// Every command that can be run, flat: "conf show", "domain alias add".
std::vector<ReferenceCommand> leaves(const std::vector<ReferenceCommand>& commands)
{
    std::vector<ReferenceCommand> out;
    for (const auto& command : commands) {
        if (command.verbs.empty())
            out.push_back(command);
        else
            for (auto& leaf : leaves(command.verbs))
                out.push_back(std::move(leaf));
    }
    return out;
}

std::string last_word(const std::string& words)
{
    return words.substr(words.rfind(' ') + 1);
}

// 'text' for a shell's single quotes.
std::string shell_quoted(std::string_view text)
{
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

// The words that may follow `path`; with their help for shells that show it.
struct Choice {
    std::string word, help;
};
struct Node {
    std::string path; ///< "conf"; empty: the first word
    std::vector<Choice> next;
};

void add_nodes(const std::vector<ReferenceCommand>& commands, const std::string& path,
               std::vector<Node>& out)
{
    Node node{path, {}};
    for (const auto& command : commands)
        node.next.push_back({last_word(command.words), command.help});
    out.push_back(std::move(node));
    for (const auto& command : commands)
        if (!command.verbs.empty())
            add_nodes(command.verbs, command.words, out);
}

std::vector<Node> nodes(const std::vector<ReferenceNoun>& nouns)
{
    std::vector<Node> out{{"", {}}};
    for (const auto& noun : nouns)
        out[0].next.push_back({noun.word, noun.help});
    for (const auto& noun : nouns)
        if (noun.commands.size() > 1 || noun.commands.front().words != noun.word)
            add_nodes(noun.commands, noun.word, out);
    return out;
}

std::string joined_options(const ReferenceCommand& command)
{
    std::string out;
    for (const auto& option : command.options)
        for (const auto& name : option.names)
            out += (out.empty() ? "" : " ") + name;
    return out;
}

// What values of an argument are completed with: live ones from the server.
std::string live_values(const ReferenceCommand& command)
{
    for (const auto& option : command.options) {
        if (!option.positional())
            continue;
        if (option.value == "DOMAIN")
            return "domain";
        if (option.value == "USER")
            return "user";
        if (option.value == "ALIAS")
            return "alias";
    }
    return {};
}

std::string bash(const std::vector<ReferenceNoun>& nouns, const std::string& global)
{
    std::string out = std::string("# bash completion of mailctl\n") + kOrigin +
                      "_mailctl() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "    local path= word i options= live=\n"
                      "    case $prev in\n"
                      "    -o | --output) COMPREPLY=($(compgen -W 'table json ndjson csv tsv' -- \"$cur\")); return ;;\n"
                      "    -c | --conf) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
                      "    esac\n"
                      "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        word=${COMP_WORDS[i]}\n"
                      "        case $word in -*) continue ;; esac\n"
                      "        case ${COMP_WORDS[i-1]} in -c | --conf | -o | --output) continue ;; esac\n"
                      "        path=\"${path:+$path }$word\"\n"
                      "    done\n"
                      "    case $path in\n";
    for (const auto& node : nodes(nouns)) {
        std::string words;
        for (const auto& choice : node.next)
            words += (words.empty() ? "" : " ") + choice.word;
        out += "    " + shell_quoted(node.path) + ") options=" + shell_quoted(words) + " ;;\n";
    }
    for (const auto& noun : nouns)
        for (const auto& leaf : leaves(noun.commands)) {
            out += "    " + shell_quoted(leaf.words) + "*) options=" + shell_quoted(joined_options(leaf));
            if (const auto live = live_values(leaf); !live.empty())
                out += " live=" + live;
            out += " ;;\n";
        }
    return out +
           "    esac\n"
           "    case $cur in\n"
           "    -*) options=\"$options " + global + "\" ;;\n"
           "    *) [ -n \"$live\" ] && options=\"$options $(mailctl $live list -q -o tsv 2>/dev/null | cut -f1 | tail -n +2)\" ;;\n"
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
           "    [ ${#COMPREPLY[@]} -gt 0 ] || { compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); }\n"
           "}\n"
           "complete -F _mailctl mailctl\n";
}

std::string zsh(const std::vector<ReferenceNoun>& nouns)
{
    std::string out = std::string("#compdef mailctl\n") + kOrigin +
                      "_mailctl() {\n"
                      "    local path= i word\n"
                      "    local -a choices\n"
                      "    for ((i = 2; i < CURRENT; i++)); do\n"
                      "        word=$words[i]\n"
                      "        [[ $word == -* || $words[i-1] == (-c|--conf|-o|--output) ]] && continue\n"
                      "        path=\"${path:+$path }$word\"\n"
                      "    done\n"
                      "    case $words[CURRENT-1] in\n"
                      "    -o | --output) compadd table json ndjson csv tsv; return ;;\n"
                      "    -c | --conf) _files; return ;;\n"
                      "    esac\n"
                      "    case $path in\n";
    const auto add = [&out](const std::string& pattern, const std::vector<Choice>& choices) {
        out += "    " + pattern + ") choices=(";
        for (const auto& choice : choices) {
            std::string text;
            for (const char c : choice.word + ":" + choice.help)
                text += c;
            out += "\n        " + shell_quoted(text);
        }
        out += ") ;;\n";
    };
    for (const auto& node : nodes(nouns))
        add(shell_quoted(node.path), node.next);
    for (const auto& noun : nouns)
        for (const auto& leaf : leaves(noun.commands)) {
            std::vector<Choice> choices;
            for (const auto& option : leaf.options)
                for (const auto& name : option.names)
                    choices.push_back({name, option.help});
            add(shell_quoted(leaf.words) + "*", choices);
        }
    return out +
           "    esac\n"
           "    _describe mailctl choices || _files\n"
           "}\n"
           "_mailctl \"$@\"\n";
}

std::string fish(const std::vector<ReferenceNoun>& nouns, const std::vector<ReferenceOption>& global)
{
    std::string out =
        std::string("# fish completion of mailctl\n") + kOrigin +
        "function __mailctl_path\n"
        "    set -l words (commandline -opc)\n"
        "    set -l path\n"
        "    set -l skip 0\n"
        "    for word in $words[2..-1]\n"
        "        if test $skip = 1\n"
        "            set skip 0\n"
        "        else if contains -- $word -c --conf -o --output\n"
        "            set skip 1\n"
        "        else if not string match -q -- '-*' $word\n"
        "            set -a path $word\n"
        "        end\n"
        "    end\n"
        "    echo \"$path\"\n"
        "end\n"
        "function __mailctl_at\n"
        "    test (__mailctl_path) = \"$argv\"\n"
        "end\n"
        "function __mailctl_in\n"
        "    string match -q -- \"$argv*\" (__mailctl_path)\n"
        "end\n";
    const auto option_line = [](const std::string& condition, const ReferenceOption& option) {
        std::string line = "complete -c mailctl" + condition;
        for (const auto& name : option.names)
            line += name.substr(0, 2) == "--" ? " -l " + name.substr(2) : " -s " + name.substr(1);
        if (!option.value.empty())
            line += " -r";
        return line + " -d " + shell_quoted(option.help) + "\n";
    };
    for (const auto& option : global)
        if (!option.positional())
            out += option_line("", option);
    out += "complete -c mailctl -s o -l output -x -a 'table json ndjson csv tsv'\n";
    for (const auto& node : nodes(nouns))
        for (const auto& choice : node.next)
            out += "complete -c mailctl -f -n \"__mailctl_at " + node.path + "\" -a " +
                   choice.word + " -d " + shell_quoted(choice.help) + "\n";
    for (const auto& noun : nouns)
        for (const auto& leaf : leaves(noun.commands)) {
            for (const auto& option : leaf.options)
                if (!option.positional())
                    out += option_line(" -n \"__mailctl_in " + leaf.words + "\"", option);
            if (const auto live = live_values(leaf); !live.empty())
                out += "complete -c mailctl -f -n \"__mailctl_at " + leaf.words +
                       "\" -a '(mailctl " + live +
                       " list -q -o tsv 2>/dev/null | cut -f1 | tail -n +2)'\n";
        }
    return out;
}

} // namespace

std::map<std::string, std::string> completions()
{
    const auto nouns = reference_nouns();
    const auto global = global_options();
    std::string words;
    for (const auto& option : global)
        for (const auto& name : option.names)
            words += (words.empty() ? "" : " ") + name;
    return {{"mailctl.bash", bash(nouns, words)},
            {"_mailctl", zsh(nouns)},
            {"mailctl.fish", fish(nouns, global)}};
}

} // namespace mailctl::cmd
