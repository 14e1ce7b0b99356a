// Checks the signatures of a message. RFC 6376 §6
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dkim/canonical.h"
#include "core/dkim/signature.h"
#include "core/mime/header.h"

namespace mailctl::dns {
class Resolver;
}

namespace mailctl::dkim {

/// RFC 8601 §2.7.1
enum class Verdict : std::uint8_t {
    Pass,
    Fail,      ///< the body or the signed fields are not what was signed
    Policy,    ///< too weak, or expired
    Neutral,   ///< the field makes no sense
    TempError, ///< the key could not be asked for
    PermError, ///< no such key, or it is not for this
};
/// "pass", "fail", "policy", "neutral", "temperror", "permerror"
std::string_view name_of(Verdict verdict);

/// What became of one signature.
struct Outcome {
    Verdict verdict = Verdict::Neutral;
    std::string reason;           ///< for people; empty where it passes
    std::string domain, selector; ///< as far as they could be read
    std::string identity;         ///< i=
    std::string algorithm;        ///< a=
    std::string signature;        ///< the first 8 characters of b=, to tell it from others
    unsigned bits = 0;            ///< of the key; 0: none was read
    bool testing = false;         ///< t=y: treat a failure as if there were no signature
    bool partial = false;         ///< l=: octets at the end of the body are not signed

    bool is_pass() const { return verdict == Verdict::Pass; }
};

/// What is known of a key.
struct KeyAnswer {
    enum class Status : std::uint8_t { Found, Missing, Unavailable } status = Status::Missing;
    std::vector<std::string> records; ///< TXT, strings joined
    std::string why;                  ///< Unavailable
};

struct VerifyLimits {
    std::size_t signatures = 10; ///< from the top; more are neutral
    unsigned min_rsa_bits = 1024; ///< RFC 8301 §3.2
    seconds clock_skew{300};      ///< of x= and t=
};

/// Checks one message. Order: the header with the constructor, the body in pieces, then finish()
/// with the answers to key_names().
class Verification {
public:
    /// `header`: with or without its blank line. Not needed afterwards.
    Verification(std::string_view header, Time now, const VerifyLimits& limits = {});

    bool has_signatures() const { return !checks_.empty(); }
    void feed(std::string_view body);
    /// A name to ask a signature, in their order; empty: no need to ask.
    std::vector<std::string> key_names() const;
    /// An outcome a signature, from the top of the header. `answers`: as key_names().
    std::vector<Outcome> finish(const std::vector<KeyAnswer>& answers);

private:
    struct Check {
        Outcome outcome;
        bool is_decided = false;
        Signature signature;
        std::string header;   ///< what is signed of it
        std::size_t body = 0; ///< its digest's place in bodies_
    };
    struct Body {
        Canon canon;
        crypto::Hash hash;
        std::optional<std::uint64_t> limit;
        BodyHasher hasher;
        std::string digest;
    };

    void add(const std::vector<mime::Field>& fields, const mime::Field& field, Time now);
    std::size_t body_for(const Signature& signature);
    void judge(Check& check, const KeyAnswer& answer) const;
    void judge_by(Check& check, std::string_view record) const;

    VerifyLimits limits_;
    std::vector<Check> checks_;
    std::vector<Body> bodies_;
};

/// Asks for the keys and finishes.
Awaitable<std::vector<Outcome>> finish(Verification& verification, dns::Resolver& resolver);

} // namespace mailctl::dkim
