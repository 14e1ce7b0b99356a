// Questions and answers as octets: what sources give and the cache keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dns/resolver.h"

namespace mailctl::dns {

/// The types asked for. RFC 1035 §3.2.2 and the registry of DNS parameters.
enum class Type : std::uint16_t {
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Dname = 39,
    Ds = 43,
    Rrsig = 46,
    Nsec = 47,
    Dnskey = 48,
    Nsec3 = 50,
    Tlsa = 52
};

struct Question {
    std::string name; ///< lower case, without the final dot; empty: the root
    Type type = Type::A;
    auto operator<=>(const Question&) const = default;
};

struct RawAnswer {
    enum class Status : std::uint8_t {
        Found,
        NoData,
        NoDomain,
        Bogus ///< not to be believed, and why in `reason`. RFC 4035 §4.3
    } status = Status::NoData;
    std::vector<std::string> records; ///< RDATA, names in it uncompressed
    bool secure = false;
    std::string name; ///< at the end of CNAMEs
    seconds ttl{0};
    /// A CNAME leads to `name`, of which this source knows nothing: ask on.
    bool leads_on = false;
    bool from_root = false; ///< no configured server gave it: core/dns/recursion
    std::string reason;
};

/// Answers questions, CNAMEs followed.
class Source {
public:
    virtual ~Source() = default;
    /// Errors: Unavailable (nobody answers usefully).
    virtual Awaitable<Result<RawAnswer>> ask(Question question) = 0;
    /// Forgets what it keeps of a name and those below it.
    virtual void forget(const std::string& name) { (void)name; }
};

/// A whole message as it came.
struct RawMessage {
    std::string octets;
    bool from_root = false; ///< as RawAnswer's
    RawMessage() = default;
};

/// Gives whole messages that answer a question: RCODE 0 or 3, not truncated, with signatures
/// and unchecked by whoever sent them (DO and CD: RFC 4035 §3.2).
class Exchange {
public:
    virtual ~Exchange() = default;
    /// Errors: Unavailable (nobody answers usefully).
    virtual Awaitable<Result<RawMessage>> exchange(Question question) = 0;
};

/// A name of at most 255 octets in labels of at most 63, as Question has it. Errors: Invalid.
Result<std::string> question_name(std::string_view text);
/// "1.2.0.192.in-addr.arpa". RFC 1035 §3.5, RFC 3596 §2.5. Errors: Invalid (no address).
Result<std::string> reverse_name(std::string_view address);

// RDATA of each type. Errors: Corrupt.
Result<std::string> address_of(std::string_view rdata); ///< A and AAAA, in figures
Result<Mx> mx_of(std::string_view rdata);
Result<Srv> srv_of(std::string_view rdata);
Result<Tlsa> tlsa_of(std::string_view rdata);
Result<std::string> txt_of(std::string_view rdata);  ///< its strings joined
Result<std::string> name_of(std::string_view rdata); ///< CNAME and PTR
/// The MINIMUM of a SOA: RFC 2308 §4.
Result<std::uint32_t> soa_minimum_of(std::string_view rdata);

} // namespace mailctl::dns
