// GENURLAUTH: signs URLs, so that others may read what they name.
#include <string>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/delivery/services.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/message_part.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

/// 1*(SP url-rump SP mechanism). RFC 4467 §9
Result<std::vector<std::string>> parse_rumps(Lexer& args)
{
    std::vector<std::string> urls;
    do {
        TRY_VOID(args.space());
        if (urls.size() == kUrlsOfOneCommand)
            return Error(Errc::Invalid, "Too many URLs");
        TRY(auto url, args.astring());
        TRY_VOID(args.space());
        TRY(const auto mechanism, args.atom());
        if (!ascii::equals_ignoring_case(mechanism, urls::kUrlMechanism))
            return Error(Errc::Invalid, "Unknown mechanism");
        if (url.size() > kUrlOctets - kUrlTokenOctets)
            return Error(Errc::Invalid, "URL too long");
        urls.push_back(std::move(url));
    } while (!args.at_end());
    return urls;
}

/// The URL of one that is not signed yet. Errors: Invalid.
Result<MessageUrl> parse_rump(std::string_view text)
{
    TRY(auto url, parse_message_url(text));
    if (!url.authorization || !url.authorization->token.empty())
        return Error(Errc::Invalid, "URL is not one to be signed");
    return url;
}

/// One URL, signed. RFC 4467 §7: what its owner may not read, or somebody else owns, is refused.
/// Errors: Invalid, those of the store.
Awaitable<Result<std::string>> sign(Session& session, std::string text)
{
    CO_TRY(const auto url, parse_rump(text));
    const auto reader = url_reader(session);
    const auto domain = co_await urls::domain_of_host(*session.services, url.host, reader.domain);
    if (!domain && domain.error().code() == Errc::NotFound)
        co_return Error(Errc::Invalid, "URL of another server");
    if (!domain)
        co_return domain.error();
    const auto owner = co_await urls::find_viewer(*session.services, *domain, url.user);
    if (!owner && owner.error().code() != Errc::NotFound)
        co_return owner.error();
    if (!owner || owner->account->id() != session.account->id())
        co_return Error(Errc::Invalid, "URL of another user");
    const auto token = co_await urls::url_token(*owner, url);
    if (!token && (token.error().code() == Errc::NotFound || token.error().code() == Errc::Denied))
        co_return Error(Errc::Invalid, "No such mailbox");
    if (!token)
        co_return token.error();
    co_return text + ":" + std::string(urls::kUrlMechanism) + ":" + *token;
}

} // namespace

/// RFC 4467 §7. Limit: kUrlsOfOneCommand, kUrlOctets of each.
Awaitable<Completion> on_gen_url_auth(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(const auto urls, parse_rumps(invocation.args));
    std::string line = "* GENURLAUTH";
    for (const auto& url : urls) {
        const auto signed_url = co_await sign(session, url);
        if (!signed_url && signed_url.error().code() == Errc::Invalid)
            co_return Completion::bad(signed_url.error());
        if (!signed_url)
            co_return refuse(signed_url.error());
        line += ' ';
        put_string(line, *signed_url);
    }
    session.out.append(line).append("\r\n");
    co_return Completion::ok("GENURLAUTH completed");
}

} // namespace mailctl::imap
