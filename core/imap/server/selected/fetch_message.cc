// Writes one FETCH response, streaming what is large.
#include "core/imap/server/selected/fetch_message.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/imap/date.h"
#include "core/imap/section.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/object_id.h"
#include "core/imap/server/selected/binary.h"
#include "core/imap/server/selected/preview.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

using Kind = FetchItem::Kind;
using Text = Section::Text;

constexpr std::uint64_t kFilteredHeaderOctets = 1024 * 1024; // HEADER.FIELDS looks no further

/// Items that the row answers; false: it is not one of them.
bool put_row_item(Session& session, const FetchPlan& plan, const FetchItem& item,
                  const store::MessageRow& row)
{
    auto& out = session.out;
    switch (item.kind) {
    case Kind::Uid:
        out.append("UID ").append(std::to_string(value_of(row.uid)));
        return true;
    case Kind::Flags:
        out += "FLAGS ";
        put_flags(out, row.flags, session.view->is_recent(row.uid), plan.keywords);
        session.view->told(row.uid, row.mod_seq, View::Exactly::No);
        return true;
    case Kind::InternalDate:
        out += "INTERNALDATE ";
        put_date_time(out, row.internal_date, row.date_zone);
        return true;
    case Kind::Size:
        out.append("RFC822.SIZE ").append(std::to_string(row.octets));
        return true;
    case Kind::ModSeq:
        put_mod_seq(out, row.mod_seq);
        return true;
    case Kind::SaveDate:
        out += "SAVEDATE ";
        put_date_time(out, row.saved);
        return true;
    case Kind::EmailId:
        out.append("EMAILID (").append(object_id(row.email, session.view->id_suffix)).append(")");
        return true;
    default:
        return false;
    }
}

/// Items that the email's card answers; false: it is not one of them.
bool put_card_item(Session& session, const FetchItem& item, const store::Email& email)
{
    auto& out = session.out;
    const auto& card = email.card;
    switch (item.kind) {
    case Kind::ThreadId:
        out.append("THREADID (").append(object_id(email.thread, session.view->id_suffix)).append(")");
        return true;
    case Kind::Envelope:
        out += "ENVELOPE ";
        put_envelope(out, card.envelope);
        return true;
    case Kind::Body:
        out += "BODY ";
        put_body_structure(out, card.root, Extensions::No);
        return true;
    case Kind::BodyStructure:
        out += "BODYSTRUCTURE ";
        put_body_structure(out, card.root, Extensions::Yes);
        return true;
    default:
        return false;
    }
}

void put_literal_start(std::string& out, std::uint64_t octets)
{
    out.append("{").append(std::to_string(octets)).append("}\r\n");
}

/// RFC 3501 §9: a literal holds no NUL. The octet that stands in its place keeps all offsets.
void put_octets(std::string& out, std::string_view octets, bool has_nul)
{
    const auto start = out.size();
    out += octets;
    if (has_nul)
        std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\0', '\x80');
}

/// HEADER.FIELDS: the header is read and filtered in memory.
Awaitable<Result<>> send_fields(Session& session, const FetchItem& item, const KnownMessage& message,
                                OctetRange range)
{
    const auto& email = message.email;
    const auto most = std::min(range.octets, kFilteredHeaderOctets);
    Result<std::string> header = std::string();
    if (message.body != nullptr)
        header = message.body->substr(std::min<std::size_t>(range.offset, message.body->size()), most);
    else if (most != 0)
        header = co_await session.view->account().read_body(email.body, range.offset, most);
    if (!header) {
        session.out += "NIL";
        co_return header.error();
    }
    const auto fields = select_fields(*header, item.section);
    const auto part = slice({0, fields.size()}, item.partial);
    put_literal_start(session.out, part.octets);
    put_octets(session.out, std::string_view(fields).substr(part.offset, part.octets),
               email.card.has_nul);
    co_return ok();
}

