// Tells how the results of searches change: ADDTO and REMOVEFROM.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/log.h"
#include "core/imap/server/context/contexts.h"
#include "core/imap/server/selected/sorting.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

bool holds(const std::vector<Uid>& ascending, Uid uid)
{
    return std::binary_search(ascending.begin(), ascending.end(), uid);
}

/// Runs of results with the place of their first one, as an item of a response has them; places
/// count from 1, and 0 says that the order is the mailbox's.
class Item {
public:
    Item(const View& view, const Context& context, std::string_view name)
        : view_(view), context_(context), text_(" " + std::string(name) + " (")
    {
    }
    /// `continues`: it is in a run with the last one.
    void add(std::size_t place, bool continues, Uid uid)
    {
        if (numbers_.empty() || (context_.is_sorted() && !continues))
            start(context_.is_sorted() ? place : 0);
        numbers_.push_back(context_.by_uid ? value_of(uid) : view_.number_of(uid).value_or(0));
    }
    /// Empty where nothing was added.
    std::string take()
    {
        if (numbers_.empty())
            return "";
        put_number_set(text_, numbers_);
        return std::move(text_) + ")";
    }

private:
    void start(std::size_t place)
    {
        if (!numbers_.empty()) {
            put_number_set(text_, numbers_);
            text_ += ' ';
            numbers_.clear();
        }
        text_.append(std::to_string(place)).append(" ");
    }

    const View& view_;
    const Context& context_;
    std::string text_;
    std::vector<std::uint32_t> numbers_;
};

void put_update(Session& session, const Context& context, std::string_view items)
{
    if (items.empty())
        return;
    session.out += "* ESEARCH (TAG ";
    put_string(session.out, context.tag);
    session.out.append(context.by_uid ? ") UID" : ")").append(items).append("\r\n");
}

/// Takes results out, and gives the item that tells so. RFC 5267 §4.3.4: each run is taken out
/// where those before it are out already.
std::string remove(const View& view, Context& context, const std::vector<Uid>& gone)
{
    Item item(view, context, "REMOVEFROM");
    std::vector<Uid> kept;
    std::size_t last_place = 0;
    for (const auto uid : context.results) {
        if (!holds(gone, uid)) {
            kept.push_back(uid);
            continue;
        }
        const auto place = kept.size() + 1;
        item.add(place, place == last_place, uid);
        last_place = place;
    }
    context.results.swap(kept);
    return item.take();
}

/// Before which result a message belongs, none of which is before `from`. Results that were
/// expunged meanwhile decide nothing.
Awaitable<Result<std::size_t>> find_place(const View& view, const Context& context,
                                          const Placed& one, std::size_t from)
{
    std::size_t low = from, high = context.results.size();
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        auto probe = middle;
        std::vector<Placed> there;
        for (; probe < high && there.empty(); ++probe) {
            Found asked;
            asked.uids.push_back(context.results[probe]);
            CO_TRY(there, co_await place(view, context.order, asked));
        }
        if (!there.empty() && there.front() < one)
            low = probe; // it went one past the message that was asked
        else
            high = middle;
    }
    co_return low;
}

/// Puts messages among the results, and gives the item that tells so. RFC 5267 §4.3.3
Awaitable<Result<std::string>> add(const View& view, Context& context, const Found& added)
{
    Item item(view, context, "ADDTO");
    if (!context.is_sorted()) {
        std::vector<Uid> both;
        std::merge(context.results.begin(), context.results.end(), added.uids.begin(),
                   added.uids.end(), std::back_inserter(both));
        context.results.swap(both);
        for (const auto uid : added.uids)
            item.add(0, true, uid);
        co_return item.take();
    }
    CO_TRY(auto placed, co_await place(view, context.order, added));
    std::sort(placed.begin(), placed.end());
    std::size_t from = 0;
    for (const auto& one : placed) {
        CO_TRY(const auto at, co_await find_place(view, context, one, from));
        context.results.insert(context.results.begin() + static_cast<std::ptrdiff_t>(at), one.uid);
        item.add(at + 1, at == from, one.uid);
        from = at + 1;
    }
    co_return item.take();
}

/// What of the touched messages has to go or to come in. RFC 5267 §4.3.2
Awaitable<Result<std::string>> update(Session& session, Context& context,
                                      const std::vector<Uid>& touched)
{
    CO_TRY(auto found, co_await matching_among(session, context.key, touched));
    std::vector<Uid> were, gone, come;
    std::copy_if(context.results.begin(), context.results.end(), std::back_inserter(were),
                 [&touched](Uid uid) { return holds(touched, uid); });
    std::sort(were.begin(), were.end());
    std::set_difference(were.begin(), were.end(), found.uids.begin(), found.uids.end(),
                        std::back_inserter(gone));
    std::set_difference(found.uids.begin(), found.uids.end(), were.begin(), were.end(),
                        std::back_inserter(come));
    const View& view = *session.view;
    std::string items;
    if (!gone.empty())
        items = remove(view, context, gone);
    found.uids.swap(come);
    if (!found.uids.empty()) {
        CO_TRY(const auto added, co_await add(view, context, found));
        items += added;
    }
    co_return items;
}

/// A context that cannot be kept any longer, and why.
void end_context(Session& session, const std::string& tag, std::string_view why)
{
    session.view->contexts->cancel(tag);
    session.out += "* NO [NOUPDATE ";
    put_string(session.out, tag);
    session.out.append("] ").append(why).append("\r\n");
}

} // namespace

void tell_gone_results(Session& session)
{
    auto& view = *session.view;
    if (!view.contexts || !view.has_lost())
        return;
    for (auto& context : view.contexts->all())
        put_update(session, context, remove(view, context, view.lost()));
}

Awaitable<> tell_results(Session& session, std::vector<Uid> touched)
{
    const auto contexts = session.view->contexts;
    if (!contexts || touched.empty())
        co_return;
    std::vector<std::string> tags;
    for (const auto& context : contexts->all())
        tags.push_back(context.tag);
    for (const auto& tag : tags) {
        auto& all = contexts->all();
        const auto context = std::find_if(all.begin(), all.end(),
                                          [&tag](const auto& one) { return one.tag == tag; });
        const auto items = co_await update(session, *context, touched);
        if (!items) {
            log::error("imap", "search updates ended", {{"error", to_string(items.error())}});
            end_context(session, tag, "Temporary failure, search again");
            continue;
        }
        put_update(session, *context, *items);
        if (contexts->is_too_large())
            end_context(session, tag, "Too many results");
    }
}

} // namespace mailctl::imap
