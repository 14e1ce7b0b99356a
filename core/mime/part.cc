// Finds parts by IMAP's section numbers.
#include "core/mime/card.h"

namespace mailctl::mime {
namespace {

/// The part whose children the next number counts; nullptr: it has none.
const Part* numbered_inside(const Part& part)
{
    if (part.is_multipart())
        return &part;
    return part.is_message() ? &part.children.front() : nullptr;
}

/// RFC 9051 §6.4.5.1: a message that is no multipart has exactly part 1, its own body.
const Part* numbered(const Part& inside, unsigned number)
{
    if (!inside.is_multipart())
        return number == 1 ? &inside : nullptr;
    return number >= 1 && number <= inside.children.size() ? &inside.children[number - 1] : nullptr;
}

} // namespace

const Part* find_part(const Part& root, const std::vector<unsigned>& numbers)
{
    const Part* inside = &root;
    const Part* found = &root;
    for (const unsigned number : numbers) {
        found = inside ? numbered(*inside, number) : nullptr;
        if (!found)
            return nullptr;
        inside = numbered_inside(*found);
    }
    return found;
}

} // namespace mailctl::mime
