// Kind: what sort of message it is by its header, for the queue's priority and for bounces.
#include <optional>

#include "core/base/ascii.h"
#include "core/mime/header.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "store/queue.h"

namespace mailctl::smtp {
namespace {

bool is_bulk(const mime::Field& field)
{
    const std::string value = mime::unfold(field.value);
    return ascii::equals_ignoring_case(value, "list") ||
           ascii::equals_ignoring_case(value, "bulk") || ascii::equals_ignoring_case(value, "junk");
}

/// RFC 3834 §5: "no", or a keyword with parameters.
bool is_automatic(const mime::Field& field)
{
    const std::string value = mime::unfold(field.value);
    const std::string_view keyword =
        ascii::trim(std::string_view(value).substr(0, value.find_first_of(";(")));
    return !keyword.empty() && !ascii::equals_ignoring_case(keyword, "no");
}

/// RFC 6522 §3: a delivery status is a bounce; other reports tell what a reader or a receiver did.
std::optional<store::MailClass> report_class(const mime::Field& field)
{
    const std::string value = ascii::lower(mime::unfold(field.value));
    if (!ascii::trim(value).starts_with("multipart/report") ||
        value.find("report-type") == std::string::npos)
        return std::nullopt;
    return value.find("delivery-status") == std::string::npos ? store::MailClass::Report
                                                              : store::MailClass::Bounce;
}

/// Of several kinds, what a report says counts before the answer of a program, and that before a
/// list.
void note_class(Incoming& message, store::MailClass found)
{
    const auto rank = [](store::MailClass kind) {
        if (kind == store::MailClass::Report || kind == store::MailClass::Bounce)
            return 3;
        if (kind == store::MailClass::AutoReply)
            return 2;
        return kind == store::MailClass::List ? 1 : 0;
    };
    if (rank(found) > rank(message.mail_class))
        message.mail_class = found;
}

} // namespace

/// RFC 8689 §3: any other value counts as if the field were not there.
bool is_no(const mime::Field& field)
{
    return ascii::equals_ignoring_case(ascii::trim(mime::unfold(field.value)), "no");
}

/// List-Id (RFC 2919) and the Precedence of old make a message a list's.
void note_kind(Incoming& message)
{
    if (!message.scan.starts_with_field)
        return;
    for (mime::FieldReader reader(message.header); reader.next();) {
        const mime::Field& field = reader.field();
        if (field.is("Subject") && message.subject.empty())
            message.subject = mime::unfold(field.value);
        else if (field.is("TLS-Required"))
            message.tls_optional = message.tls_optional || is_no(field);
        else if (field.is("Auto-Submitted") && is_automatic(field))
            note_class(message, store::MailClass::AutoReply);
        else if (field.is("List-Id") || (field.is("Precedence") && is_bulk(field)))
            note_class(message, store::MailClass::List);
        else if (const auto kind = field.is("Content-Type") ? report_class(field) : std::nullopt)
            note_class(message, *kind);
    }
}

} // namespace mailctl::smtp
