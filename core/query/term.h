// The fields of the query language, and what each asks of a message.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/imap/search/search_key.h"

namespace mailctl::query {

/// What the value of a field is.
enum class ValueKind { Text, HeaderText, Flag, Size, Age, Date, Uids, Id, Mailbox, Role };

/// One row a field.
struct Term {
    std::string_view field;
    ValueKind value;
    imap::SearchKey::Kind key;
    std::string_view header; ///< of a Header key
    std::string_view help;   ///< for the manual
};

std::span<const Term> terms();
/// nullptr: no such field. Case does not matter.
const Term* find_term(std::string_view field);
/// The field nearest to an unknown one; empty: none is near.
std::string nearest_field(std::string_view unknown);

/// The key of a term that asks messages. Not for Mailbox, Role and HeaderText.
/// Errors: Invalid (the value is no flag, size, age, date, set or id).
Result<imap::SearchKey> make_key(const Term& term, std::string value);

} // namespace mailctl::query
