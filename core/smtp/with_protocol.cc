// Builds the registered mail transmission types.
#include "core/smtp/with_protocol.h"

namespace mailctl::smtp {

std::string name_of(const WithProtocol& with)
{
    if (!with.extended && !with.lmtp) // HELO has no variants
        return "SMTP";
    std::string name = with.lmtp ? "LMTP" : with.utf8 ? "SMTP" : "ESMTP";
    if (with.utf8)
        name.insert(0, "UTF8");
    if (with.tls)
        name += 'S';
    if (with.authenticated)
        name += 'A';
    return name;
}

} // namespace mailctl::smtp
