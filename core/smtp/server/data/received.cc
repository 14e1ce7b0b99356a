// Received: where the message came from and how. RFC 5321 §4.4.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"
#include "core/smtp/trace.h"

namespace mailctl::smtp {

void add_received(Incoming& message)
{
    const Session& s = message.session;
    const Transaction& transaction = message.transaction();
    Received received;
    // SMTP-18. RFC 5321 §4.4, but: where a user sits is nobody's business.
    const bool hidden = s.login && s.config().smtp.hide_client;
    if (!hidden) {
        received.hello = s.hello;
        if (s.stream.peer().address != "unix")
            received.peer = s.stream.peer().address;
    }
    received.by = s.reached.hostname;
    received.with.lmtp = s.is_lmtp();
    received.with.extended = s.extended;
    received.with.tls = s.is_tls();
    received.with.authenticated = s.login.has_value();
    received.with.utf8 = transaction.mail.smtp_utf8;
    if (s.is_tls()) {
        received.tls_version = s.stream.tls()->version;
        received.tls_cipher = s.stream.tls()->cipher;
    }
    received.id = message.id;
    std::string recipient;
    if (transaction.recipients.size() == 1)
        recipient = to_string(transaction.recipients.front().rcpt.recipient);
    received.for_recipient = recipient;
    received.time = s.now();
    message.received = received_field(received);
}

} // namespace mailctl::smtp
