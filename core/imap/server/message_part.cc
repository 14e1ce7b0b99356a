// Finds the part of a message that a URL names, and reads it.
#include "core/imap/server/message_part.h"

#include <algorithm>
#include <utility>

#include "core/imap/fetch_items.h"
#include "core/imap/server/sharing/place.h"
#include "store/engine.h"

namespace mailctl::imap {
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
    Lexer lexer(item);
    TRY(auto items, parse_fetch_items(lexer));
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

/// The mailbox, by its name or the selected one.
struct Source {
    std::shared_ptr<store::Account> account;
    MailboxId mailbox{};
    std::uint32_t uid_validity = 0;
};
Awaitable<Result<Source>> find_source(Session& session, const MessageUrl& url)
{
    Source source;
    if (!url.server.empty() || (url.mailbox.empty() && !session.view))
        co_return absent();
    if (url.mailbox.empty()) {
        if (!session.view->rights.has(store::MailboxRight::Read)) // taken away since SELECT
            co_return absent();
        source.account = session.view->shared_account();
        source.mailbox = session.view->mailbox();
        source.uid_validity = session.view->uid_validity();
        co_return source;
    }
    const auto found =
        co_await find_mailbox(session, url.mailbox, store::MailboxRight::Read);
    if (!found)
        co_return found.error();
    source.account = found->account;
    source.mailbox = found->mailbox.id;
    source.uid_validity = found->mailbox.uid_validity;
    co_return source;
}

Awaitable<Result<store::Email>> find_email(const Source& source, const MessageUrl& url)
{
    if (url.uid_validity && *url.uid_validity != source.uid_validity)
        co_return absent();
    const store::UidRange one{Uid(url.uid), Uid(url.uid)};
    const auto rows = co_await source.account->messages(source.mailbox, one, 1);
    if (!rows)
        co_return rows.error();
    if (rows->empty())
        co_return absent();
    co_return co_await source.account->email(rows->front().email);
}

} // namespace

Awaitable<Result<MessagePart>> find_message_part(Session& session, MessageUrl url)
{
    CO_TRY(const auto section, parse_section(url.section));
    CO_TRY(const auto source, co_await find_source(session, url));
    CO_TRY(const auto email, co_await find_email(source, url));
    const auto range = locate(section, email.card);
    if (!range)
        co_return absent();
    MessagePart part;
    part.account = source.account;
    part.body = email.body;
    part.range = slice_of(*range, url);
    if (section.fields.empty())
        co_return part;
    const auto most = std::min(range->octets, kFilteredHeaderOctets);
    std::string header;
    if (most != 0) {
        CO_TRY(header, co_await source.account->read_body(email.body, range->offset, most));
    }
    const auto fields = select_fields(header, section);
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

} // namespace mailctl::imap
