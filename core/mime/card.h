// The card of a message: envelope and body structure with exact byte ranges, made in one
// pass at delivery, so that listing a mailbox never opens a body.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::mime {

/// One address of a header, as IMAP's ENVELOPE gives it (RFC 9051 §7.5.2): raw, encoded-words
/// kept. A group start has an empty host and the group's name in `mailbox`; its end has both empty.
struct HeaderAddress {
    std::string name;    ///< display name or comment, unquoted; empty: NIL
    std::string mailbox; ///< local part
    std::string host;    ///< domain
    std::string route{}; ///< "@a,@b" of the obsolete form (RFC 5322 §4.4); empty: NIL
    bool operator==(const HeaderAddress&) const = default;
};
using AddressList = std::vector<HeaderAddress>;

/// RFC 9051 §2.3.5. Values are unfolded header text, not decoded; empty: the field is absent.
/// No value here or in a part holds CR, LF or NUL.
struct Envelope {
    std::string date, subject, in_reply_to, message_id;
    AddressList from, sender, reply_to, to, cc, bcc;
    bool operator==(const Envelope&) const = default;
};

using Parameters = std::vector<std::pair<std::string, std::string>>; ///< names lower-case

/// One part of a message. Offsets count octets from the start of the whole message.
struct Part {
    std::string type = "text";     ///< lower-case
    std::string subtype = "plain"; ///< lower-case
    Parameters parameters;
    std::string id, description, md5, location; ///< Content-ID and so on; empty: absent
    std::string encoding = "7bit";              ///< lower-case
    std::string disposition;                    ///< lower-case; empty: absent
    Parameters disposition_parameters;
    std::vector<std::string> languages;

    std::uint64_t header_offset = 0; ///< where this part's header starts
    std::uint64_t header_octets = 0; ///< with the blank line that ends it
    std::uint64_t body_octets = 0;   ///< from header_offset + header_octets
    std::uint64_t body_lines = 0;

    /// multipart: the parts, at least one (a multipart in which no part begins is kept as
    /// text/plain, RFC 2045 §5.2). message/rfc822 and message/global: exactly one, the message
    /// inside, whose header_offset is this part's body.
    std::vector<Part> children;
    std::unique_ptr<Envelope> envelope; ///< of the message inside, for message/rfc822

    std::uint64_t body_offset() const { return header_offset + header_octets; }
    bool is_multipart() const { return type == "multipart"; }
    bool is_message() const { return type == "message" && envelope != nullptr; }
};

/// Everything that is asked about a message without its body.
struct Card {
    Envelope envelope;
    Part root;                           ///< header_offset 0
    /// "<...>" each, of References and then In-Reply-To, for threads.
    std::vector<std::string> references;
    std::optional<Time> date;            ///< the Date field, where it parses
    std::uint64_t octets = 0;
    std::uint64_t lines = 0;
    bool has_8bit = false; ///< any octet over 127
    bool has_nul = false;
    unsigned received_count = 0; ///< Received fields of the header: hops
    bool has_date = false, has_message_id = false, has_from = false;
};

/// Limits of the parser; past them a part is treated as an opaque leaf, never refused.
inline constexpr unsigned kMaxPartDepth = 30;
inline constexpr unsigned kMaxParts = 1000;
inline constexpr std::size_t kMaxHeaderOctets = 256 * 1024; ///< of one part, kept in memory
inline constexpr std::size_t kMaxEnvelopeOctets = 16 * 1024; ///< of one field's value; cut past it
inline constexpr std::size_t kMaxEnvelopeAddresses = 1000;   ///< of one list
inline constexpr std::size_t kMaxReferences = 100;           ///< the first and the last ones stay
inline constexpr std::size_t kMaxCardOctets = 1024 * 1024;   ///< of all values of all parts

/// Builds a card from a message that arrives in pieces of any size, with bounded memory
/// (kMaxHeaderOctets and the open boundaries). Any octets are accepted: CRLF or bare LF ends a line.
class CardBuilder {
public:
    CardBuilder();
    ~CardBuilder();
    CardBuilder(CardBuilder&&) noexcept;
    CardBuilder& operator=(CardBuilder&&) noexcept;

    void feed(std::string_view octets);
    /// Call once, after the last feed.
    Card finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The card of a whole message in memory.
Card make_card(std::string_view message);

/// The stored form: one version octet, then length-prefixed fields. DO NOT CHANGE: on disk since 0.1.
std::string encode(const Card& card);
/// Errors: Corrupt.
Result<Card> decode_card(std::string_view stored);

/// The part that an IMAP section number names ("1.2.3"); nullptr where there is none.
/// RFC 9051 §6.4.5.1.
const Part* find_part(const Part& root, const std::vector<unsigned>& numbers);

} // namespace mailctl::mime
