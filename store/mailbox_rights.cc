// Rights as letters.
#include "store/mailbox_rights.h"

namespace mailctl::store {
namespace {

constexpr std::string_view kLetters = "lrswipkxtea"; // by bit

Result<MailboxRights> right_of(char letter)
{
    if (letter == 'c')
        return MailboxRight::Create | MailboxRight::Delete;
    if (letter == 'd')
        return MailboxRight::DeleteMessages | MailboxRight::Expunge;
    const auto at = kLetters.find(letter);
    if (at == std::string_view::npos)
        return Error(Errc::Invalid, "Unknown right");
    return MailboxRights(static_cast<std::uint16_t>(1U << at));
}

} // namespace

std::string to_string(MailboxRights rights)
{
    std::string letters;
    for (std::size_t i = 0; i < kLetters.size(); ++i)
        if (rights.bits >> i & 1)
            letters += kLetters[i];
    return letters;
}

Result<MailboxRights> parse_mailbox_rights(std::string_view letters)
{
    MailboxRights rights;
    for (const char letter : letters) {
        TRY(const auto right, right_of(letter));
        rights = rights | right;
    }
    return rights;
}

} // namespace mailctl::store
