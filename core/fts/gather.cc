// Reads and decodes what is searched of a message.
#include "core/fts/gather.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/mime/search_text.h"
#include "store/engine.h"

namespace mailctl::fts {
namespace {

/// A body is read at once up to this size, else range by range.
constexpr std::uint64_t kWholeOctets = 1024 * 1024;

/// What is gathered so far of one message.
struct Gathering {
    store::Account& account;
    const store::Email& email;
    std::uint64_t most;
    std::string whole; ///< the body, if it is small
    std::vector<FieldText> texts;
    std::uint64_t octets = 0;

    Result<> add(Field field, std::string folded)
    {
        octets += folded.size();
        if (octets > most)
            return Error(Errc::OverQuota, "its text is too long");
        if (!folded.empty())
            texts.push_back({field, std::move(folded)});
        return ok();
    }
};

Awaitable<Result<std::string>> read(Gathering& gathering, std::uint64_t offset, std::uint64_t octets)
{
    const auto& whole = gathering.whole;
    if (!whole.empty())
        co_return offset < whole.size() ? whole.substr(offset, octets) : std::string();
    if (octets == 0)
        co_return std::string();
    co_return co_await gathering.account.read_body(gathering.email.body, offset, octets);
}

Awaitable<Result<>> add_header(Gathering& gathering, Field field, std::uint64_t offset, std::uint64_t octets)
{
    const auto most = std::min(octets, mime::kSearchedHeaderOctets);
    CO_TRY(const auto header, co_await read(gathering, offset, most));
    for (auto& text : mime::header_texts(header))
        CO_TRY_VOID(gathering.add(field, std::move(text)));
    co_return ok();
}

Result<> add_envelope(Gathering& gathering)
{
    for (const auto name : mime::kEnvelopeFields) {
        const auto texts = mime::envelope_texts(gathering.email.card.envelope, name);
        const auto field = field_named(name);
        for (const auto& text : texts.value_or(std::vector<std::string>()))
            TRY_VOID(gathering.add(*field, mime::fold_case(text)));
    }
    return ok();
}

Awaitable<Result<>> add_part(Gathering& gathering, const mime::SearchRange& range)
{
    mime::PartText text(*range.part);
    const auto end = range.offset + range.octets;
    for (auto at = range.offset; at < end;) {
        const auto most = std::min<std::uint64_t>(end - at, store::kBlobChunkOctets);
        CO_TRY(const auto chunk, co_await read(gathering, at, most));
        if (chunk.empty())
            break;
        at += chunk.size();
        text.feed(chunk);
        if (text.sent.size() + text.shown.size() > gathering.most)
            co_return Error(Errc::OverQuota, "its text is too long");
    }
    text.finish();
    CO_TRY_VOID(gathering.add(Field::Body, std::move(text.sent)));
    CO_TRY_VOID(gathering.add(Field::Body, std::move(text.shown)));
    co_return ok();
}

} // namespace

Awaitable<Result<std::vector<FieldText>>> gather_texts(store::Account& account, const store::Email& email,
                                                       std::uint64_t most)
{
    Gathering gathering{account, email, most, {}, {}, 0};
    if (email.body.octets > 0 && email.body.octets <= kWholeOctets) {
        CO_TRY(gathering.whole, co_await account.read_body(email.body, 0, email.body.octets));
    }
    CO_TRY_VOID(co_await add_header(gathering, Field::Header, 0, email.card.root.header_octets));
    CO_TRY_VOID(add_envelope(gathering));
    const auto ranges = mime::search_ranges(email.card.root);
    for (const auto& range : ranges) {
        if (range.is_header) {
            CO_TRY_VOID(co_await add_header(gathering, Field::Body, range.offset, range.octets));
        } else {
            CO_TRY_VOID(co_await add_part(gathering, range));
        }
    }
    co_return std::move(gathering.texts);
}

} // namespace mailctl::fts
