// Searching messages for text as people read it: decoded, without regard to case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mime/card.h"
#include "core/mime/charset.h"
#include "core/mime/collation.h"
#include "core/mime/html_text.h"
#include "core/mime/transfer.h"

namespace mailctl::mime {

/// HEADER and TEXT look no further into a header than this.
inline constexpr std::uint64_t kSearchedHeaderOctets = 1024 * 1024;

/// What is searched for; UTF-8. An empty needle is in every text.
class TextNeedle {
public:
    explicit TextNeedle(std::string_view utf8, Collation collation = Collation::UnicodeCasemap)
        : folded_(search_form(collation, utf8)), collation_(collation)
    {
    }
    bool is_in(std::string_view utf8) const;
    /// `text`: in the search_form of the needle's collation.
    bool is_in_folded(std::string_view text) const;
    const std::string& folded() const { return folded_; }
    Collation collation() const { return collation_; }

private:
    std::string folded_;
    Collation collation_;
};

/// True where a field of that name holds the needle, decoded. With an empty needle: where there is
/// such a field (RFC 9051 §6.4.4, SEARCH HEADER).
bool field_contains(std::string_view header, std::string_view name, const TextNeedle& needle);

/// True where any field, as "Name: decoded value", holds the needle.
bool header_contains(std::string_view header, const TextNeedle& needle);
/// What header_contains looks into: each field, folded for the default collation.
std::vector<std::string> header_texts(std::string_view header);

/// The texts that a field has in the envelope, decoded: an address is "Name <mailbox@host>", one text
/// each. `field`: lower case. nullopt: the envelope does not hold such a field.
std::optional<std::vector<std::string>> envelope_texts(const Envelope& envelope, std::string_view field);
/// The fields that it holds.
inline constexpr std::string_view kEnvelopeFields[] = {"subject", "from", "to", "cc", "bcc", "message-id", "in-reply-to"};

/// A run of a message's octets that SEARCH BODY looks into.
struct SearchRange {
    const Part* part = nullptr; ///< borrows: the card
    std::uint64_t offset = 0;
    std::uint64_t octets = 0;
    bool is_header = false; ///< the header of a message inside
};

/// The text parts and the headers of messages inside, in order; without the outermost header.
std::vector<SearchRange> search_ranges(const Part& root);

/// The text of one text part as it is searched: decoded and folded, piece after piece. That of an
/// HTML part is searched twice: as it was sent, and without markup. Bounded memory.
class PartText {
public:
    explicit PartText(const Part& part, Collation collation = Collation::UnicodeCasemap);
    /// Takes more of the part's raw body.
    void feed(std::string_view octets);
    /// Call once, after the last feed.
    void finish();

    /// What became known since these were cleared last. The caller clears them.
    std::string sent, shown;
    bool is_html() const { return is_html_; }

private:
    void take_decoded(bool is_last);
    void move_folded(std::string& text, bool is_last, std::string& out) const;

    TransferDecoder transfer_;
    std::optional<CharsetDecoder> charset_;
    HtmlText html_;
    bool is_html_;
    Collation collation_;
    std::string decoded_; ///< octets after the transfer encoding
    std::string text_;    ///< UTF-8 not yet folded
    std::string shown_text_;
};

/// Looks for a needle in one text part, fed in pieces of any size with bounded memory.
/// Borrows: the needle.
class PartSearch {
public:
    PartSearch(const Part& part, const TextNeedle& needle);
    /// Takes more of the part's raw body. Gives whether the needle was met so far.
    bool feed(std::string_view octets);
    /// Call once, after the last feed.
    bool finish();

private:
    void look();
    bool look_in(std::string& piece, std::string& window);

    const TextNeedle& needle_;
    PartText text_;
    std::string sent_, shown_; ///< ends of what was looked into: the needle may be cut by a piece
    bool found_ = false;
};

/// One range in memory.
bool range_contains(std::string_view octets, const SearchRange& range, const TextNeedle& needle);

/// A whole message in memory: SEARCH BODY, and SEARCH TEXT, which also looks into the header.
bool body_contains(std::string_view message, const Card& card, const TextNeedle& needle);
bool message_contains(std::string_view message, const Card& card, const TextNeedle& needle);

} // namespace mailctl::mime
