// STATUS: counts of a mailbox that need not be selected.
#include <vector>

#include "core/imap/server/commands.h"
#include "core/imap/server/rows.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

enum class Item { Messages, Recent, UidNext, UidValidity, Unseen, HighestModSeq };

struct Named {
    std::string_view name;
    Item item;
};
constexpr Named kItems[] = {{"MESSAGES", Item::Messages},
                            {"RECENT", Item::Recent},
                            {"UIDNEXT", Item::UidNext},
                            {"UIDVALIDITY", Item::UidValidity},
                            {"UNSEEN", Item::Unseen},
                            {"HIGHESTMODSEQ", Item::HighestModSeq}};

Result<Named> parse_item(Lexer& args)
{
    for (const auto& named : kItems)
        if (args.accept_word(named.name))
            return named;
    return Error(Errc::Invalid, "Unknown status item");
}

/// "(" status-att *(SP status-att) ")"
Result<std::vector<Named>> parse_items(Lexer& args)
{
    std::vector<Named> items;
    TRY_VOID(args.expect('('));
    do {
        TRY(const auto item, parse_item(args));
        items.push_back(item);
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    TRY_VOID(args.end());
    return items;
}

/// How many messages no session was shown yet.
Awaitable<Result<std::uint32_t>> count_recent(store::Account& account, MailboxId mailbox)
{
    CO_TRY(const auto range, co_await account.take_recent(mailbox, false));
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

std::uint64_t value(Item item, const store::MailboxInfo& mailbox, std::uint32_t recent)
{
    switch (item) {
    case Item::Messages:
        return mailbox.messages;
    case Item::Recent:
        return recent;
    case Item::UidNext:
        return value_of(mailbox.uid_next);
    case Item::UidValidity:
        return mailbox.uid_validity;
    case Item::Unseen:
        return mailbox.unseen;
    case Item::HighestModSeq: // RFC 7162 §3.1.7
        return value_of(mailbox.highest_mod_seq);
    }
    return 0;
}

} // namespace

/// RFC 3501 §6.3.10.
Awaitable<Completion> on_status(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto items, parse_items(args));
    for (const auto& item : items)
        session.has_condstore = session.has_condstore || item.item == Item::HighestModSeq;
    const auto mailbox = co_await session.account->find_mailbox(name);
    if (!mailbox)
        co_return refuse(mailbox.error());
    const auto recent = co_await count_recent(*session.account, mailbox->id);
    if (!recent)
        co_return refuse(recent.error());
    session.out += "* STATUS ";
    put_mailbox(session.out, mailbox->name, session.delimiter());
    char before = '(';
    session.out += ' ';
    for (const auto& item : items) {
        session.out += before;
        session.out.append(item.name).append(" ");
        session.out += std::to_string(value(item.item, *mailbox, *recent));
        before = ' ';
    }
    session.out += ")\r\n";
    co_return Completion::ok("STATUS completed");
}

} // namespace mailctl::imap
