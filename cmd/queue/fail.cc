// mailctl queue fail: gives messages up; their senders are told.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/act.h"
#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    std::string reason;
};

/// A reply as a server would give it: "554 5.7.1 TEXT", unless the text is one already.
std::string reply_of(const std::string& reason)
{
    const std::string text =
        ascii::printable(reason.empty() ? "Given up by the administrator" : reason);
    const bool is_reply = text.size() > 4 && text[0] == '5' && text[3] == ' ' &&
                          ascii::parse_number<unsigned>(text.substr(0, 3));
    return is_reply ? text : "554 5.7.1 " + text;
}

int run(const Options& options, Context& ctx)
{
    QueueAction action{"fail", "failed", "Give up and bounce", {}};
    const std::string reply = reply_of(options.reason);
    action.change = [reply](const auto& filter, auto& entry, Time now) {
        return fail_entry(filter, entry, reply, now);
    };
    return act_on_entries(ctx, options.choice, action);
}

} // namespace

void add_queue_fail(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* fail = queue.add_subcommand(
        "fail", "Give messages up; the server tells their senders, else when it next starts");
    add_queue_choice(*fail, ctx, options->choice, ChoiceUse::Change);
    fail->add_option("--reason", options->reason,
                     "What senders are told, as \"TEXT\" or \"550 5.1.1 TEXT\"")
        ->type_name("TEXT");
    fail->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
