// What the DNS says, apart from how it is asked: over the network, or from zone files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::dns {

/// RFC 5321 §5.1. A null MX (RFC 7505) is one record with an empty exchange.
struct Mx {
    std::uint16_t preference = 0;
    std::string exchange; ///< canonical, without the final dot; empty: "."
    bool operator==(const Mx&) const = default;
};

/// RFC 6698 §2.1
struct Tlsa {
    std::uint8_t usage = 0, selector = 0, matching = 0;
    std::string data; ///< octets
    bool operator==(const Tlsa&) const = default;
};

/// RFC 2782
struct Srv {
    std::uint16_t priority = 0, weight = 0, port = 0;
    std::string target;
    bool operator==(const Srv&) const = default;
};

/// An answer: what is there, or for certain nothing.
template <class Record>
struct Answer {
    enum class Status : std::uint8_t {
        Found,
        NoData,   ///< the name exists, without such records
        NoDomain, ///< NXDOMAIN
    } status = Status::NoData;
    std::vector<Record> records;
    /// All of it, CNAMEs and denials too, is authentic: RFC 4033 §5. See dns.dnssec.
    bool secure = false;
    std::string name; ///< canonical, at the end of CNAMEs
    seconds ttl{0};   ///< that is left
    bool is_found() const { return status == Status::Found; }
};

/// An answer to show to people.
struct Lookup {
    enum class Status : std::uint8_t { Found, NoData, NoDomain, Bogus } status = Status::NoData;
    enum class From : std::uint8_t { ZoneFile, Cache, Server, Root } from = From::Server;
    std::string name;                 ///< canonical, at the end of CNAMEs
    std::string type;                 ///< "MX"
    std::vector<std::string> records; ///< RDATA as in master files: "10 mx.example.org."
    seconds ttl{0};                   ///< that is left
    bool secure = false;              ///< as in Answer
    std::string reason;               ///< of Bogus
};

/// Names are in ASCII form, with or without the final dot; answers' names are lower case and
/// without it. Errors of every question: Invalid (no name), Unavailable (no server answers,
/// SERVFAIL, or signatures that do not check out: try later). Threads: any.
class Resolver {
public:
    virtual ~Resolver() = default;

    virtual Awaitable<Result<Answer<Mx>>> mx(std::string name) = 0;
    /// "192.0.2.1"
    virtual Awaitable<Result<Answer<std::string>>> a(std::string name) = 0;
    /// "2001:db8::1"
    virtual Awaitable<Result<Answer<std::string>>> aaaa(std::string name) = 0;
    /// The strings of each record joined: RFC 7208 §3.3.
    virtual Awaitable<Result<Answer<std::string>>> txt(std::string name) = 0;
    virtual Awaitable<Result<Answer<Tlsa>>> tlsa(std::string name) = 0;
    virtual Awaitable<Result<Answer<Srv>>> srv(std::string name) = 0;
    virtual Awaitable<Result<Answer<std::string>>> cname(std::string name) = 0;
    /// Names of an address in figures. RFC 1035 §3.5, RFC 3596 §2.5
    virtual Awaitable<Result<Answer<std::string>>> ptr(std::string address) = 0;

    /// Any type of records by its name ("CAA", "TYPE65280"). Errors: Invalid (also: a type that is
    /// a question only), Unavailable.
    virtual Awaitable<Result<Lookup>> look_up(std::string name, std::string type) = 0;

    /// Forgets what was cached of a name and those below it, and keys; empty: of all. Gives how
    /// many answers went.
    virtual std::size_t flush(const std::string& name) = 0;
};

} // namespace mailctl::dns
