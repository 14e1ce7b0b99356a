// Finds the message that a URL names, and reads its part.
#include "core/urls/named_message.h"

#include <algorithm>
#include <utility>

#include "core/imap/fetch_items.h"
#include "store/engine.h"

namespace mailctl::urls {

using imap::MessageUrl;
using imap::OctetRange;
using imap::Section;
using sharing::Viewer;

namespace {

constexpr std::uint64_t kFilteredHeaderOctets = 1024 * 1024; // HEADER.FIELDS looks no further

Error absent()
{
    return Error(Errc::NotFound, "No such message");
}

/// A section as FETCH has it.
Result<Section> parse_section(const std::string& text)
{
    const std::string item = "BODY.PEEK[" + text + "]";
    imap::Lexer lexer(item);
    TRY(auto items, imap::parse_fetch_items(lexer));
    if (!lexer.at_end() || items.size() != 1)
        return absent();
    return std::move(items.front().section);
}

OctetRange slice_of(OctetRange range, const MessageUrl& url)
{
    const auto skipped = std::min(url.offset, range.octets);
    const auto left = range.octets - skipped;
    return {range.offset + skipped, std::min(url.octets.value_or(left), left)};
}

} // namespace

Awaitable<Result<NamedMessage>> find_named_message(Viewer viewer, MessageUrl url)
{
    const auto found = co_await sharing::find_mailbox(viewer, url.mailbox, store::MailboxRight::Read);
    if (!found)
        co_return found.error();
    co_return co_await find_named_message(found->account, found->mailbox.id,
                                          found->mailbox.uid_validity, std::move(url));
}

Awaitable<Result<NamedMessage>> find_named_message(std::shared_ptr<store::Account> account,
                                                   MailboxId mailbox, std::uint32_t uid_validity,
                                                   MessageUrl url)
{
    NamedMessage message;
    CO_TRY(message.section, parse_section(url.section));
    if (url.uid_validity && *url.uid_validity != uid_validity)
        co_return absent();
    const store::UidRange one{Uid(url.uid), Uid(url.uid)};
    CO_TRY(const auto rows, co_await account->messages(mailbox, one, 1));
    if (rows.empty())
        co_return absent();
    CO_TRY(message.email, co_await account->email(rows.front().email));
    message.account = std::move(account);
    co_return message;
}

Awaitable<Result<MessagePart>> part_of(const NamedMessage& message, MessageUrl url)
{
    const auto range = locate(message.section, message.email.card);
    if (!range)
        co_return absent();
    MessagePart part;
    part.account = message.account;
    part.body = message.email.body;
    part.range = slice_of(*range, url);
    if (message.section.fields.empty())
        co_return part;
    const auto most = std::min(range->octets, kFilteredHeaderOctets);
    std::string header;
    if (most != 0) {
        CO_TRY(header, co_await message.account->read_body(message.email.body, range->offset, most));
    }
    const auto fields = select_fields(header, message.section);
    const auto places = slice_of({0, fields.size()}, url);
    part.fields = fields.substr(places.offset, places.octets);
    co_return part;
}

Awaitable<Result<std::string>> read_part(const MessagePart& part, std::uint64_t offset)
{
    if (part.fields)
        co_return part.fields->substr(offset);
    const auto most =
        std::min<std::uint64_t>(part.range.octets - offset, store::kBlobChunkOctets);
    co_return co_await part.account->read_body(part.body, part.range.offset + offset, most);
}

} // namespace mailctl::urls
