// Content transfer encodings: back to the octets that were sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mailctl::mime {

enum class TransferEncoding { Identity, Base64, QuotedPrintable };

/// RFC 2045 §6.1; `token` in lower case. Unknown ones are Identity.
TransferEncoding transfer_encoding(std::string_view token);

/// Decodes in pieces of any size, with a few octets of memory. Never fails: RFC 2045 §6.8 passes
/// over what is not in the base64 alphabet, and "=" that is no quoted-printable code stays.
class TransferDecoder {
public:
    explicit TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}
    void feed(std::string_view octets, std::string& out);
    /// Appends what was held back at the end.
    void finish(std::string& out);

private:
    enum class State { Text, Equals, EqualsBlank, Digit };

    void feed_base64(std::string_view octets, std::string& out);
    void feed_quoted(std::string_view octets, std::string& out);
    void take_quoted(char c, std::string& out);
    void take_text(char c, std::string& out);
    void give_up_code(char c, std::string& out);

    TransferEncoding encoding_;
    std::uint32_t bits_ = 0; ///< of base64, not yet an octet
    unsigned bit_count_ = 0;
    State state_ = State::Text;
    std::string held_; ///< blanks that may end a line, or what followed "="
};

/// All of `octets` at once.
std::string decode_transfer(std::string_view octets, TransferEncoding encoding);

} // namespace mailctl::mime
