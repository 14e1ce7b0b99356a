// Finds a notice again by the UID it got: UIDs are never used twice (RFC 9051 §2.3.1.1).
#include "core/keeping/notices.h"

#include <optional>
#include <utility>
#include <vector>

#include "conf/config.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/random.h"

namespace mailctl::keeping {
namespace {

/// Messages that may come while the notice does; one behind them stays where it is for ever.
constexpr std::uint32_t kMaxComingMeanwhile = 1000;

/// What the account remembers: "1700000000 17", UIDVALIDITY and UID.
struct Place {
    std::uint32_t uid_validity = 0;
    Uid uid{};
};

std::optional<Place> parse_place(std::string_view note)
{
    const auto space = note.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    const auto validity = ascii::parse_number<std::uint32_t>(note.substr(0, space));
    const auto uid = ascii::parse_number<std::uint32_t>(note.substr(space + 1));
    if (!validity || !uid)
        return std::nullopt;
    return Place{*validity, Uid{*uid}};
}

std::string with_crlf(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += '\r';
        out += c;
    }
    return out;
}

/// The UID of the message with that Message-ID among those that came since; 0: none.
Awaitable<Result<Uid>> find_arrived(store::Account& account, const store::MailboxInfo& before,
                                    std::string id)
{
    store::UidRange since;
    since.first = before.uid_next;
    CO_TRY(const auto rows, co_await account.messages(before.id, since, kMaxComingMeanwhile));
    for (const auto& row : rows) {
        const auto email = co_await account.email(row.email);
        if (!email && email.error().code() == Errc::NotFound)
            continue; // expunged meanwhile
        if (!email)
            co_return email.error();
        if (email->card.envelope.message_id.find(id) != std::string::npos)
            co_return row.uid;
    }
    co_return Uid{};
}

} // namespace

delivery::Notice filled_notice(const delivery::Services& services, std::string to,
                               std::string_view kind, std::span<const queue::BuiltInText> built_in,
                               const std::map<std::string, std::string>& values)
{
    const auto at = address::parse(to);
    const auto text = queue::text_of(services.config->bounce, kind, built_in,
                                     at ? at->domain : std::string());
    delivery::Notice notice;
    notice.to = std::move(to);
    notice.subject = queue::filled_in(text.subject, values);
    notice.text = with_crlf(queue::filled_in(text.text, values));
    return notice;
}

Awaitable<Result<>> put_in_place_of_last(const delivery::Services& services,
                                         store::Account& account, delivery::Notice notice,
                                         std::string name)
{
    CO_TRY(const auto inbox, co_await account.find_mailbox("INBOX"));
    CO_TRY(const auto note, co_await account.note(name));
    notice.mailbox = account.id();
    notice.id = services.random->token(16);
    const std::string id = notice.id;
    CO_TRY_VOID(co_await delivery::send_notice(services, std::move(notice)));
    CO_TRY(const auto arrived, co_await find_arrived(account, inbox, id));
    std::string place = std::to_string(inbox.uid_validity) + " " + std::to_string(value_of(arrived));
    CO_TRY_VOID(co_await account.set_note(std::move(name), std::move(place)));
    const auto last = parse_place(note.value_or(""));
    if (!last || last->uid_validity != inbox.uid_validity || last->uid == Uid{})
        co_return ok();
    std::vector<Uid> gone{last->uid};
    CO_TRY_VOID(co_await account.expunge(inbox.id, std::move(gone), false));
    co_return ok();
}

} // namespace mailctl::keeping
