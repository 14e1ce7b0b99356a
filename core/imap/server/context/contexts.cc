// Which searches tell their changes, and which cannot.
#include "core/imap/server/context/contexts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

using Kind = SearchKey::Kind;

/// What is in its result changes as time passes, or as other messages come.
bool has_unsteady_key(const SearchKey& key)
{
    return key.kind == Kind::Older || key.kind == Kind::Younger || key.is_fuzzy ||
           std::any_of(key.children.begin(), key.children.end(), has_unsteady_key);
}

bool has_unsteady_order(const std::vector<SortKey>& order)
{
    return std::any_of(order.begin(), order.end(),
                       [](const auto& key) { return key.kind == SortKey::Kind::Relevancy; });
}

/// RFC 5267 §4.3: message numbers and "$" mean what they mean when the command comes.
void fix_numbers(SearchKey& key, const View& view)
{
    for (auto& child : key.children)
        fix_numbers(child, view);
    const bool is_saved = (key.kind == Kind::Numbers || key.kind == Kind::Uids) && key.set.is_saved();
    if (!is_saved && key.kind != Kind::Numbers)
        return;
    std::string text;
    put_uid_set(text, view.pick(key.set, false));
    if (const auto set = SequenceSet::parse(text)) {
        key.kind = Kind::Uids;
        key.set = *set;
        return;
    }
    key = SearchKey(Kind::Not); // no message at all
    key.children.emplace_back(Kind::All);
}

void put_no_update(Session& session, std::string_view tag, std::string_view why)
{
    session.out += "* NO [NOUPDATE ";
    put_string(session.out, tag);
    session.out.append("] ").append(why).append("\r\n");
}

} // namespace

bool Contexts::has(std::string_view tag) const
{
    return std::any_of(all_.begin(), all_.end(),
                       [tag](const auto& context) { return context.tag == tag; });
}

bool Contexts::is_too_large() const
{
    const auto messages = std::accumulate(
        all_.begin(), all_.end(), std::size_t{0},
        [](std::size_t sum, const auto& context) { return sum + context.results.size(); });
    return messages > most_messages_;
}

bool Contexts::add(Context context)
{
    if (all_.size() == kContexts)
        return false;
    all_.push_back(std::move(context));
    if (!is_too_large())
        return true;
    all_.pop_back();
    return false;
}

bool Contexts::cancel(std::string_view tag)
{
    return std::erase_if(all_, [tag](const auto& context) { return context.tag == tag; }) != 0;
}

std::optional<Completion> update_fault(const Session& session, const Invocation& invocation,
                                       const SearchRequest& request)
{
    const auto& contexts = session.view->contexts;
    if (request.returns && request.returns->update && contexts && contexts->has(invocation.tag))
        return Completion::bad("Tag reuse");
    return std::nullopt;
}

void keep_context(Session& session, const Invocation& invocation, const SearchRequest& request,
                  const std::vector<SortKey>& order, const Found& found)
{
    if (!request.returns || !request.returns->update)
        return;
    if (has_unsteady_key(request.key) || has_unsteady_order(order))
        return put_no_update(session, invocation.tag, "Its results change without a change of mail");
    auto& contexts = session.view->contexts;
    if (!contexts)
        contexts = std::make_shared<Contexts>();
    Context context;
    context.tag = invocation.tag;
    context.by_uid = invocation.by_uid;
    context.key = request.key;
    fix_numbers(context.key, *session.view);
    context.order = order;
    context.results = found.uids;
    if (!contexts->add(std::move(context)))
        put_no_update(session, invocation.tag, "Too many contexts");
}

void end_numbered(Session& session)
{
    if (!session.view || !session.view->contexts)
        return;
    std::erase_if(session.view->contexts->all(), [&session](const auto& context) {
        if (!context.by_uid)
            put_no_update(session, context.tag, "Message numbers are off");
        return !context.by_uid;
    });
}

} // namespace mailctl::imap
