// Lays the changes of a mutation over the account as it was, and makes a batch of them.
#include "store/account/change.h"

#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"

namespace mailctl::store {
namespace {

/// So many pages that lie together are walked; fewer are looked up one by one.
constexpr std::size_t kRunOfPages = 8;

} // namespace

Change::Change(Engine& engine, const Partition& partition, const AccountState& state,
               const Overlay& before, Time now, std::uint64_t commit)
    : engine_(engine), partition_(partition), state_(state), before_(before), now_(now)
{
    mine_.cell = before.cell;
    log_.commit = commit;
}

Cell& Change::cell()
{
    mine_.cell_changed = true;
    return mine_.cell;
}

ModSeq Change::mod_seq()
{
    if (!has_mod_seq_) {
        has_mod_seq_ = true;
        cell().mod_seq = ModSeq{value_of(mine_.cell.mod_seq) + 1};
    }
    return mine_.cell.mod_seq;
}

void Change::log(ChangeEntry::Kind kind, MailboxId box, std::vector<Uid> uids)
{
    mod_seq();
    auto& entry = log_.entries.emplace_back();
    entry.kind = kind;
    entry.mailbox = box;
    entry.uids = std::move(uids);
}

void Change::log_metadata(MailboxId box, AccountId reader, std::vector<std::string> names)
{
    log(ChangeEntry::Kind::MetadataChanged, box);
    log_.entries.back().reader = reader;
    log_.entries.back().names = std::move(names);
}

const MailboxInfo* Change::find(MailboxId id) const
{
    for (const auto* layer : {&mine_, &before_})
        if (const auto at = layer->mailboxes.find(id); at != layer->mailboxes.end())
            return at->second ? &*at->second : nullptr;
    const auto at = state_.mailboxes.find(id);
    return at == state_.mailboxes.end() ? nullptr : &at->second;
}

const MailboxInfo* Change::find(std::string_view name) const
{
    for (const auto* layer : {&mine_, &before_})
        for (const auto& [id, box] : layer->mailboxes)
            if (box && box->name == name && find(id) == &*box)
                return &*box;
    const auto at = state_.names.find(name);
    if (at == state_.names.end())
        return nullptr;
    const auto* box = find(at->second);
    return box != nullptr && box->name == name ? box : nullptr;
}

const MailboxInfo* Change::find(SpecialUse role) const
{
    for (const auto* layer : {&mine_, &before_})
        for (const auto& [id, box] : layer->mailboxes)
            if (box && box->role == role && find(id) == &*box)
                return &*box;
    for (const auto& [id, box] : state_.mailboxes)
        if (box.role == role && find(id) == &box)
            return &box;
    return nullptr;
}

Result<MailboxInfo*> Change::mailbox(MailboxId id)
{
    const auto* box = find(id);
    if (box == nullptr)
        return Error(Errc::NotFound, "no such mailbox");
    auto& mine = mine_.mailboxes[id];
    if (!mine)
        mine = *box;
    return &*mine;
}

MailboxInfo& Change::add_mailbox(MailboxInfo box)
{
    auto& mine = mine_.mailboxes[box.id];
    mine = std::move(box);
    return *mine;
}

void Change::erase_mailbox(MailboxId id)
{
    mine_.mailboxes[id] = std::nullopt;
}

std::vector<MailboxInfo> Change::mailboxes() const
{
    std::map<MailboxId, const MailboxInfo*> all;
    for (const auto& [id, box] : state_.mailboxes)
        all[id] = &box;
    for (const auto* layer : {&before_, &mine_})
        for (const auto& [id, box] : layer->mailboxes)
            all[id] = box ? &*box : nullptr;
    std::vector<MailboxInfo> boxes;
    for (const auto& [id, box] : all)
        if (box != nullptr)
            boxes.push_back(*box);
    std::sort(boxes.begin(), boxes.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return boxes;
}

std::size_t Change::mailbox_count() const
{
    auto count = static_cast<std::ptrdiff_t>(state_.mailboxes.size());
    for (const auto& [id, box] : before_.mailboxes)
        count += (box ? 1 : 0) - static_cast<std::ptrdiff_t>(state_.mailboxes.count(id));
    for (const auto& [id, box] : mine_.mailboxes) {
        const auto at = before_.mailboxes.find(id);
        const bool was = at != before_.mailboxes.end() ? at->second.has_value()
                                                       : state_.mailboxes.count(id) != 0;
        count += (box ? 1 : 0) - (was ? 1 : 0);
    }
    return static_cast<std::size_t>(count);
}

std::vector<std::string> Change::keywords() const
{
    auto all = state_.keywords;
    for (const auto* layer : {&before_, &mine_})
        all.insert(all.end(), layer->keywords.begin(), layer->keywords.end());
    return all;
}

void Change::add_keyword(std::string name)
{
    const auto index = state_.keywords.size() + before_.keywords.size() + mine_.keywords.size();
    put(keys::keyword(static_cast<unsigned>(index)), encode_text(name));
    mine_.keywords.push_back(std::move(name));
}

bool Change::is_subscribed(std::string_view name) const
{
    const std::string text(name);
    for (const auto* layer : {&mine_, &before_})
        if (const auto at = layer->subscriptions.find(text); at != layer->subscriptions.end())
            return at->second;
    return state_.subscriptions.count(name) != 0;
}

void Change::subscribe(const std::string& name, bool on)
{
    if (on)
        put(keys::subscription(name), encode_text(""));
    else
        erase(keys::subscription(name));
    mine_.subscriptions[name] = on;
}

const std::optional<std::string>* Change::overlaid(const std::string& key) const
{
    for (const auto* layer : {&mine_, &before_})
        if (const auto at = layer->rows.find(key); at != layer->rows.end())
            return &at->second;
    return nullptr;
}

Awaitable<Result<std::vector<std::optional<std::string>>>> Change::get(
    std::vector<std::string> keys)
{
    std::vector<std::optional<std::string>> values(keys.size());
    std::vector<std::size_t> missing;
    Query query;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (const auto* value = overlaid(keys[i])) {
            values[i] = *value;
        } else {
            missing.push_back(i);
            query.keys.push_back(std::move(keys[i]));
        }
    }
    if (missing.empty())
        co_return values;
    auto answer = co_await engine_.read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    for (std::size_t i = 0; i < missing.size(); ++i)
        values[missing[i]] = std::move(answer->values[i]);
    co_return values;
}

void Change::overlay_page(const Range& range, Page& page) const
{
    std::map<std::string, std::optional<std::string>> over;
    const std::string last = page.more && !page.rows.empty() ? page.rows.back().key : "";
    for (const auto* layer : {&before_, &mine_}) {
        for (auto at = layer->rows.lower_bound(range.prefix);
             at != layer->rows.end() && at->first.starts_with(range.prefix); ++at)
            if (at->first > range.after && (last.empty() || at->first <= last))
                over[at->first] = at->second;
    }
    if (over.empty())
        return;
    for (auto& row : page.rows)
        over.try_emplace(std::move(row.key), std::move(row.value));
    page.rows.clear();
    for (auto& [key, value] : over)
        if (value)
            page.rows.push_back({key, std::move(*value)});
}

Awaitable<Result<Page>> Change::scan(Range range)
{
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        auto answer = co_await engine_.read(partition_, std::move(query));
        if (!answer)
            co_return answer.error();
        auto page = std::move(answer->pages.front());
        const std::string last = page.rows.empty() ? "" : page.rows.back().key;
        overlay_page(range, page);
        if (!page.rows.empty() || !page.more)
            co_return page;
        range.after = last; // every row of the page is erased by now
    }
}

