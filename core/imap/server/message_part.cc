// Finds what a URL names, with the rights of the session's user or of the URL's owner.
#include "core/imap/server/message_part.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/delivery/reached.h"
#include "core/delivery/services.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {
namespace {

Error absent()
{
    return Error(Errc::NotFound, "No such message");
}

/// A URL that names nobody means whoever uses it.
Awaitable<Result<Viewer>> viewer_of(Session& session, const MessageUrl& url)
{
    const auto reader = url_reader(session);
    CO_TRY(const auto domain,
           co_await urls::domain_of_host(*session.services, url.host, reader.domain));
    const Viewer self = session;
    if (url.user.empty())
        co_return self;
    CO_TRY(auto named, co_await urls::find_viewer(*session.services, domain, url.user));
    if (named.account->id() != session.account->id())
        co_return absent();
    co_return named;
}

Awaitable<Result<urls::NamedMessage>> find_selected(Session& session, MessageUrl url)
{
    const auto* view = session.view.get();
    if (view == nullptr || !view->rights.has(store::MailboxRight::Read)) // taken away since SELECT
        co_return absent();
    co_return co_await urls::find_named_message(view->shared_account(), view->mailbox(),
                                          view->uid_validity(), std::move(url));
}

Awaitable<Result<urls::NamedMessage>> find_message(Session& session, MessageUrl url)
{
    if (url.host.empty() && url.mailbox.empty())
        co_return co_await find_selected(session, std::move(url));
    if (url.host.empty())
        co_return co_await urls::find_named_message(session, std::move(url));
    if (url.authorization) {
        CO_TRY(const auto owner, co_await urls::check_url(*session.services, url, url_reader(session)));
        co_return co_await urls::find_named_message(owner, std::move(url));
    }
    CO_TRY(const auto viewer, co_await viewer_of(session, url));
    co_return co_await urls::find_named_message(viewer, std::move(url));
}

} // namespace

urls::UrlReader url_reader(const Session& session)
{
    urls::UrlReader reader(session.account->id());
    const auto& servers = session.config().imap.submit_servers;
    reader.is_submission_server =
        std::any_of(servers.begin(), servers.end(), [&session](const auto& login) {
            return ascii::equals_ignoring_case(login, session.user);
        });
    reader.domain = delivery::reached(*session.services, session.stream->local()).domain;
    return reader;
}

Awaitable<Result<MessagePart>> find_message_part(Session& session, MessageUrl url)
{
    CO_TRY(const auto message, co_await find_message(session, url));
    co_return co_await urls::part_of(message, std::move(url));
}

} // namespace mailctl::imap
