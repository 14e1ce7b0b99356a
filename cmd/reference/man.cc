// Manual pages in man(7) macros.
#include <sstream>

#include "cmd/commands.h"
#include "cmd/reference/reference.h"
#include "cmd/reference/tree.h"
#include "conf/print.h"
#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

// Text for roff: backslashes, hyphens of options, and dots at the start of a line are escaped.
std::string roff(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'' && (out.empty() || out.back() == '\n'))
            out += "\\(aq";
        else if (c == '.' && (out.empty() || out.back() == '\n'))
            out += "\\&.";
        else
            out += c;
    }
    return out;
}

std::string heading(std::string_view name, char section, std::string_view what)
{
    return ".TH " + ascii::upper(name) + " " + section + " \"\" \"mailctl " MAILCTL_VERSION
           "\" \"mailctl\"\n.SH NAME\n" + roff(name) + " \\- " + roff(what) + "\n";
}

std::string paragraphs(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = text.find("\n\n");
        out += roff(text.substr(0, end)) + "\n";
        if (end == std::string_view::npos)
            break;
        out += ".PP\n";
        text.remove_prefix(end + 2);
    }
    return out;
}

std::string option_term(const ReferenceOption& option)
{
    std::string out;
    for (const auto& name : option.names)
        out += (out.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
    if (!option.value.empty())
        out += (out.empty() ? "" : " ") + ("\\fI" + roff(option.value) + "\\fR");
    if (option.repeated)
        out += " ...";
    return out;
}

std::string option_list(const std::vector<ReferenceOption>& options)
{
    std::string out;
    for (const auto& option : options)
        out += ".TP\n" + option_term(option) + "\n" + roff(option.help) + ".\n";
    return out;
}

std::string usage(const ReferenceCommand& command)
{
    std::string out = "\\fBmailctl " + roff(command.words) + "\\fR";
    bool has_options = false;
    for (const auto& option : command.options) {
        has_options |= !option.positional();
        if (option.required && !option.positional())
            out += " " + option_term(option);
    }
    if (has_options)
        out += " [\\fIoptions\\fR]";
    for (const auto& option : command.options)
        if (option.positional())
            out += option.required ? " " + option_term(option) : " [" + option_term(option) + "]";
    return out;
}

void add_command(std::string& out, const ReferenceCommand& command)
{
    if (command.verbs.empty()) {
        out += ".SS \"mailctl " + roff(command.words) + "\"\n" + usage(command) + "\n.PP\n" +
               roff(command.help) + ".\n" + option_list(command.options);
        return;
    }
    for (const auto& verb : command.verbs)
        add_command(out, verb);
}

std::string examples_text(std::string_view text)
{
    std::string out;
    for (const auto line : ascii::split(text, '\n')) {
        if (line.substr(0, 2) == "# ")
            out += ".PP\n" + roff(line.substr(2)) + ":\n";
        else if (line.substr(0, 2) == "$ ")
            out += ".PP\n.RS 4\n.nf\n" + roff(line.substr(2)) + "\n.fi\n.RE\n";
    }
    return out;
}

std::string exit_status()
{
    return ".SH EXIT STATUS\n0 when done or the answer is yes, 1 when the answer is no or changes "
           "are pending, 3 when some items of a bulk run were rejected, and the values of "
           "sysexits.h otherwise: 64 usage, 65 bad data or a limit, 66 no input, 68 no such "
           "object, 69 no server, 73 exists already, 74 disk, 75 try later, 77 not permitted, 78 "
           "bad settings. \\fBmailctl explain\\fR(1) tells more.\n";
}

std::string noun_page(const ReferenceNoun& noun)
{
    std::string out = heading("mailctl-" + noun.word, '1', noun.help);
    out += ".SH SYNOPSIS\n";
    for (const auto& command : noun.commands)
        if (command.verbs.empty())
            out += usage(command) + "\n.br\n";
        else
            for (const auto& verb : command.verbs)
                out += usage(verb) + "\n.br\n";
    out += ".SH DESCRIPTION\n" + paragraphs(noun.manual) + ".SH COMMANDS\n";
    for (const auto& command : noun.commands)
        add_command(out, command);
    out += ".SH OPTIONS OF EVERY COMMAND\n" + option_list(global_options());
    out += exit_status();
    if (!noun.examples.empty())
        out += ".SH EXAMPLES\n" + examples_text(noun.examples);
    return out + ".SH SEE ALSO\n.BR mailctl (1),\n.BR mailctl.toml (5)\n";
}

std::string main_page(const std::vector<ReferenceNoun>& nouns)
{
    std::string out = heading("mailctl", '1', "a complete mail server as a command-line toolkit");
    out += ".SH SYNOPSIS\n\\fBmailctl\\fR [\\fIoptions\\fR] \\fINOUN VERB\\fR [\\fIarguments\\fR]\n";
    out += ".SH DESCRIPTION\n" +
           paragraphs("mailctl serve receives, checks, stores and serves mail over SMTP, LMTP, "
                      "IMAP and POP3. Every other command is a small tool over the same library.\n\n"
                      "Where a server runs on the store that the settings name, a command runs "
                      "inside that server; where none runs, it opens the store itself, and commands "
                      "that only read say \"offline\" on standard error. Results are equal. Files "
                      "named in arguments are opened with the caller's rights.\n\n"
                      "Data goes to standard output, notes and progress to standard error. Off a "
                      "terminal nothing asks: changing commands that would ask need --yes.");
    out += ".SH COMMANDS\n";
    for (const auto& noun : nouns)
        out += ".TP\n.BR mailctl\\-" + roff(noun.word) + " (1)\n" + roff(noun.help) + ".\n";
    out += ".SH OPTIONS\n" + option_list(global_options()) + exit_status();
    out += ".SH ENVIRONMENT\n.TP\nMAILCTL_CONF\nThe settings file where \\-c is not given.\n"
           ".TP\nMAILCTL_HOST, MAILCTL_HOST_CA, MAILCTL_HOST_CERTIFICATE, MAILCTL_HOST_KEY, "
           "MAILCTL_HOST_TOKEN_FILE\nAs the options of these names, where they are not given.\n"
           ".TP\nMAILCTL_HOST_TOKEN\nThe token itself.\n";
    out += ".SH FILES\n.TP\n/etc/mailctl/mailctl.toml\nThe settings: see mailctl.toml(5).\n.TP\n"
           "DATA_DIR/control.sock\nThe running server's control socket.\n";
    return out + ".SH SEE ALSO\n.BR mailctl.toml (5),\n.BR mailctl\\-standards (7)\n";
}

std::string settings_page()
{
    std::string out = heading("mailctl.toml", '5', "settings of mailctl");
    out += ".SH DESCRIPTION\n" +
           paragraphs("Settings are TOML. Unknown keys are errors. Durations are written \"15m\" "
                      "or \"1h30m\", amounts of octets \"25MiB\", secrets \"file:PATH\", "
                      "\"env:NAME\" or \"cmd:COMMAND\". Relative paths start at the file's folder. "
                      "include = [\"conf.d/*.toml\"] reads further files.\n\n"
                      "Each key says what a change of it is: hot (in force at once), reconnect "
                      "(for new sessions) or restart.") +
           ".SH KEYS\n";
    for (const auto& d : conf::describe("")) {
        out += ".TP\n\\fB" + roff(d.path) + "\\fR (" + roff(d.type) + ", default " +
               roff(d.default_value) + ", " + d.effect + ")\n" + roff(d.help) +
               (d.choices.empty() ? "" : ": " + roff(d.choices)) + ".\n";
        if (!d.manual.empty())
            out += roff(d.manual) + "\n";
    }
    return out + ".SH SEE ALSO\n.BR mailctl (1),\n.BR mailctl\\-conf (1)\n";
}

} // namespace

std::map<std::string, std::string> manual_pages()
{
    const auto all = reference_nouns();
    std::map<std::string, std::string> out{{"mailctl.1", main_page(all)},
                                           {"mailctl.toml.5", settings_page()}};
    for (const auto& noun : all)
        out["mailctl-" + noun.word + ".1"] = noun_page(noun);
    return out;
}

std::string standards_page(const std::string& rows)
{
    std::string out = heading("mailctl-standards", '7', "standards that mailctl implements");
    out += ".SH DESCRIPTION\nThe RFCs that the code cites; \"yes\" means implemented and tested, "
           "\"partial\" that the parts mailctl needs are.\n.SH STANDARDS\n";
    std::istringstream in(rows);
    for (std::string line; std::getline(in, line);) {
        const auto fields = ascii::split(line, '\t');
        if (fields.size() == 3)
            out += ".TP\n\\fBRFC " + std::string(fields[0]) + "\\fR (" + std::string(fields[1]) +
                   ")\n" + roff(fields[2]) + "\n";
    }
    return out + ".SH SEE ALSO\n.BR mailctl (1)\n";
}

} // namespace mailctl::cmd
