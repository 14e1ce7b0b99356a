// Reads the change log.
#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kEntriesAPage = 1000;

/// One page of the log and the cell, seen at one instant.
struct LogPage {
    Cell cell;
    Page page;
};

Awaitable<Result<LogPage>> read_log(Engine& engine, Partition partition, ModSeq after)
{
    Query query;
    query.keys.push_back(keys::cell());
    query.ranges.push_back({keys::log_entries(), keys::log(after), kEntriesAPage});
    auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Error(Errc::NotFound, "no such account");
    LogPage read;
    CO_TRY(read.cell, decode_cell(*answer->values[0]));
    read.page = std::move(answer->pages[0]);
    co_return read;
}

/// Gives the mod-sequence of the last entry.
Result<ModSeq> take_entries(const Page& page, ModSeq after, Changes& changes)
{
    for (const auto& row : page.rows) {
        const auto mod_seq = keys::log_of(row.key);
        if (!mod_seq)
            return Error(Errc::Corrupt, "a log key does not decode");
        TRY(auto record, decode_log(row.value));
        for (auto& entry : record.entries) {
            entry.mod_seq = *mod_seq;
            changes.entries.push_back(std::move(entry));
        }
        after = *mod_seq;
    }
    return after;
}

} // namespace

Awaitable<Result<Changes>> MailAccount::changes_since(ModSeq after)
{
    Changes changes;
    for (;;) {
        const auto read = co_await read_log(engine(), partition_, after);
        if (!read)
            co_return read.error();
        changes.up_to = read->cell.mod_seq;
        if (value_of(after) + 1 < value_of(read->cell.log_from)) {
            changes.entries.clear();
            changes.truncated = true;
            co_return changes;
        }
        CO_TRY(after, take_entries(read->page, after, changes));
        if (!read->page.more)
            co_return changes;
    }
}

} // namespace mailctl::store
