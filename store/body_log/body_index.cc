// Index rows of bodies.
#include "store/body_log/body_index.h"

#include "store/keys.h"

namespace mailctl::store {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kHeadOctets = 9;
constexpr std::size_t kPlaceOctets = 12;

} // namespace

std::uint64_t BodyIndex::stored_octets() const
{
    std::uint64_t sum = 0;
    for (const auto& place : places)
        sum += place.octets;
    return sum;
}

void put_place(std::string& out, const BodyPlace& place)
{
    keys::append_be(out, place.segment);
    keys::append_be(out, place.offset);
    keys::append_be(out, place.octets);
}

std::optional<BodyPlace> place_at(std::string_view value, std::size_t offset)
{
    if (offset > value.size() || value.size() - offset < kPlaceOctets)
        return std::nullopt;
    BodyPlace place;
    place.segment = *keys::read_be<std::uint32_t>(value, offset);
    place.offset = *keys::read_be<std::uint32_t>(value, offset + 4);
    place.octets = *keys::read_be<std::uint32_t>(value, offset + 8);
    return place;
}

std::string encode(const BodyIndex& index)
{
    std::string value(1, kVersion);
    value.reserve(kHeadOctets + index.places.size() * kPlaceOctets);
    keys::append_be(value, index.octets);
    for (const auto& place : index.places)
        put_place(value, place);
    return value;
}

Result<BodyIndex> decode_body_index(std::string_view value)
{
    if (value.size() < kHeadOctets || value[0] != kVersion ||
        (value.size() - kHeadOctets) % kPlaceOctets != 0)
        return Error(Errc::Corrupt, "a body's index row has the wrong form");
    BodyIndex index;
    index.octets = *keys::read_be<std::uint64_t>(value, 1);
    index.places.reserve((value.size() - kHeadOctets) / kPlaceOctets);
    for (std::size_t at = kHeadOctets; at < value.size(); at += kPlaceOctets)
        index.places.push_back(*place_at(value, at));
    return index;
}

} // namespace mailctl::store
