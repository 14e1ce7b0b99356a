// AUTH, the client's end. RFC 4954
#include "core/smtp/client/log_in.h"

namespace mailctl::smtp {

Awaitable<PeerReply> log_in(Session&)
{
    co_return own_words("4.7.0", "no authentication mechanism in common with the peer");
}

} // namespace mailctl::smtp
