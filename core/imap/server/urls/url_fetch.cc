// URLFETCH: what signed URLs name. RFC 4467, RFC 5524.
#include <string>
#include <utility>
#include <vector>

#include "core/base/log.h"
#include "core/imap/limits.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/message_part.h"
#include "core/imap/server/selected/binary.h"
#include "core/imap/write.h"
#include "core/mime/card.h"

namespace mailctl::imap {
namespace {

/// One URL, and what of it is asked for. RFC 5524 §3.1
struct UrlWanted {
    std::string text;
    bool body = false;
    bool binary = false;
    bool structure = false;

    bool is_simple() const { return !body && !binary && !structure; }
};

/// *(SP url-fetch-param) ")". Others than those of RFC 5524 are for extensions that are not here.
Result<> parse_parameters(Lexer& args, UrlWanted& wanted)
{
    while (args.accept(' ')) {
        if (args.accept_word("BODY"))
            wanted.body = true;
        else if (args.accept_word("BINARY"))
            wanted.binary = true;
        else if (args.accept_word("BODYPARTSTRUCTURE"))
            wanted.structure = true;
        else
            return Error(Errc::Invalid, "Unknown URLFETCH parameter");
    }
    if (wanted.body && wanted.binary)
        return Error(Errc::Invalid, "BODY and BINARY exclude each other");
    return args.expect(')');
}

/// 1*(SP (url / "(" url *(SP url-fetch-param) ")")). RFC 5524 §5
Result<std::vector<UrlWanted>> parse_urls(Lexer& args)
{
    std::vector<UrlWanted> all;
    do {
        TRY_VOID(args.space());
        if (all.size() == kUrlsOfOneCommand)
            return Error(Errc::Invalid, "Too many URLs");
        UrlWanted wanted;
        const bool is_extended = args.accept('(');
        TRY(wanted.text, args.astring());
        if (is_extended)
            TRY_VOID(parse_parameters(args, wanted));
        all.push_back(std::move(wanted));
    } while (!args.at_end());
    return all;
}

/// The message, where the URL is signed by its owner for this session. Errors: as check_url.
Awaitable<Result<urls::NamedMessage>> find_signed(Session& session, MessageUrl url)
{
    CO_TRY(const auto owner, co_await urls::check_url(*session.services, url, url_reader(session)));
    co_return co_await urls::find_named_message(owner, std::move(url));
}

/// The octets as they are stored. Their number is promised before they are read.
Awaitable<> send_part(Session& session, const MessagePart& part)
{
    session.out.append("{").append(std::to_string(part.octets())).append("}\r\n");
    for (std::uint64_t at = 0; at < part.octets();) {
        const auto chunk = co_await read_part(part, at);
        if (!chunk || chunk->empty()) {
            log::error("imap", "body ends early", {{"user", session.user}});
            throw net::Disconnected(net::Disconnected::Why::Closed, "body ends early");
        }
        session.out += *chunk;
        at += chunk->size();
        if (is_full(session))
            co_await flush(session);
    }
}

Awaitable<Result<>> send_body(Session& session, const urls::NamedMessage& message, const MessageUrl& url)
{
    const auto part = co_await urls::part_of(message, url);
    if (!part) {
        session.out += "NIL";
        co_return part.error();
    }
    co_await send_part(session, *part);
    co_return ok();
}

/// A part that holds no others, as it is without its encoding.
mime::Part without_encoding(const mime::Part& part, const DecodedForm& form)
{
    mime::Part decoded;
    decoded.type = part.type;
    decoded.subtype = part.subtype;
    decoded.parameters = part.parameters;
    decoded.id = part.id;
    decoded.description = part.description;
    decoded.md5 = part.md5;
    decoded.location = part.location;
    decoded.disposition = part.disposition;
    decoded.disposition_parameters = part.disposition_parameters;
    decoded.languages = part.languages;
    decoded.encoding = form.encoding;
    decoded.body_octets = form.octets;
    decoded.body_lines = form.lines;
    return decoded;
}

/// RFC 5524 §3.2: that of the part, of the message itself where the URL names no part of it. It tells
/// of the octets that are sent with it: of decoded ones where BINARY is asked for too.
Awaitable<> send_structure(Session& session, const urls::NamedMessage& message, bool is_decoded)
{
    const auto& section = message.section;
    const auto& root = message.email.card.root;
    const auto* part = section.part.empty() ? &root : mime::find_part(root, section.part);
    session.out += "(BODYPARTSTRUCTURE ";
    if (part == nullptr || section.text != Section::Text::All) {
        session.out += "NIL)";
        co_return;
    }
    Result<std::optional<DecodedForm>> form = std::optional<DecodedForm>();
    if (is_decoded)
        form = co_await find_decoded_form(*message.account, message.email, section);
    if (form && *form)
        put_body_structure(session.out, without_encoding(*part, **form), Extensions::Yes);
    else
        put_body_structure(session.out, *part, Extensions::Yes);
    session.out += ')';
}

Awaitable<Result<>> send_extended(Session& session, const UrlWanted& wanted,
                                  const urls::NamedMessage& message, const MessageUrl& url)
{
    Result<> sent = ok();
    if (wanted.structure)
        co_await send_structure(session, message, wanted.binary);
    if (!wanted.body && !wanted.binary)
        co_return sent;
    session.out += wanted.structure ? " (" : "(";
    session.out += wanted.body ? "BODY " : "BINARY ";
    if (wanted.body) {
        sent = co_await send_body(session, message, url);
    } else {
        DecodedRange range;
        range.offset = url.offset;
        range.octets = url.octets;
        sent = co_await send_decoded(session, *message.account, message.email, message.section, range);
    }
    session.out += ')';
    co_return sent;
}

/// One response. Errors: those of the store; a URL that is not good for this session is NIL, whatever
/// is wrong with it (RFC 4467 §8).
Awaitable<Result<>> send_one(Session& session, const UrlWanted& wanted)
{
    session.out += "* URLFETCH ";
    put_string(session.out, wanted.text);
    session.out += ' ';
    const auto url = parse_message_url(wanted.text);
    Result<urls::NamedMessage> message = Error(Errc::NotFound, "no URL");
    if (url)
        message = co_await find_signed(session, *url);
    Result<> sent = ok();
    if (!message) {
        session.out += "NIL";
        sent = message.error();
    } else if (wanted.is_simple()) {
        sent = co_await send_body(session, *message, *url);
    } else {
        sent = co_await send_extended(session, wanted, *message, *url);
    }
    session.out += "\r\n";
    if (is_full(session))
        co_await flush(session);
    co_return sent;
}

bool is_refusal(const Error& error)
{
    return error.code() == Errc::NotFound || error.code() == Errc::Denied ||
           error.code() == Errc::Invalid;
}

} // namespace

/// RFC 4467 §7, RFC 5524 §3. Limit: kUrlsOfOneCommand; memory: one chunk of a body.
Awaitable<Completion> on_url_fetch(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(const auto urls, parse_urls(invocation.args));
    for (const auto& url : urls) {
        const auto sent = co_await send_one(session, url);
        if (!sent && !is_refusal(sent.error()))
            co_return refuse(sent.error());
    }
    co_return Completion::ok("URLFETCH completed");
}

} // namespace mailctl::imap
