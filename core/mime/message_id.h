// Message identifications: what threads are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailctl::mime {

/// The identifications in a Message-ID, References or In-Reply-To value, each with its "<" and
/// ">", without blanks, in their order. RFC 5322 §3.6.4; phrases between them are passed over.
std::vector<std::string> parse_message_ids(std::string_view value);

} // namespace mailctl::mime
