// Bits of what a reader has seen.
#include "store/account/shared/seen_marks.h"

namespace mailctl::store {
namespace {

struct Place {
    std::size_t octet;
    unsigned char bit;
};

Place place_of(Uid uid)
{
    const auto at = value_of(uid) % kSeenPageUids;
    return {at / 8, static_cast<unsigned char>(1U << (at % 8))};
}

} // namespace

bool SeenMarks::has(Uid uid) const
{
    const auto page = pages_.find(seen_page_of(uid));
    const auto at = place_of(uid);
    return page != pages_.end() && at.octet < page->second.size() &&
           (static_cast<unsigned char>(page->second[at.octet]) & at.bit) != 0;
}

void SeenMarks::set(Uid uid, bool seen)
{
    auto& page = pages_[seen_page_of(uid)];
    const auto at = place_of(uid);
    if (page.size() <= at.octet)
        page.resize(at.octet + 1);
    auto octet = static_cast<unsigned char>(page[at.octet]);
    octet = static_cast<unsigned char>(seen ? octet | at.bit : octet & ~at.bit);
    page[at.octet] = static_cast<char>(octet);
}

void SeenMarks::overlay(MessageRow& row) const
{
    if (has(row.uid))
        row.flags.set(SystemFlag::Seen);
    else
        row.flags.clear(SystemFlag::Seen);
}

std::vector<std::uint32_t> seen_pages_of(const std::vector<Uid>& uids)
{
    std::vector<std::uint32_t> pages;
    for (const auto uid : uids)
        if (pages.empty() || pages.back() != seen_page_of(uid))
            pages.push_back(seen_page_of(uid));
    return pages;
}

} // namespace mailctl::store
