// Makes and erases accounts.
#include "store/account/new_account.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "store/account/account_keys.h"
#include "store/account/mailbox_name.h"
#include "store/account/records.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

constexpr std::pair<std::string_view, SpecialUse> kUsualMailboxes[] = {
    {"Drafts", SpecialUse::Drafts}, {"Sent", SpecialUse::Sent},       {"Junk", SpecialUse::Junk},
    {"Trash", SpecialUse::Trash},   {"Archive", SpecialUse::Archive},
};

constexpr unsigned kMaxAttempts = 20;
constexpr std::uint32_t kRowsAtOnce = 500;

SpecialUse role_of(std::string_view name)
{
    if (name == kInbox)
        return SpecialUse::Inbox;
    for (const auto& [usual, role] : kUsualMailboxes)
        if (ascii::equals_ignoring_case(usual, name))
            return role;
    return SpecialUse::None;
}

/// INBOX and the others, each once and behind what is above it.
std::vector<std::string> with_parents(const std::vector<std::string>& mailboxes)
{
    std::vector<std::string> all{std::string(kInbox)};
    const auto add = [&all](std::string name) {
        const bool is_known = std::any_of(all.begin(), all.end(), [&name](const auto& other) {
            return other == name || (role_of(name) != SpecialUse::None && role_of(other) == role_of(name));
        });
        if (!is_known)
            all.push_back(std::move(name));
    };
    for (const auto& wanted : mailboxes) {
        if (!check_mailbox_name(wanted))
            continue;
        auto name = canonical_mailbox_name(wanted);
        for (auto& parent : parents_of(name))
            add(std::move(parent));
        add(std::move(name));
    }
    return all;
}

} // namespace

std::vector<std::string> usual_mailboxes()
{
    std::vector<std::string> names;
    for (const auto& [name, role] : kUsualMailboxes)
        names.emplace_back(name);
    return names;
}

Batch new_account(Time now, Usage limits, const std::vector<std::string>& mailboxes)
{
    Cell cell;
    cell.created = now;
    cell.limits = limits;
    cell.uid_validity = uid_validity_at(now, 0);
    Batch batch;
    batch.expect.push_back({keys::cell(), std::nullopt});
    for (const auto& name : with_parents(mailboxes)) {
        MailboxInfo box;
        box.id = cell.next_mailbox;
        box.name = name;
        box.role = role_of(name);
        box.uid_validity = cell.uid_validity;
        batch.put.push_back({keys::mailbox(box.id), encode(box)});
        batch.put.push_back({keys::subscription(name), encode_text("")});
        cell.next_mailbox = MailboxId{value_of(box.id) + 1};
    }
    batch.put.push_back({keys::cell(), encode(cell)});
    return batch;
}

namespace {

/// Marks the cell, so that every commit that goes on finds a conflict and gives up.
Awaitable<Result<>> close_account(Engine& engine, const Partition& partition)
{
    for (unsigned attempt = 0; attempt < kMaxAttempts; ++attempt) {
        Query query;
        query.keys.push_back(keys::cell());
        const auto answer = co_await engine.read(partition, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& stored = answer->values[0];
        if (!stored)
            co_return ok(); // erased before, or never made: rows may be left all the same
        const auto decoded = decode_cell(*stored);
        if (decoded && decoded->erased)
            co_return ok();
        Cell cell = decoded ? *decoded : Cell{};
        cell.erased = true;
        Batch batch;
        batch.expect.push_back({keys::cell(), *stored});
        batch.put.push_back({keys::cell(), encode(cell)});
        const auto closed = co_await engine.commit(partition, std::move(batch));
        if (closed)
            co_return ok();
        const auto code = closed.error().code();
        if (code != Errc::Conflict && code != Errc::InDoubt)
            co_return closed.error();
    }
    co_return Error(Errc::Busy, "the account does not stop changing");
}

Awaitable<Result<>> release_all_shared(Engine& engine, const Partition& partition, AccountId id)
{
    Range range{keys::emails(), "", kRowsAtOnce};
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        const auto answer = co_await engine.read(partition, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            if (!keys::email_of(row.key))
                continue;
            const auto email = decode_email(row.value);
            if (!email || !email->body.shared)
                continue;
            const auto released = co_await release_shared_body(engine, email->body.blob, id);
            if (!released)
                co_return released.error();
        }
        if (!page.more)
            co_return ok();
        range.after = page.rows.back().key;
    }
}

/// Those that commits gave up and that wait for their end.
Awaitable<Result<>> release_all_given_up(Engine& engine, const Partition& partition, AccountId id)
{
    Range range{keys::releases(), "", kRowsAtOnce};
    for (;;) {
        Query query;
        query.ranges.push_back(range);
        const auto answer = co_await engine.read(partition, std::move(query));
        if (!answer)
            co_return answer.error();
        const auto& page = answer->pages[0];
        for (const auto& row : page.rows) {
            const auto blob = keys::blob_of(row.key);
            const auto shared = decode_release(row.value);
            if (!blob || !shared || !*shared)
                continue;
            const auto released = co_await release_shared_body(engine, *blob, id);
            if (!released)
                co_return released.error();
        }
        if (!page.more)
            co_return ok();
        range.after = page.rows.back().key;
    }
}

Awaitable<Result<>> erase_all_bodies(Engine& engine, const Partition& partition)
{
    for (;;) {
        const BlobId first;
        const auto blobs = co_await engine.blobs(partition, first, kRowsAtOnce);
        if (!blobs)
            co_return blobs.error();
        for (const auto& blob : *blobs) {
            const auto erased = co_await engine.blob_erase(partition, blob);
            if (!erased)
                co_return erased.error();
        }
        if (blobs->size() < kRowsAtOnce)
            co_return ok();
    }
}

} // namespace

Awaitable<Result<>> erase_account(Engine& engine, AccountId id)
{
    const auto partition = keys::account(id);
    const auto closed = co_await close_account(engine, partition);
    if (!closed)
        co_return closed.error();
    const auto shared = co_await release_all_shared(engine, partition, id);
    if (!shared)
        co_return shared.error();
    const auto given_up = co_await release_all_given_up(engine, partition, id);
    if (!given_up)
        co_return given_up.error();
    const auto bodies = co_await erase_all_bodies(engine, partition);
    if (!bodies)
        co_return bodies.error();
    co_return co_await engine.drop(partition);
}

} // namespace mailctl::store