void Change::put(std::string key, std::string value)
{
    mine_.row_octets += key.size() + value.size() + 16;
    mine_.rows[std::move(key)] = std::move(value);
}

void Change::erase(std::string key)
{
    mine_.row_octets += key.size() + 16;
    mine_.rows[std::move(key)] = std::nullopt;
}

void Change::release(const BodyRef& body)
{
    put(keys::release(body.blob), encode_release(body.shared));
    mine_.releases = true;
}

void Change::put_message(MailboxId box, const MessageRow& row)
{
    messages_.push_back({box, row.uid, false, row});
}

void Change::erase_message(MailboxId box, Uid uid)
{
    messages_.push_back({box, uid, true, {}});
}

Result<> Change::load_page(const PageKey& key, std::string_view stored)
{
    auto& rows = pages_[key].rows;
    rows.reserve(kPageUids);
    return decode_page(key.second, stored, rows);
}

/// Reads pages of one mailbox that lie together, both ends inside: walking costs less than finding each.
Awaitable<Result<>> Change::load_run(MailboxId box, std::uint32_t first, std::uint32_t last)
{
    Range range{keys::messages(box), {}, last - first + 1};
    if (first > 0)
        range.after = keys::message_page(box, first - 1);
    for (auto page = first; page <= last; ++page)
        pages_.try_emplace(PageKey(box, page));
    CO_TRY(const auto read, co_await scan(std::move(range)));
    for (const auto& row : read.rows) {
        const auto key = keys::message_page_of(row.key);
        if (!key)
            co_return Error(Errc::Corrupt, "a message key does not decode");
        if (key->page > last)
            break;
        CO_TRY_VOID(load_page({box, key->page}, row.value));
    }
    co_return ok();
}

