// Macros: what a record leaves open until a message comes. RFC 7208 §7
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/spf/ip.h"

namespace mailctl::spf {

/// Of the name that is asked for: RFC 7208 §7.3.
inline constexpr std::size_t kMaxNameOctets = 253;
/// Of an explanation; what is longer is cut.
inline constexpr std::size_t kMaxExplanationOctets = 1000;

/// What the letters stand for.
struct MacroFacts {
    std::string local_part;          ///< l; of a sender without one: "postmaster"
    std::string sender_domain;       ///< o
    std::string domain;              ///< d: whose record it is
    Ip ip;                           ///< i, c, v
    std::string validated = "unknown"; ///< p; needs the DNS: MacroString::names
    std::string helo;                ///< h
    std::string receiver;            ///< r: our name
    Time now{};                      ///< t
};

/// Where a macro string stands: c, r and t are for explanations alone.
enum class MacroUse : std::uint8_t { Domain, Explanation };

/// A macro string that has been read.
class MacroString {
public:
    /// Errors: Invalid (with what is wrong).
    static Result<MacroString> parse(std::string_view text, MacroUse use);

    /// True where the letter, in small, is used.
    bool names(char letter) const;
    /// True where it ends as a domain-spec must: RFC 7208 §7.1.
    bool ends_as_domain() const;
    /// The text that it stands for, without limits of names.
    std::string expand(const MacroFacts& facts, std::size_t most_octets) const;
    /// A name that may be asked for, without its final dot. Longer ones lose labels on the left.
    /// Errors: Invalid (what results is no name).
    Result<std::string> expand_name(const MacroFacts& facts) const;

private:
    struct Part {
        std::string text;       ///< as it is
        char letter = 0;        ///< 0: none, `text` counts
        bool is_escape = false; ///< "%%", "%_" or "%-"
        bool is_url = false;    ///< the letter was large
        bool is_reversed = false;
        unsigned keep = 0;      ///< parts on the right; 0: all
        std::string delimiters; ///< empty: "."
    };
    static Result<Part> parse_macro(std::string_view inner, MacroUse use);
    void add_literal(char c);
    static std::string value_of(const Part& part, const MacroFacts& facts);

    std::vector<Part> parts_;
};

/// "domain-spec" of RFC 7208 §7.1. Errors: Invalid.
Result<MacroString> parse_domain_spec(std::string_view text);

/// True for what may be asked for: labels of 1 to 63 octets of visible ASCII, kMaxNameOctets in all.
bool is_name(std::string_view text);

} // namespace mailctl::spf
