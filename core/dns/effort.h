// What checking one answer may cost: a hostile zone must not keep the server busy.
#pragma once

#include <chrono>

#include "core/base/result.h"

namespace mailctl::dns {

/// Signatures checked for one question, down from the trust anchor. Zones with many keys of one
/// tag and many signatures would have each tried with each.
inline constexpr unsigned kMaxSignatureChecks = 64;
/// Signatures of one RRset that are looked at.
inline constexpr unsigned kMaxSignaturesOfSet = 8;
/// DNSKEYs of one zone that are looked at.
inline constexpr std::size_t kMaxZoneKeys = 64;
/// Names hashed for NSEC3 for one question: each takes up to kMaxNsec3Iterations.
inline constexpr unsigned kMaxNsec3Hashes = 64;
/// RFC 9276 §3.2: a denial that wants more counts as unsigned.
inline constexpr unsigned kMaxNsec3Iterations = 100;
/// DS and DNSKEY questions sent for one question.
inline constexpr unsigned kMaxChainQuestions = 64;

/// What one question has cost. Errors of its members: OverQuota, the limit is passed.
class Effort {
public:
    Result<> check_signature() { return count(checks_, kMaxSignatureChecks, "signature checks"); }
    Result<> hash() { return count(hashes_, kMaxNsec3Hashes, "NSEC3 hashes"); }
    Result<> ask() { return count(questions_, kMaxChainQuestions, "questions for keys"); }
    unsigned signature_checks() const { return checks_; }

private:
    static Result<> count(unsigned& counted, unsigned most, const char* what)
    {
        if (counted >= most)
            return Error(Errc::OverQuota, "takes over " + std::to_string(most) + " " + what);
        ++counted;
        return ok();
    }

    unsigned checks_ = 0;
    unsigned hashes_ = 0;
    unsigned questions_ = 0;
};

} // namespace mailctl::dns
