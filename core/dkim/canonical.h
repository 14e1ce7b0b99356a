// The two forms in which header and body are signed. RFC 6376 §3.4
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/hasher.h"

namespace mailctl::dkim {

enum class Canon : std::uint8_t { Simple, Relaxed };

/// "simple", "relaxed"
std::string_view name_of(Canon canon);

/// Of header and body: "c=relaxed/simple".
struct Canons {
    Canon header = Canon::Relaxed, body = Canon::Relaxed;
    bool operator==(const Canons&) const = default;
};

/// "relaxed/simple".
std::string to_text(Canons canons);
/// "relaxed" alone is "relaxed/simple": RFC 6376 §3.5. nullopt: another word.
std::optional<Canons> parse_canons(std::string_view text);

/// One field of a header, with its CRLF. RFC 6376 §3.4.1, §3.4.2
std::string canonical_field(Canon canon, std::string_view raw);

/// Puts a body into its form while it passes, and digests it. RFC 6376 §3.4.3, §3.4.4
/// Only CRLF ends a line; a CR or LF alone is an octet like others.
class BodyHasher {
public:
    /// `limit`: octets of the form that count (l=).
    BodyHasher(Canon canon, crypto::Hash hash, std::optional<std::uint64_t> limit = {});

    void feed(std::string_view piece);
    /// The digest, as octets. Nothing may be fed afterwards.
    std::string finish();
    /// Octets of the whole form, after finish().
    std::uint64_t octets() const { return octets_; }

private:
    void take_text(std::string_view text);
    void take_relaxed(std::string_view text);
    void end_line();
    void put(std::string_view text);
    void write(std::string_view octets);

    Canon canon_;
    crypto::Hasher hasher_;
    std::optional<std::uint64_t> limit_;
    std::uint64_t octets_ = 0;
    std::uint64_t line_ends_ = 0; ///< seen, and not written: they may be the last ones
    bool held_cr_ = false;        ///< at the end of a piece
    bool held_space_ = false;     ///< relaxed: blanks that may end the line
    std::string buffer_;          ///< few large updates are faster than many small ones
};

} // namespace mailctl::dkim
