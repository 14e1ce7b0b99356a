// BURL: takes a message, or a piece of one, from where a URL says. RFC 4468
#include <utility>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/imap/message_url.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/receive.h"
#include "core/smtp/server/session.h"
#include "core/urls/named_message.h"
#include "core/urls/url_authority.h"

namespace mailctl::smtp {
namespace {

struct BurlCommand {
    std::string_view url;
    bool last = false;
};

/// "BURL" SP absolute-URI [SP "LAST"]. RFC 4468 §4
Parsed<BurlCommand> parse_burl(std::string_view arguments)
{
    BurlCommand burl;
    const auto space = std::min(arguments.find(' '), arguments.size());
    const auto mark = ascii::trim(arguments.substr(space));
    burl.url = arguments.substr(0, space);
    if (burl.url.empty() || (!mark.empty() && !ascii::equals_ignoring_case(mark, "LAST")))
        return Say::BadArguments;
    burl.last = !mark.empty();
    return burl;
}

/// What the URL names, as far as its owner lets this user send it. Errors: as check_url.
Awaitable<Result<urls::MessagePart>> find_part(Session& s, imap::MessageUrl url)
{
    urls::UrlReader reader(s.login->user.account);
    reader.submits = true;
    reader.domain = s.reached.domain;
    CO_TRY(const auto owner, co_await urls::check_url(*s.services, url, reader));
    CO_TRY(const auto message, co_await urls::find_named_message(owner, url));
    co_return co_await urls::part_of(message, std::move(url));
}

Say say_for(const Error& error)
{
    switch (error.code()) {
    case Errc::Invalid:
    case Errc::NotFound:
    case Errc::Denied:
        return Say::UrlUnresolved;
    default:
        return Say::TemporaryFailure;
    }
}

/// Passes on what the URL names, a chunk at a time.
Awaitable<Say> take_part(Session& s, Incoming& message, std::string_view text)
{
    const auto url = imap::parse_message_url(text);
    if (!url)
        co_return Say::UrlUnresolved;
    std::string any; // which domain completes names matters to whoever finds the part
    const auto domain = co_await urls::domain_of_host(*s.services, url->host, std::move(any));
    if (!domain)
        co_return domain.error().code() == Errc::NotFound ? Say::UrlOfOthers : Say::TemporaryFailure;
    const auto part = co_await find_part(s, *url);
    if (!part)
        co_return say_for(part.error());
    const std::uint64_t limit = s.message_limit();
    if (limit > 0 && message.octets + part->octets() > limit)
        co_return Say::MessageTooLarge;
    for (std::uint64_t at = 0; at < part->octets();) {
        const auto chunk = co_await urls::read_part(*part, at);
        if (!chunk)
            co_return say_for(chunk.error());
        if (chunk->empty())
            co_return Say::UrlUnresolved;
        at += chunk->size();
        co_await take_chunk(message, *chunk);
    }
    co_return Say::Ok;
}

} // namespace

/// RFC 4468 §3. After a refusal the transaction is over, as after BDAT's.
Awaitable<Reply> on_burl(Session& s, std::string_view arguments)
{
    if (s.offered.burl_host.empty())
        co_return make_reply(Say::NotOffered);
    const auto burl = parse_burl(arguments);
    if (!burl)
        co_return make_reply(burl.error());
    if (const Say said = check_chunk(s); said != Say::Ok)
        co_return make_reply(said);
    Incoming& message = chunks_of(s);
    const Say taken = co_await take_part(s, message, burl->url);
    if (taken != Say::Ok) {
        log::info(s.area(), "a URL was not taken",
                  {{"id", message.id}, {"login", s.login->name}, {"why", row_of(taken).name}});
        message.refuse(taken);
    }
    const bool ends = burl->last && taken == Say::Ok;
    co_return co_await end_chunk(s, ends);
}

} // namespace mailctl::smtp
