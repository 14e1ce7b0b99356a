// URLs that carry the permission of their owner: RFC 4467.
#pragma once

#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/imap/message_url.h"
#include "core/sharing/place.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::urls {

/// The one mechanism: keys never leave the server. RFC 4467 §2.4.1
inline constexpr std::string_view kUrlMechanism = "INTERNAL";

/// Who asks for what a URL names.
struct UrlReader {
    AccountId account{};               ///< who is logged in
    bool submits = false;              ///< hands in mail: "submit+" of this user
    bool is_submission_server = false; ///< hands in mail for others: every "submit+"
    std::string domain;                ///< completes bare names; empty: the default one

    explicit UrlReader(AccountId id) : account(id) {}
};

/// The domain that completes a bare user name in a URL with that host: `domain` where the host is
/// one of this server's own names, the host itself where that is a domain of users here: to many
/// programs what stands behind "@" is the server. Errors: NotFound (another server's), those of the
/// directory.
Awaitable<Result<std::string>> domain_of_host(const delivery::Services& services, std::string host,
                                              std::string domain);

/// The user of that login name. Errors: NotFound (no such user, or one who may not use IMAP now), those
/// of the directory.
Awaitable<Result<sharing::Viewer>> find_viewer(const delivery::Services& services, std::string domain,
                                      std::string name);

/// What proves that `owner`, whom the URL names, lets others read what it names: digits that the
/// key of its mailbox makes of the URL's rump. Errors: NotFound (no such mailbox), Denied (no right
/// to read), those of the store.
Awaitable<Result<std::string>> url_token(sharing::Viewer owner, imap::MessageUrl url);

/// The owner whose rights the URL gives to the reader. RFC 4467 §6
/// Errors: Denied (not signed, expired, not by this owner's key, not for this reader), NotFound, those
/// of the store.
Awaitable<Result<sharing::Viewer>> check_url(const delivery::Services& services, imap::MessageUrl url,
                                    UrlReader reader);

} // namespace mailctl::urls
