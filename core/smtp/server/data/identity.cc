// Identity: fields that say which login sent a message and from where. SMTP-18
#include <algorithm>

#include "conf/config.h"
#include "core/mime/header.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

bool is_wanted(const Session& s, std::string_view name)
{
    const auto& wanted = s.config().smtp.identity_fields;
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

std::string without_field(std::string_view header, std::string_view name)
{
    std::string out;
    std::size_t octets = 0;
    for (mime::FieldReader reader(header); reader.next();) {
        const mime::Field& field = reader.field();
        octets += field.raw.size();
        if (!field.is(name))
            out += field.raw;
    }
    out += header.substr(octets); // the blank line
    return out;
}

/// Puts our field in the place of the client's own ones; an empty value only takes those away.
void set_field(Incoming& message, std::string_view name, std::string_view value)
{
    if (message.scan.starts_with_field)
        message.header = without_field(message.header, name);
    if (!value.empty())
        message.completed.append(name).append(": ").append(value).append("\r\n");
}

/// RFC 5322 §3.6.2: no Sender where the author is one mailbox and sends the message itself.
bool is_only_author(const Session& s, const std::string& header)
{
    const mime::Card card = mime::make_card(header);
    unsigned authors = 0;
    bool is_author = false;
    for (const auto& from : card.envelope.from) {
        if (from.host.empty())
            continue; // a group's start or end
        ++authors;
        const auto domain = address::canonical_domain(from.host);
        if (!domain)
            continue;
        const address::Address author{from.mailbox, *domain};
        is_author = is_author || address::folded(author) == s.login->user.address;
    }
    return is_author && authors == 1;
}

} // namespace

/// RFC 6409 §8.1: Sender is added or replaced where the sender's identity is known and not in From,
/// always where it is on behalf of who is named there (RFC 5322 §3.6.2).
/// Mail of others is not touched (RFC 5321 §6.4).
void add_identity(Incoming& message)
{
    const Session& s = message.session;
    if (!s.login)
        return;
    const std::string& peer = s.stream.peer().address;
    if (is_wanted(s, "X-Originating-IP"))
        set_field(message, "X-Originating-IP", peer == "unix" ? std::string() : '[' + peer + ']');
    if (is_wanted(s, "X-Authenticated-User"))
        set_field(message, "X-Authenticated-User", s.login->name);
    const bool wants_sender = message.on_behalf || is_wanted(s, "Sender");
    if (wants_sender && !is_only_author(s, message.header))
        set_field(message, "Sender", s.login->name);
}

} // namespace mailctl::smtp
