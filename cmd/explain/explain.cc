// mailctl explain: tells what an exit status means and what to do about it, and what SMTP says.
#include "cmd/explain/explain.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <array>

#include "cmd/table.h"
#include "core/smtp/replies.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::optional<int> status;
    bool replies = false;
};

struct Meaning {
    int status;
    std::string_view name, meaning, cure;
};

constexpr std::array kMeanings{
    Meaning{EX_OK, "OK", "done, or the answer is yes", ""},
    Meaning{kExitNo, "NO", "the command ran; the answer is no, or changes are pending",
            "read its output"},
    Meaning{kExitPartial, "PARTIAL", "a bulk run finished with some items rejected",
            "mend the lines of the reject file and run it again with that file"},
    Meaning{EX_USAGE, "USAGE", "wrong arguments, or --yes is missing off a terminal",
            "see the command's --help"},
    Meaning{EX_DATAERR, "DATAERR", "input is malformed, or a limit is reached",
            "mend the value that the message names"},
    Meaning{EX_NOINPUT, "NOINPUT", "an input file is absent or unreadable", "check its name"},
    Meaning{EX_NOUSER, "NOUSER", "no such user", "mailctl user list"},
    Meaning{EX_NOHOST, "NOHOST", "no such domain, user, queue id or other object",
            "list the objects of that kind"},
    Meaning{EX_UNAVAILABLE, "UNAVAILABLE", "a needed service does not answer",
            "start the server: mailctl serve"},
    Meaning{EX_SOFTWARE, "SOFTWARE", "a fault of mailctl itself", "report it with the message"},
    Meaning{EX_OSERR, "OSERR", "the system refused a process, memory or a descriptor",
            "check its limits"},
    Meaning{EX_OSFILE, "OSFILE", "a system file is missing or bad", "check the file named"},
    Meaning{EX_CANTCREAT, "CANTCREAT", "the object exists already, or output cannot be made",
            "choose another name, or change the existing one"},
    Meaning{EX_IOERR, "IOERR", "the disk or the store failed, or stored data is damaged",
            "mailctl store check"},
    Meaning{EX_TEMPFAIL, "TEMPFAIL", "locked or busy", "try again later"},
    Meaning{EX_PROTOCOL, "PROTOCOL", "command and server are of different versions",
            "restart the server with this version"},
    Meaning{EX_NOPERM, "NOPERM", "not permitted", "run as root, the server's user or its group"},
    Meaning{EX_CONFIG, "CONFIG", "the settings are invalid", "mailctl conf check"},
};

constexpr int kFirstReplyCode = 200; // RFC 5321 §4.2.1; no exit status reaches it

int run_replies(const Options& options, Context& ctx)
{
    Table table(ctx, {"mailctl.explain.replies/1", {"name", "code", "enhanced", "text"}});
    for (const auto& row : smtp::replies())
        if (!options.status || *options.status == row.code)
            table.row(row.name, row.code, row.enhanced, row.text);
    if (table.rows() == 0)
        return ctx.usage("no SMTP reply has the code " + std::to_string(*options.status));
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    if (options.replies || options.status.value_or(0) >= kFirstReplyCode)
        return run_replies(options, ctx);
    Table table(ctx, {"mailctl.explain/1", {"status", "name", "meaning", "cure"}});
    for (const auto& m : kMeanings)
        if (!options.status || *options.status == m.status)
            table.row(m.status, m.name, m.meaning, m.cure);
    if (table.rows() == 0)
        return ctx.usage("mailctl never ends with status " + std::to_string(*options.status));
    return EX_OK;
}

} // namespace

void add_explain(CLI::App& app, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* explain = app.add_subcommand("explain", "Tell what an exit status or an SMTP reply means");
    explain->add_option("STATUS", options->status, "Exit status, or code of an SMTP reply (from 200 on); without it, all statuses are listed");
    explain->add_flag("--replies", options->replies,
                      "List the fixed SMTP replies, whose texts smtp.replies changes");
    explain->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
