// SPF records: their terms, checked whole before any of them counts. RFC 7208 §4.6, §5, §6
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/spf/ip.h"
#include "core/spf/macro.h"
#include "core/spf/verdict.h"

namespace mailctl::spf {

/// Of one record. RFC 7208 §3.4 advises 450.
inline constexpr std::size_t kMaxRecordOctets = 16 * 1024;

/// RFC 7208 §5
enum class Mechanism : std::uint8_t { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists };

/// "-ip4:192.0.2.0/24"
struct Directive {
    Verdict qualifier = Verdict::Pass; ///< what it says where it matches
    Mechanism mechanism = Mechanism::All;
    std::optional<MacroString> domain; ///< nullopt: the one whose record it is
    Ip network;                        ///< of Ip4 and Ip6
    unsigned ip4_bits = kIp4Bits, ip6_bits = kIp6Bits;
    std::string text; ///< as it is written

    /// It counts among kMaxLookups: RFC 7208 §4.6.4.
    bool asks_dns() const;
};

/// "redirect=_spf.example.net"
struct Modifier {
    MacroString domain;
    std::string text;
};

struct Record {
    std::vector<Directive> directives;
    std::optional<Modifier> redirect, explanation;
};

/// True for a TXT record that is one of these: RFC 7208 §4.5.
bool is_record(std::string_view text);

/// Errors: Invalid (what is wrong, and in which term).
Result<Record> parse_record(std::string_view text);

} // namespace mailctl::spf
