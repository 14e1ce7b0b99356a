// mailctl queue list: the messages that wait, oldest first.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>

#include "cmd/queue/columns.h"
#include "cmd/queue/queue.h"
#include "core/mime/encoded_word.h"
#include "core/mime/header.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    QueueChoice choice;
    Selection selection; ///< its columns
};

/// Reads what lies beside the entry, where a column asks for it.
Result<> look_beside(Context& ctx, const Filter<EntryView>& filter, EntryView& view)
{
    constexpr std::array<std::string_view, 1> kSubject{"subject"}, kLastAttempt{"last_attempt"};
    if (filter.uses(kSubject)) {
        TRY(const std::string header, queued_header(ctx, view.entry));
        if (const auto subject = mime::find_field(header, "Subject"))
            view.subject = mime::decode_header_text(*subject);
    }
    if (filter.uses(kLastAttempt)) {
        TRY(store::Store* store, ctx.store());
        TRY(const auto attempts, ctx.wait(store->queue().attempts(view.entry.id)));
        if (!attempts.empty())
            view.last_attempt = attempts.back().start;
    }
    return ok();
}

int run(const Options& options, Context& ctx)
{
    const auto filter = Filter<EntryView>::make(options.selection, queue_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    const auto chosen = read_queue_choice(ctx, options.choice);
    if (!chosen)
        return ctx.fail(chosen.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const Time now = (*store)->clock().now();
    Table table(ctx, {"mailctl.queue.list/1", filter->column_names()});
    Result<> beside = ok();
    const auto delivering = delivering_now(ctx);
    const auto show = [&](store::QueueEntry& entry) {
        EntryView view{entry, now, {}, {}, false};
        view.is_delivering =
            std::binary_search(delivering.begin(), delivering.end(), entry.id);
        beside = look_beside(ctx, *filter, view);
        // Gone while we looked: delivered.
        if (!beside && beside.error().code() == Errc::NotFound) {
            beside = ok();
            return true;
        }
        if (beside)
            table.add(filter->cells(view));
        return beside.has_value();
    };
    const auto done = each_entry(ctx, *chosen, show);
    if (!done || !beside)
        return ctx.fail(done ? beside.error() : done.error());
    return EX_OK;
}

} // namespace

void add_queue_list(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = queue.add_subcommand("list", "List messages that wait, oldest first");
    add_queue_choice(*list, ctx, options->choice, ChoiceUse::Look);
    list->add_option("--columns", options->selection.columns,
                     "Show these fields, separated by commas; also age, account, peer, "
                     "last_attempt, hold_reason, class, route, expires, subject")
        ->type_name("FIELDS")
        ->delimiter(',');
    list->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
