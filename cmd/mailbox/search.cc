// mailctl mailbox search: the messages that a query chooses.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <array>

#include "cmd/mailbox/mailbox.h"
#include "cmd/mailbox/message_view.h"
#include "core/imap/server/rows.h"
#include "core/query/term.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    Selection columns; ///< its columns and limit
    std::uint64_t last = 0; ///< of each mailbox; 0: all
    bool count = false;
    bool fields = false;
};

/// Only the newest of them: UIDs ascend as messages come.
void keep_last(std::vector<Uid>& uids, std::uint64_t last)
{
    if (last != 0 && uids.size() > last)
        uids.erase(uids.begin(), uids.end() - static_cast<std::ptrdiff_t>(last));
}

/// Rows into the table, as long as it takes them.
class Listing {
public:
    Listing(Context& ctx, const Options& options, const Filter<MessageView>& filter)
        : ctx_(ctx),
          options_(options),
          filter_(filter),
          table_(ctx, {"mailctl.mailbox.search/1", filter.column_names()})
    {}

    bool is_full() const
    {
        return options_.columns.limit != 0 && table_.rows() >= options_.columns.limit;
    }

    Result<> add(const Owner& owner, ChosenMessages chosen)
    {
        TRY(const auto keywords, ctx_.wait(owner.account->keywords()));
        imap::Rows rows(*owner.account, chosen.mailbox.id, std::move(chosen.uids));
        while (!is_full()) {
            TRY(const auto page, ctx_.wait(rows.next()));
            if (page.empty())
                break;
            for (const auto& row : page) {
                if (is_full() || ctx_.cancelled())
                    break;
                MessageView view{owner.name, chosen.mailbox.name, row, keywords, {}};
                TRY_VOID(look_into(ctx_, filter_, *owner.account, view));
                table_.add(filter_.cells(view));
            }
        }
        return ok();
    }

private:
    Context& ctx_;
    const Options& options_;
    const Filter<MessageView>& filter_;
    Table table_;
};

/// --count: a row a mailbox.
int count(const Options& options, const query::Query& query, Context& ctx)
{
    Table table(ctx, {"mailctl.mailbox.search.count/1", {"user", "mailbox", "messages"}});
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY(const auto chosen, choose_messages(ctx, owner, query));
        for (const auto& one : chosen)
            table.row(owner.name, one.mailbox.name, std::uint64_t{one.uids.size()});
        return ok();
    });
}

/// --fields: what queries can ask.
int list_fields(Context& ctx)
{
    Table table(ctx, {"mailctl.mailbox.search.fields/1", {"field", "holds_where"}});
    for (const auto& term : query::terms())
        table.row(term.field, term.help);
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    if (options.fields)
        return list_fields(ctx);
    const auto query = read_query(options.choice);
    if (!query)
        return ctx.usage(query.error().detail());
    if (options.count)
        return count(options, *query, ctx);
    const auto filter = Filter<MessageView>::make(options.columns, message_properties());
    if (!filter)
        return ctx.usage(filter.error().detail());
    Listing listing(ctx, options, *filter);
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        if (listing.is_full())
            return ok();
        TRY(auto chosen, choose_messages(ctx, owner, *query));
        for (auto& one : chosen) {
            keep_last(one.uids, options.last);
            TRY_VOID(listing.add(owner, std::move(one)));
        }
        return ok();
    });
}

} // namespace

void add_mailbox_search(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* search = mailbox.add_subcommand("search", "List the messages that a query chooses");
    add_mailbox_choice(*search, options->choice);
    search
        ->add_option("--columns", options->columns.columns,
                     "Show these fields, separated by commas; also id, thread, to, saved, "
                     "message_id")
        ->type_name("FIELDS")
        ->delimiter(',')
        ->allow_extra_args(false);
    search->add_option("--limit", options->columns.limit, "Stop after this many")->type_name("N");
    search->add_option("--last", options->last, "Only the newest N of each mailbox")
        ->type_name("N");
    search->add_flag("--count", options->count, "Only how many in each mailbox");
    search->add_flag("--fields", options->fields, "List the fields of queries, and nothing else");
    search->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
