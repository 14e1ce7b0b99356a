// Decodes parts for BINARY.
#include "core/imap/server/selected/binary.h"

#include <algorithm>
#include <string>

#include "core/base/log.h"
#include "core/imap/section.h"
#include "core/mime/transfer.h"

namespace mailctl::imap {
namespace {

/// Octets as they are stored, and how they are to be decoded.
struct Source {
    OctetRange range;
    mime::TransferEncoding encoding = mime::TransferEncoding::Identity;
};

bool is_known(std::string_view encoding)
{
    return encoding == "7bit" || encoding == "8bit" || encoding == "binary" ||
           mime::transfer_encoding(encoding) != mime::TransferEncoding::Identity;
}

/// Multiparts and messages inside have no encoding of their own: RFC 2045 §6.4.
Result<Source> source_of(const Section& section, const mime::Card& card, OctetRange range)
{
    Source source;
    source.range = range;
    const auto* part = section.part.empty() ? nullptr : mime::find_part(card.root, section.part);
    if (part == nullptr || part->is_multipart() || part->is_message())
        return source;
    if (!is_known(part->encoding))
        return Error(Errc::Invalid, "unknown transfer encoding");
    source.encoding = mime::transfer_encoding(part->encoding);
    return source;
}

/// Gives decoded octets piece by piece. Borrows: all of it.
class Pieces {
public:
    Pieces(store::Account& account, const store::Email& email, const Source& source)
        : account_(account), email_(email), decoder_(source.encoding), at_(source.range.offset),
          end_(source.range.offset + source.range.octets)
    {
    }

    /// The next piece, perhaps an empty one; false at the end.
    Awaitable<Result<bool>> next(std::string& piece)
    {
        piece.clear();
        if (is_finished_)
            co_return false;
        if (at_ == end_) {
            decoder_.finish(piece);
            is_finished_ = true;
            co_return true;
        }
        const auto most = std::min<std::uint64_t>(end_ - at_, store::kBlobChunkOctets);
        CO_TRY(const auto chunk, co_await account_.read_body(email_.body, at_, most));
        if (chunk.empty())
            co_return Error(Errc::Corrupt, "body shorter than its card");
        decoder_.feed(chunk, piece);
        at_ += chunk.size();
        co_return true;
    }

private:
    store::Account& account_;
    const store::Email& email_;
    mime::TransferDecoder decoder_;
    std::uint64_t at_;
    std::uint64_t end_;
    bool is_finished_ = false;
};

Awaitable<Result<std::uint64_t>> decoded_octets(store::Account& account, const store::Email& email,
                                                const Source& source)
{
    if (source.encoding == mime::TransferEncoding::Identity)
        co_return source.range.octets;
    Pieces pieces(account, email, source);
    std::uint64_t octets = 0;
    std::string piece;
    while (true) {
        CO_TRY(const bool more, co_await pieces.next(piece));
        if (!more)
            co_return octets;
        octets += piece.size();
    }
}

/// Sends the wanted range of the decoded octets; their number is promised already.
Awaitable<> send_pieces(Session& session, store::Account& account, const store::Email& email,
                        const Source& source, OctetRange wanted)
{
    Pieces pieces(account, email, source);
    std::uint64_t at = 0;
    std::string piece;
    const auto end = wanted.offset + wanted.octets;
    while (at < end) {
        const auto more = co_await pieces.next(piece);
        if (!more || !*more) {
            log::error("imap", "body ends early", {{"user", session.user}});
            throw net::Disconnected(net::Disconnected::Why::Closed, "body ends early");
        }
        const auto from = std::clamp(wanted.offset, at, at + piece.size()) - at;
        const auto to = std::clamp(end, at, at + piece.size()) - at;
        session.out.append(piece, from, to - from);
        at += piece.size();
        if (is_full(session))
            co_await flush(session);
    }
}

/// A section's octets where they are stored, and how many they are decoded.
struct Decodable {
    Source source;
    std::uint64_t octets = 0;
};

/// nullopt: there is no such part. Errors: Invalid (unknown encoding), those of read_body.
Awaitable<Result<std::optional<Decodable>>> look_at(store::Account& account,
                                                    const store::Email& email,
                                                    const Section& section)
{
    const auto range = locate(section, email.card);
    if (!range)
        co_return std::optional<Decodable>();
    Decodable found;
    CO_TRY(found.source, source_of(section, email.card, *range));
    CO_TRY(found.octets, co_await decoded_octets(account, email, found.source));
    co_return std::optional<Decodable>(found);
}

Result<> failure_of(const Result<std::optional<Decodable>>& found)
{
    return found ? ok() : Result<>(found.error());
}

constexpr std::size_t kLineOctets = 998; // RFC 2045 §2.7: of a line that is not binary

/// Looks at decoded octets as they come.
class FormReader {
public:
    void feed(std::string_view piece)
    {
        form_.octets += piece.size();
        for (const char c : piece) {
            line_ = c == '\n' ? 0 : line_ + 1;
            form_.lines += c == '\n' ? 1 : 0;
            is_binary_ = is_binary_ || c == '\0' || line_ > kLineOctets + 1; // its CR
            has_8bit_ = has_8bit_ || static_cast<unsigned char>(c) > 127;
        }
    }

    DecodedForm finish()
    {
        form_.encoding = is_binary_ ? "binary" : has_8bit_ ? "8bit" : "7bit";
        return form_;
    }

private:
    DecodedForm form_;
    std::size_t line_ = 0;
    bool is_binary_ = false;
    bool has_8bit_ = false;
};

} // namespace

Awaitable<Result<std::optional<DecodedForm>>> find_decoded_form(store::Account& account,
                                                                const store::Email& email,
                                                                const Section& section)
{
    const auto range = locate(section, email.card);
    if (!range)
        co_return std::optional<DecodedForm>();
    const auto source = source_of(section, email.card, *range);
    if (!source || source->encoding == mime::TransferEncoding::Identity)
        co_return std::optional<DecodedForm>();
    Pieces pieces(account, email, *source);
    FormReader reader;
    std::string piece;
    while (true) {
        CO_TRY(const bool more, co_await pieces.next(piece));
        if (!more)
            co_return std::optional<DecodedForm>(reader.finish());
        reader.feed(piece);
    }
}

Awaitable<Result<>> send_decoded(Session& session, store::Account& account,
                                 const store::Email& email, const Section& section,
                                 DecodedRange range)
{
    const auto found = co_await look_at(account, email, section);
    if (!found || !*found) {
        session.out += "NIL";
        co_return failure_of(found);
    }
    const auto& decodable = **found;
    const auto from = std::min(range.offset, decodable.octets);
    const auto left = decodable.octets - from;
    const OctetRange wanted{from, std::min(range.octets.value_or(left), left)};
    session.out.append("~{").append(std::to_string(wanted.octets)).append("}\r\n");
    co_await send_pieces(session, account, email, decodable.source, wanted);
    co_return ok();
}

Awaitable<Result<>> send_binary(Session& session, const FetchItem& item, const store::Email& email)
{
    session.out.append(item.label).append(" ");
    if (item.kind == FetchItem::Kind::BinarySize) {
        const auto found = co_await look_at(session.view->account(), email, item.section);
        session.out += std::to_string(found && *found ? (*found)->octets : 0);
        co_return failure_of(found);
    }
    DecodedRange range;
    if (item.partial) {
        range.offset = item.partial->offset;
        range.octets = item.partial->octets;
    }
    co_return co_await send_decoded(session, session.view->account(), email, item.section, range);
}

} // namespace mailctl::imap
