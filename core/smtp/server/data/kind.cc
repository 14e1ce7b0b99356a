// Kind: what sort of message it is by its header, for the queue's priority and for bounces.
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

} // namespace

/// RFC 8689 §3: any other value counts as if the field were not there.
bool is_no(const mime::Field& field)
{
    return ascii::equals_ignoring_case(ascii::trim(mime::unfold(field.value)), "no");
}

/// List-Id (RFC 2919) and the Precedence of old make a message a list's. Of two kinds, the answer
/// of a program is the one that counts.
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
            message.mail_class = store::MailClass::AutoReply;
        else if ((field.is("List-Id") || (field.is("Precedence") && is_bulk(field))) &&
                 message.mail_class == store::MailClass::Normal)
            message.mail_class = store::MailClass::List;
    }
}

} // namespace mailctl::smtp