/// Reads the pages that nobody asked for yet.
Awaitable<Result<>> Change::load_pages(std::vector<PageKey> wanted)
{
    std::erase_if(wanted, [this](const auto& key) { return pages_.contains(key); });
    if (wanted.size() >= kRunOfPages && wanted.front().first == wanted.back().first &&
        wanted.back().second - wanted.front().second == wanted.size() - 1) {
        co_return co_await load_run(wanted.front().first, wanted.front().second, wanted.back().second);
    }
    std::vector<std::string> keys;
    keys.reserve(wanted.size());
    for (const auto& [box, page] : wanted)
        keys.push_back(keys::message_page(box, page));
    const auto stored = co_await get(std::move(keys));
    if (!stored)
        co_return stored.error();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        pages_.try_emplace(wanted[i]);
        if (const auto& page = (*stored)[i])
            CO_TRY_VOID(load_page(wanted[i], *page));
    }
    co_return ok();
}

std::vector<Change::PageKey> Change::pages_of(MailboxId box, const std::vector<Uid>& uids)
{
    std::vector<PageKey> pages;
    for (const auto uid : uids)
        if (pages.empty() || pages.back().second != page_of(uid))
            pages.emplace_back(box, page_of(uid));
    return pages;
}

Awaitable<Result<std::vector<MessageRow>>> Change::messages(MailboxId box, const std::vector<Uid>& uids)
{
    const auto wanted = pages_of(box, uids);
    CO_TRY_VOID(co_await load_pages(wanted));
    std::vector<MessageRow> found;
    found.reserve(uids.size());
    auto uid = uids.begin();
    for (const auto& key : wanted) {
        for (const auto& row : pages_[key].rows) {
            while (uid != uids.end() && *uid < row.uid)
                ++uid;
            if (uid != uids.end() && *uid == row.uid)
                found.push_back(row);
        }
    }
    messages_.reserve(messages_.size() + found.size()); // who asks will change them
    co_return found;
}

Awaitable<Result<>> Change::edit_messages(MailboxId box, const std::vector<Uid>& uids,
                                          const std::function<bool(MessageRow&)>& edit)
{
    const auto wanted = pages_of(box, uids);
    CO_TRY_VOID(co_await load_pages(wanted));
    auto uid = uids.begin();
    for (const auto& key : wanted) {
        auto& page = pages_[key];
        for (auto& row : page.rows) {
            while (uid != uids.end() && *uid < row.uid)
                ++uid;
            if (uid != uids.end() && *uid == row.uid && edit(row))
                page.is_edited = true;
        }
    }
    co_return ok();
}

/// By mailbox and UID; of several changes of one message the last counts.
void Change::sort_messages()
{
    const auto key = [](const auto& change) { return std::pair(change.mailbox, change.uid); };
    const auto is_before = [&](const auto& a, const auto& b) { return key(a) < key(b); };
    if (!std::is_sorted(messages_.begin(), messages_.end(), is_before))
        std::stable_sort(messages_.begin(), messages_.end(), is_before);
    const auto is_same = [&](const auto& a, const auto& b) { return key(a) == key(b); };
    const auto kept = std::unique(messages_.rbegin(), messages_.rend(), is_same);
    messages_.erase(messages_.begin(), kept.base());
}

