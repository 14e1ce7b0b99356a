// Counts of a mailbox, as STATUS tells them.
#include "core/imap/server/authenticated/status_items.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "conf/config.h"
#include "core/imap/server/object_id.h"
#include "core/imap/server/rows.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

struct Named {
    std::string_view name;
    StatusItem item;
};
constexpr Named kItems[] = {
    {"MESSAGES", StatusItem::Messages},       {"RECENT", StatusItem::Recent},
    {"UIDNEXT", StatusItem::UidNext},         {"UIDVALIDITY", StatusItem::UidValidity},
    {"UNSEEN", StatusItem::Unseen},           {"HIGHESTMODSEQ", StatusItem::HighestModSeq},
    {"SIZE", StatusItem::Size},               {"DELETED", StatusItem::Deleted},
    {"APPENDLIMIT", StatusItem::AppendLimit}, {"MAILBOXID", StatusItem::MailboxId},
    {"DELETED-STORAGE", StatusItem::DeletedStorage},
};

Result<StatusItem> parse_item(Lexer& args)
{
    for (const auto& named : kItems)
        if (args.accept_word(named.name))
            return named.item;
    return Error(Errc::Invalid, "Unknown status item");
}

std::string_view name_of(StatusItem item)
{
    return std::find_if(std::begin(kItems), std::end(kItems),
                        [item](const auto& named) { return named.item == item; })
        ->name;
}

/// How many messages no session was shown yet.
Awaitable<Result<std::uint32_t>> count_recent(store::Account& account, MailboxId mailbox)
{
    CO_TRY(const auto range, co_await account.take_recent(mailbox, store::Recent::Look));
    std::uint32_t count = 0;
    Rows rows(account, mailbox, range);
    while (range.first <= range.last) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        count += static_cast<std::uint32_t>(page.size());
    }
    co_return count;
}

/// How many messages this user has not seen, where that is not the mailbox's own count.
Awaitable<Result<std::uint32_t>> count_unseen(const Located& located)
{
    std::uint32_t count = 0;
    Rows rows(*located.account, located.mailbox.id, store::UidRange{});
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return count;
        count += static_cast<std::uint32_t>(
            std::count_if(page.begin(), page.end(), [](const auto& row) {
                return !row.flags.has(store::SystemFlag::Seen);
            }));
    }
}

/// What an EXPUNGE would give back: octets of the messages with \Deleted. RFC 9208 §4.1.4.
Awaitable<Result<std::uint64_t>> count_deleted_octets(const Located& located)
{
    const auto& mailbox = located.mailbox;
    if (mailbox.deleted == 0)
        co_return std::uint64_t{0};
    if (mailbox.deleted == mailbox.messages)
        co_return mailbox.octets;
    std::uint64_t octets = 0;
    Rows rows(*located.account, mailbox.id, store::UidRange{});
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return octets;
        for (const auto& row : page)
            octets += row.flags.has(store::SystemFlag::Deleted) ? row.octets : 0;
    }
}

/// What is not in the mailbox's own record, counted only where it is asked for.
struct Counted {
    std::uint32_t recent = 0;
    std::uint64_t deleted_octets = 0;
};

bool has_item(const std::vector<StatusItem>& items, StatusItem item)
{
    return std::find(items.begin(), items.end(), item) != items.end();
}

std::string value(const Session& session, StatusItem item, const Located& located,
                  const Counted& counted)
{
    const auto& mailbox = located.mailbox;
    switch (item) {
    case StatusItem::Messages:
        return std::to_string(mailbox.messages);
    case StatusItem::Recent:
        return std::to_string(counted.recent);
    case StatusItem::UidNext:
        return std::to_string(value_of(mailbox.uid_next));
    case StatusItem::UidValidity:
        return std::to_string(mailbox.uid_validity);
    case StatusItem::Unseen:
        return std::to_string(mailbox.unseen);
    case StatusItem::HighestModSeq:
        return std::to_string(value_of(mailbox.highest_mod_seq));
    case StatusItem::Size:
        return std::to_string(mailbox.octets);
    case StatusItem::Deleted:
        return std::to_string(mailbox.deleted);
    case StatusItem::DeletedStorage:
        return std::to_string(counted.deleted_octets);
    case StatusItem::AppendLimit:
        return std::to_string(session.config().limits.imap_literal_octets);
    case StatusItem::MailboxId:
        return "(" + object_id(mailbox.id, id_suffix(session, *located.account)) + ")";
    }
    return "";
}

} // namespace

Result<std::vector<StatusItem>> parse_status_items(Lexer& args)
{
    std::vector<StatusItem> items;
    TRY_VOID(args.expect('('));
    do {
        TRY(const auto item, parse_item(args));
        if (std::find(items.begin(), items.end(), item) == items.end())
            items.push_back(item);
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return items;
}

Awaitable<Result<>> put_status(Session& session, const Located& located,
                               const std::vector<StatusItem>& items)
{
    Counted counted;
    if (has_item(items, StatusItem::Recent)) {
        CO_TRY(counted.recent, co_await count_recent(*located.account, located.mailbox.id));
    }
    if (has_item(items, StatusItem::DeletedStorage)) {
        CO_TRY(counted.deleted_octets, co_await count_deleted_octets(located));
    }
    auto told = located;
    if (located.own_seen && has_item(items, StatusItem::Unseen)) {
        CO_TRY(told.mailbox.unseen, co_await count_unseen(located));
    }
    session.out += "* STATUS ";
    put_mailbox(session.out, located.name(), session.delimiter(), session.names());
    char before = '(';
    session.out += ' ';
    for (const auto item : items) {
        session.out += before;
        session.out.append(name_of(item)).append(" ");
        session.out += value(session, item, told, counted);
        before = ' ';
    }
    session.out += ")\r\n";
    co_return ok();
}

} // namespace mailctl::imap
