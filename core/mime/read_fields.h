// From a header block to the values that a card keeps.
#pragma once

#include <string_view>

#include "core/mime/card.h"

namespace mailctl::mime {

/// What a header block is read into. `part` is always there, `envelope` where the header is a
/// message's, `card` where it is the outermost message's.
struct HeaderTarget {
    Part& part;
    Envelope* envelope = nullptr;
    Card* card = nullptr;
};

/// Reads the fields that cards keep, each value cut past kMaxEnvelopeOctets. Strings and media
/// types: the first field of a name counts; address lists: all of them, one after the other.
void read_fields(std::string_view header, const HeaderTarget& target);

/// What a part and an envelope cost of kMaxCardOctets.
std::size_t cost_of(const Part& part);
std::size_t cost_of(const Envelope& envelope);

} // namespace mailctl::mime