/// A range of the body, chunk after chunk. Memory: one chunk and the output buffer.
Awaitable<Result<>> send_range(Session& session, const KnownMessage& message, OctetRange range)
{
    const auto& email = message.email;
    const auto end = range.offset + range.octets;
    if (range.octets == 0) {
        session.out += "\"\"";
        co_return ok();
    }
    if (message.body != nullptr && end <= message.body->size()) {
        put_literal_start(session.out, range.octets);
        put_octets(session.out, std::string_view(*message.body).substr(range.offset, range.octets),
                   email.card.has_nul);
        co_return ok();
    }
    for (auto at = range.offset; at < end;) {
        const auto most = std::min<std::uint64_t>(end - at, store::kBlobChunkOctets);
        const auto chunk = co_await session.view->account().read_body(email.body, at, most);
        const bool is_short = !chunk || chunk->empty();
        if (is_short && at == range.offset) { // nothing is promised yet
            session.out += "NIL";
            co_return chunk ? Error(Errc::Corrupt, "body shorter than its card") : chunk.error();
        }
        if (is_short) {
            log::error("imap", "body ends early", {{"user", session.user}});
            throw net::Disconnected(net::Disconnected::Why::Closed, "body ends early");
        }
        if (at == range.offset)
            put_literal_start(session.out, range.octets);
        put_octets(session.out, *chunk, email.card.has_nul);
        at += chunk->size();
        if (is_full(session))
            co_await flush(session);
    }
    co_return ok();
}

Awaitable<Result<>> send_section(Session& session, const FetchItem& item, const KnownMessage& message)
{
    session.out.append(item.label).append(" ");
    const auto range = locate(item.section, message.email.card);
    if (!range) {
        session.out += "NIL";
        co_return ok();
    }
    if (item.section.text == Text::HeaderFields || item.section.text == Text::HeaderFieldsNot)
        co_return co_await send_fields(session, item, message, *range);
    const auto part = slice(*range, item.partial);
    co_return co_await send_range(session, message, part);
}

/// A quoted string or a literal, in UTF-8. RFC 8970 §3.1
Awaitable<Result<>> send_preview(Session& session, const store::Email& email)
{
    session.out += "PREVIEW ";
    const auto preview = co_await preview_of(session.view->account(), email);
    if (!preview) {
        session.out += "NIL";
        co_return preview.error();
    }
    put_string(session.out, *preview);
    co_return ok();
}

} // namespace

void put_message(Session& session, const FetchPlan& plan, const store::MessageRow& row)
{
    put_fetch_start(session, row.uid);
    for (const auto& item : plan.items) {
        put_row_item(session, plan, item, row);
        session.out += ' ';
    }
    session.out.back() = ')';
    session.out += "\r\n";
}

Awaitable<Result<>> send_message(Session& session, const FetchPlan& plan, const KnownMessage& message)
{
    const auto& row = message.row;
    const auto& email = message.email;
    Result<> failure;
    put_fetch_start(session, row.uid);
    const char* before = "";
    for (const auto& item : plan.items) {
        session.out += before;
        before = " ";
        if (put_row_item(session, plan, item, row) ||
            put_card_item(session, item, email))
            continue;
        Result<> sent;
        if (item.kind == Kind::Preview)
            sent = co_await send_preview(session, email);
        else if (item.kind == Kind::Binary || item.kind == Kind::BinarySize)
            sent = co_await send_binary(session, item, email);
        else
            sent = co_await send_section(session, item, message);
        if (!sent)
            failure = std::move(sent);
    }
    if (message.newly_seen && !plan.tells_flags) {
        session.out += before;
        put_row_item(session, plan, FetchItem(Kind::Flags, "FLAGS"), row);
    }
    if (message.newly_seen && session.has_condstore && !plan.tells_mod_seq) { // RFC 7162 §3.1.4
        session.out += before;
        put_mod_seq(session.out, row.mod_seq);
    }
    session.out += ")\r\n";
    co_return failure;
}

} // namespace mailctl::imap