Awaitable<Result<>> Change::put_pages()
{
    sort_messages();
    const auto page_key = [](const auto& change) { return PageKey(change.mailbox, page_of(change.uid)); };
    std::vector<PageKey> wanted;
    for (const auto& change : messages_)
        if (wanted.empty() || wanted.back() != page_key(change))
            wanted.push_back(page_key(change));
    CO_TRY_VOID(co_await load_pages(wanted));
    auto from = messages_.begin();
    for (const auto& key : wanted) {
        const auto to = std::find_if(from, messages_.end(), [&](const auto& change) { return page_key(change) != key; });
        auto& page = pages_[key];
        put_page(key, with_changes(page.rows, {from, to}));
        page.is_edited = false;
        from = to;
    }
    co_return ok();
}

void Change::put_page(const PageKey& key, std::span<const MessageRow> rows)
{
    if (rows.empty())
        erase(keys::message_page(key.first, key.second));
    else
        put(keys::message_page(key.first, key.second), encode_page(rows));
}

Awaitable<Result<Overlay>> Change::finish()
{
    if (!messages_.empty()) {
        CO_TRY_VOID(co_await put_pages());
    }
    for (const auto& [key, page] : pages_)
        if (page.is_edited)
            put_page(key, page.rows);
    if (has_mod_seq_)
        put(keys::log(mine_.cell.mod_seq), encode(log_));
    co_return std::move(mine_);
}

void merge(Overlay& below, Overlay top)
{
    if (top.cell_changed)
        below.cell = top.cell;
    below.cell_changed |= top.cell_changed;
    for (auto& [id, box] : top.mailboxes)
        below.mailboxes[id] = std::move(box);
    if (below.rows.empty())
        below.rows = std::move(top.rows);
    else
        for (auto& [key, value] : top.rows)
            below.rows[key] = std::move(value);
    for (auto& name : top.keywords)
        below.keywords.push_back(std::move(name));
    for (const auto& [name, on] : top.subscriptions)
        below.subscriptions[name] = on;
    below.row_octets += top.row_octets;
    below.releases |= top.releases;
}

namespace {

/// Erases the oldest entries of a log that is too long.
void trim_log(Cell& cell, Batch& batch)
{
    const auto to = value_of(cell.mod_seq);
    auto from = value_of(cell.log_from);
    for (std::size_t i = 0; i < kLogTrimRows && to + 1 - from > kMaxLogEntries; ++i)
        batch.erase.push_back(keys::log(ModSeq{from++}));
    cell.log_from = ModSeq{from};
}

} // namespace

Batch batch_for(const AccountState& state, Overlay& overlay, std::uint64_t commit)
{
    Batch batch;
    batch.expect.push_back({keys::cell(), state.cell_stored});
    trim_log(overlay.cell, batch);
    overlay.cell.commit = commit;
    batch.put.reserve(overlay.rows.size() + overlay.mailboxes.size() + 1);
    batch.put.push_back({keys::cell(), encode(overlay.cell)});
    for (const auto& [id, box] : overlay.mailboxes) {
        if (box)
            batch.put.push_back({keys::mailbox(id), encode(*box)});
        else
            batch.erase.push_back(keys::mailbox(id));
    }
    for (auto& [key, value] : overlay.rows) {
        if (value)
            batch.put.push_back({key, std::move(*value)});
        else
            batch.erase.push_back(key);
    }
    return batch;
}

void apply(AccountState& state, Overlay overlay, std::string cell_stored)
{
    state.cell = overlay.cell;
    state.cell_stored = std::move(cell_stored);
    for (auto& [id, box] : overlay.mailboxes) {
        if (const auto at = state.mailboxes.find(id);
            at != state.mailboxes.end() && (!box || box->name != at->second.name)) {
            if (const auto name = state.names.find(at->second.name);
                name != state.names.end() && name->second == id)
                state.names.erase(name);
        }
        if (!box) {
            state.mailboxes.erase(id);
            continue;
        }
        state.names[box->name] = id;
        state.mailboxes[id] = std::move(*box);
    }
    for (auto& name : overlay.keywords)
        state.keywords.push_back(std::move(name));
    for (const auto& [name, on] : overlay.subscriptions) {
        if (on)
            state.subscriptions.insert(name);
        else
            state.subscriptions.erase(name);
    }
}

} // namespace mailctl::store
