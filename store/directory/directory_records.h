// The records of the directory and the ban list: domains, entries, names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::store {

std::string encode(const Domain& domain);
/// Errors: Corrupt.
Result<Domain> decode_domain(std::string_view record);

/// A user or an alias. Address and domain are in the record, so that a row tells all by itself.
std::string encode(const Entry& entry);
/// Errors: Corrupt.
Result<Entry> decode_entry(std::string_view record);

/// The local parts of a domain's wildcard aliases, in one row.
std::string encode_patterns(const std::vector<std::string>& patterns);
/// Errors: Corrupt.
Result<std::vector<std::string>> decode_patterns(std::string_view record);

/// "This name is an alias of": the domain.
std::string encode_claim(std::string_view domain);
/// Errors: Corrupt.
Result<std::string> decode_claim(std::string_view record);

/// The address of an account; during a rename the old and the new one.
std::string encode_index(const std::vector<address::Address>& addresses);
/// Errors: Corrupt.
Result<std::vector<address::Address>> decode_index(std::string_view record);

/// Since when an account waits to be erased.
std::string encode_erasure(Time since);

std::string encode(const Ban& ban);
/// Errors: Corrupt.
Result<Ban> decode_ban(std::string_view record);

} // namespace mailctl::store
