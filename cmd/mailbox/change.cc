// mailctl mailbox empty and flags: what becomes of messages.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "core/base/ascii.h"
#include "core/imap/flag_list.h"
#include "core/imap/lexer.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::vector<std::string> add, remove;
};

int run_empty(const Options& options, Context& ctx)
{
    MailboxAction action{"expunge", "expunged", "Expunge", {}};
    action.act = [&ctx](store::Account& account,
                        const ChosenMessages& chosen) -> Result<std::uint64_t> {
        TRY(const auto gone, ctx.wait(account.expunge(chosen.mailbox.id, chosen.uids, false)));
        return std::uint64_t{gone.size()};
    };
    return act_on_messages(ctx, options.choice, action);
}

/// Names as IMAP writes them, or without the backslash: "seen", "\Seen", "$Junk".
Result<imap::FlagList> read_flags(const std::vector<std::string>& names)
{
    imap::FlagList flags;
    for (const auto& name : names) {
        std::string written = name;
        for (const auto& known : imap::kSystemFlags)
            if (ascii::equals_ignoring_case(known.name.substr(1), name))
                written = known.name;
        imap::Lexer lexer(written);
        const auto parsed = imap::parse_store_flags(lexer);
        if (!parsed || !lexer.end())
            return Error(Errc::Invalid, ascii::printable(name) + ": no flag and no keyword");
        flags.system |= parsed->system;
        for (const auto& keyword : parsed->keywords)
            flags.keywords.push_back(keyword);
    }
    return flags;
}

/// One STORE. Gives the messages it was for.
Result<std::uint64_t> change_flags(Context& ctx, store::Account& account,
                                   const ChosenMessages& chosen, const imap::FlagList& flags,
                                   store::FlagChange how)
{
    store::FlagsUpdate update;
    update.uids = chosen.uids;
    update.change = how;
    update.flags.system = flags.system;
    TRY(const auto indexes, ctx.wait(account.intern_keywords(flags.keywords)));
    for (const auto index : indexes)
        update.flags.set_keyword(index);
    TRY(const auto done, ctx.wait(account.update_flags(chosen.mailbox.id, std::move(update))));
    return std::uint64_t{done.rows.size()};
}

int run_flags(const Options& options, Context& ctx)
{
    if (options.add.empty() && options.remove.empty())
        return ctx.usage("which flags? --add and --remove name them");
    const auto add = read_flags(options.add);
    const auto remove = read_flags(options.remove);
    if (!add || !remove)
        return ctx.usage((add ? remove : add).error().detail());
    MailboxAction action{"change the flags of", "changed the flags of", "Change the flags of", {}};
    action.act = [&](store::Account& account,
                     const ChosenMessages& chosen) -> Result<std::uint64_t> {
        std::uint64_t count = 0;
        if (!options.add.empty()) {
            TRY(count, change_flags(ctx, account, chosen, *add, store::FlagChange::Add));
        }
        if (!options.remove.empty()) {
            TRY(count, change_flags(ctx, account, chosen, *remove, store::FlagChange::Remove));
        }
        return count;
    };
    return act_on_messages(ctx, options.choice, action);
}

CLI::App* add_verb(CLI::App& mailbox, Context& ctx, const std::shared_ptr<Options>& options,
                   const std::string& word, const std::string& help,
                   int (*run)(const Options&, Context&))
{
    auto* verb = mailbox.add_subcommand(word, help);
    add_mailbox_choice(*verb, options->choice);
    add_change_options(*verb, ctx);
    verb->callback(
        [options, run, &ctx] { ctx.action = [options, run, &ctx] { return run(*options, ctx); }; });
    return verb;
}

} // namespace

void add_mailbox_empty(CLI::App& mailbox, Context& ctx)
{
    add_verb(mailbox, ctx, std::make_shared<Options>(), "empty",
             "Expunge messages; undelete brings them back for deleted.keep", run_empty);
}

void add_mailbox_flags(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = add_verb(mailbox, ctx, options, "flags", "Add and remove flags of messages",
                          run_flags);
    verb->add_option("--add", options->add,
                     "seen, answered, flagged, deleted, draft or a keyword; separated by commas")
        ->type_name("FLAGS")
        ->delimiter(',')
        ->allow_extra_args(false);
    verb->add_option("--remove", options->remove, "The same")
        ->type_name("FLAGS")
        ->delimiter(',')
        ->allow_extra_args(false);
}

} // namespace mailctl::cmd
