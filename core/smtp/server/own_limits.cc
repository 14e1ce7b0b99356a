// Reads them from the directory.
#include "core/smtp/server/own_limits.h"

#include "core/smtp/server/session.h"
#include "store/limits.h"
#include "store/store.h"

namespace mailctl::smtp {

Awaitable<Result<>> read_own_limits(Session& s)
{
    const store::User& user = s.login->user;
    OwnLimits own{user.message_octets, user.recipients};
    auto domain = co_await s.services->store->directory().find_domain(user.address.domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (domain) {
        own.octets = store::smaller_limit(own.octets, domain->limits.message_octets);
        own.recipients = store::smaller_limit(own.recipients, domain->limits.recipients);
    }
    s.own = own;
    co_return ok();
}

} // namespace mailctl::smtp
