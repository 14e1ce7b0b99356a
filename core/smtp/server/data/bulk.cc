// Bulk: mail of users that send to many says so. OUT-22
#include "core/mime/header.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"
#include "store/queue.h"

namespace mailctl::smtp {
namespace {

bool has_precedence(const std::string& header)
{
    for (mime::FieldReader reader(header); reader.next();) {
        if (reader.field().is("Precedence"))
            return true;
    }
    return false;
}

} // namespace

/// The word of a program that chose one itself stays. Either way it is no one's letter: it waits
/// behind those.
void mark_bulk(Incoming& message)
{
    if (!message.session.is_bulk)
        return;
    if (!message.scan.starts_with_field || !has_precedence(message.header))
        message.completed += "Precedence: bulk\r\n";
    if (message.mail_class == store::MailClass::Normal)
        message.mail_class = store::MailClass::List;
}

} // namespace mailctl::smtp
