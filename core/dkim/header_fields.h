// Which fields a list of names means, and what is signed of them. RFC 6376 §5.4.2
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/dkim/canonical.h"
#include "core/mime/header.h"

namespace mailctl::dkim {

/// All fields of a header block, in its order. Borrows: the block.
std::vector<mime::Field> fields_of(std::string_view header);

/// The canonical fields that `names` stand for, in the order of `names`: a name that comes again
/// means the next field upwards, and nothing where there is none.
/// `except`: the signature itself; null: none.
std::string signed_fields(const std::vector<mime::Field>& fields,
                          const std::vector<std::string>& names, Canon canon,
                          const mime::Field* except);

} // namespace mailctl::dkim
