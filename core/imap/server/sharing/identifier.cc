// Identifiers against the directory.
#include "core/imap/server/sharing/identifier.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::imap {

Result<> check_identifier(std::string_view identifier)
{
    const bool is_fine = !identifier.empty() && identifier.size() <= kMaxIdentifierOctets &&
                         std::none_of(identifier.begin(), identifier.end(), ascii::is_control);
    return is_fine ? ok() : Result<>(Error(Errc::Invalid, "Bad identifier"));
}

Awaitable<Result<store::AclSubject>> subject_for(Session& session, std::string identifier)
{
    const auto at = session.user.find('@');
    if (identifier.find('@') == std::string::npos &&
        !ascii::equals_ignoring_case(identifier, "anyone") && at != std::string::npos)
        identifier += session.user.substr(at);
    co_return co_await store::find_subject(session.services->store->directory(),
                                           std::move(identifier));
}

Awaitable<Result<std::string>> owner_of(Session& session, const Located& located)
{
    store::AclSubject owner;
    owner.kind = store::AclSubject::Kind::User;
    owner.account = located.account->id();
    co_return co_await store::identifier_of(session.services->store->directory(), owner);
}

} // namespace mailctl::imap
