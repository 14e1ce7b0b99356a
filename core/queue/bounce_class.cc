// Why mail fails, told from what peers say. RFC 3463 §3, and the words that are in use.
#include <algorithm>

#include "core/base/ascii.h"
#include "core/queue/bounce.h"

namespace mailctl::queue {
namespace {

struct ByStatus {
    std::string_view detail; ///< "1.1" of "5.1.1"
    BounceClass kind;
};
constexpr ByStatus kStatuses[] = {
    {"1.0", BounceClass::BadMailbox},
    {"1.1", BounceClass::BadMailbox},
    {"1.2", BounceClass::BadDomain},
    {"1.3", BounceClass::BadMailbox},
    {"1.6", BounceClass::BadMailbox},
    {"1.7", BounceClass::Policy},
    {"1.8", BounceClass::Policy},
    {"1.10", BounceClass::BadDomain},
    {"2.1", BounceClass::BadMailbox},
    {"2.2", BounceClass::MailboxFull},
    {"2.3", BounceClass::TooLarge},
    {"3.4", BounceClass::TooLarge},
    {"4.1", BounceClass::Network},
    {"4.2", BounceClass::Network},
    {"4.3", BounceClass::Dns},
    {"4.4", BounceClass::Dns},
    {"4.5", BounceClass::RateLimited},
    {"4.6", BounceClass::Loop},
    {"4.7", BounceClass::Expired},
    {"5.1", BounceClass::Protocol},
    {"5.2", BounceClass::Protocol},
    {"5.4", BounceClass::Protocol},
    {"6.1", BounceClass::Content},
    {"6.3", BounceClass::Content},
    {"6.7", BounceClass::Content},
    {"7.5", BounceClass::TlsPolicy},
    {"7.8", BounceClass::Authentication},
    {"7.20", BounceClass::Authentication},
    {"7.23", BounceClass::Authentication},
    {"7.25", BounceClass::Reputation},
    {"7.26", BounceClass::Authentication},
    {"7.30", BounceClass::TlsPolicy},
};

struct ByWord {
    std::string_view word;
    BounceClass kind;
};
/// The first that stands in the text, case ignored. What is said most exactly comes first.
constexpr ByWord kWords[] = {
    {"relay", BounceClass::Relaying},
    {"over quota", BounceClass::MailboxFull},
    {"quota exceeded", BounceClass::MailboxFull},
    {"mailbox full", BounceClass::MailboxFull},
    {"mailbox is full", BounceClass::MailboxFull},
    {"out of storage", BounceClass::MailboxFull},
    {"message too large", BounceClass::TooLarge},
    {"size limit", BounceClass::TooLarge},
    {"exceeds the maximum", BounceClass::TooLarge},
    {"blocklist", BounceClass::Reputation},
    {"blacklist", BounceClass::Reputation},
    {"block list", BounceClass::Reputation},
    {"spamhaus", BounceClass::Reputation},
    {"reputation", BounceClass::Reputation},
    {"reverse dns", BounceClass::Reputation},
    {"ptr record", BounceClass::Reputation},
    {"dmarc", BounceClass::Authentication},
    {"dkim", BounceClass::Authentication},
    {"spf", BounceClass::Authentication},
    {"rate limit", BounceClass::RateLimited},
    {"too many", BounceClass::RateLimited},
    {"greylist", BounceClass::RateLimited},
    {"try again later", BounceClass::RateLimited},
    {"spam", BounceClass::Spam},
    {"virus", BounceClass::Content},
    {"malware", BounceClass::Content},
    {"attachment", BounceClass::Content},
    {"user unknown", BounceClass::BadMailbox},
    {"unknown user", BounceClass::BadMailbox},
    {"no such user", BounceClass::BadMailbox},
    {"does not exist", BounceClass::BadMailbox},
    {"no mailbox", BounceClass::BadMailbox},
    {"mailbox unavailable", BounceClass::BadMailbox},
    {"recipient rejected", BounceClass::BadMailbox},
    {"loop", BounceClass::Loop},
    {"too many hops", BounceClass::Loop},
    {"starttls", BounceClass::TlsPolicy},
    {"certificate", BounceClass::TlsPolicy},
    {"connect to", BounceClass::Network},
    {"timed out", BounceClass::Network},
    {"policy", BounceClass::Policy},
    {"denied", BounceClass::Policy},
    {"rejected", BounceClass::Policy},
};

struct Name {
    BounceClass kind;
    std::string_view name;
};
constexpr Name kNames[] = {
    {BounceClass::BadMailbox, "bad_mailbox"},
    {BounceClass::BadDomain, "bad_domain"},
    {BounceClass::MailboxFull, "mailbox_full"},
    {BounceClass::TooLarge, "too_large"},
    {BounceClass::Policy, "policy"},
    {BounceClass::Spam, "spam"},
    {BounceClass::Authentication, "authentication"},
    {BounceClass::Reputation, "reputation"},
    {BounceClass::RateLimited, "rate_limited"},
    {BounceClass::Content, "content"},
    {BounceClass::Protocol, "protocol"},
    {BounceClass::TlsPolicy, "tls_policy"},
    {BounceClass::Network, "network"},
    {BounceClass::Dns, "dns"},
    {BounceClass::Expired, "expired"},
    {BounceClass::Loop, "loop"},
    {BounceClass::Relaying, "relaying"},
    {BounceClass::Other, "other"},
};

} // namespace

std::string_view name_of(BounceClass kind)
{
    for (const auto& row : kNames)
        if (row.kind == kind)
            return row.name;
    return "other";
}

/// The status decides where it says something; X.7.1 and the like say only "policy", so that the
/// words are looked at first.
BounceClass classify(int code, std::string_view enhanced, std::string_view text)
{
    const auto dot = enhanced.find('.');
    const std::string_view detail =
        dot == std::string_view::npos ? std::string_view() : enhanced.substr(dot + 1);
    for (const auto& row : kStatuses)
        if (row.detail == detail)
            return row.kind;
    for (const auto& row : kWords)
        if (ascii::find_ignoring_case(text, row.word) != std::string_view::npos)
            return row.kind;
    if (detail.starts_with("7."))
        return BounceClass::Policy;
    if (code == 552)
        return BounceClass::MailboxFull;
    if (code == 550 || code == 551 || code == 553)
        return BounceClass::BadMailbox;
    return code >= 500 && code < 510 ? BounceClass::Protocol : BounceClass::Other;
}

} // namespace mailctl::queue
