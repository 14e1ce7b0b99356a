// Looks for texts in headers and decoded bodies.
#include "core/imap/server/selected/search_text.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace mailctl::imap {
namespace {

/// Texts still sought, and what was found.
struct Search {
    store::Account& account;
    const store::Email& email;
    const std::vector<SoughtText>& texts;
    std::vector<bool> found;
    std::string octets{};              ///< what was read last
    std::uint64_t from = 0;            ///< where in the body they begin

    bool is_done() const { return std::find(found.begin(), found.end(), false) == found.end(); }
};

/// A body as small as most is unpacked once, whatever is looked at in it.
constexpr std::uint64_t kReadWhole = 64 * 1024;

/// Octets of the body; they hold until the next call. Fewer where the body ends.
Awaitable<Result<std::string_view>> octets_of(Search& search, std::uint64_t offset, std::uint64_t length)
{
    const bool is_small = search.email.body.octets <= kReadWhole;
    const bool is_here = is_small && !search.octets.empty();
    if (!is_here) {
        search.from = is_small ? 0 : offset;
        const auto most = is_small ? kReadWhole : length;
        CO_TRY(search.octets, co_await search.account.read_body(search.email.body, search.from, most));
    }
    const auto start = std::min<std::uint64_t>(offset - search.from, search.octets.size());
    co_return std::string_view(search.octets).substr(start, length);
}

/// The message's own header, for TEXT.
Awaitable<Result<>> search_header(Search& search)
{
    const auto most = std::min(search.email.card.root.header_octets, mime::kSearchedHeaderOctets);
    CO_TRY(const auto header, co_await octets_of(search, 0, most));
    for (std::size_t i = 0; i < search.texts.size(); ++i)
        if (search.texts[i].in_header && mime::header_contains(header, search.texts[i].needle))
            search.found[i] = true;
    co_return ok();
}

/// The header of a message inside.
Awaitable<Result<>> search_inner_header(Search& search, const mime::SearchRange& range)
{
    const auto most = std::min(range.octets, mime::kSearchedHeaderOctets);
    CO_TRY(const auto header, co_await octets_of(search, range.offset, most));
    for (std::size_t i = 0; i < search.texts.size(); ++i)
        if (!search.found[i])
            search.found[i] = mime::range_contains(header, range, search.texts[i].needle);
    co_return ok();
}

/// One text part, decoded chunk after chunk.
Awaitable<Result<>> search_part(Search& search, const mime::SearchRange& range)
{
    std::vector<std::optional<mime::PartSearch>> parts(search.texts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!search.found[i])
            parts[i].emplace(*range.part, search.texts[i].needle);
    const auto end = range.offset + range.octets;
    for (auto at = range.offset; at < end && !search.is_done();) {
        const auto most = std::min<std::uint64_t>(end - at, store::kBlobChunkOctets);
        CO_TRY(const auto chunk, co_await octets_of(search, at, most));
        if (chunk.empty())
            break;
        at += chunk.size();
        for (std::size_t i = 0; i < parts.size(); ++i)
            if (!search.found[i])
                search.found[i] = parts[i]->feed(chunk);
    }
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!search.found[i])
            search.found[i] = parts[i]->finish();
    co_return ok();
}

} // namespace

Awaitable<Result<std::vector<bool>>> find_texts(store::Account& account, const store::Email& email,
                                                const std::vector<SoughtText>& texts)
{
    Search search{account, email, texts, std::vector<bool>(texts.size(), false)};
    bool in_header = false;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        search.found[i] = texts[i].needle.folded().empty();
        in_header = in_header || texts[i].in_header;
    }
    if (in_header) {
        CO_TRY_VOID(co_await search_header(search));
    }
    const auto ranges = mime::search_ranges(email.card.root);
    for (const auto& range : ranges) {
        if (search.is_done())
            break;
        if (range.is_header) {
            CO_TRY_VOID(co_await search_inner_header(search, range));
        } else {
            CO_TRY_VOID(co_await search_part(search, range));
        }
    }
    co_return std::move(search.found);
}

} // namespace mailctl::imap
