// Builds a message out of text and files. RFC 5322, RFC 2045, RFC 2046
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mailctl::mime {

struct Attachment {
    std::string name; ///< as the reader shall see it: UTF-8, no folders
    std::string type = "application/octet-stream";
    std::string content;
};

struct Draft {
    /// Names and values in order; values are UTF-8 and are encoded where they must be. Those of
    /// address fields are given as header_address writes them.
    std::vector<std::pair<std::string, std::string>> fields;
    std::string text; ///< UTF-8, any line ends
    std::vector<Attachment> attachments;
    std::string boundary; ///< of the parts, unlike anything in the text: random
};

/// The whole message, with CRLF line ends, all of it ASCII.
std::string compose(const Draft& draft);

/// The value of an unstructured field: encoded-words where it is not ASCII. RFC 2047 §2
std::string encode_header_text(std::string_view text);
/// "Ann <ann@example.org>" with the name quoted or encoded; the address alone without a name.
std::string header_address(std::string_view name, std::string_view address);

} // namespace mailctl::mime
