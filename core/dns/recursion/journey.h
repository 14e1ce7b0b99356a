// What one lookup from the root down may cost: zones are others', and may be made to keep us busy.
#pragma once

#include <set>
#include <string>

#include "core/base/result.h"

namespace mailctl::dns {

/// Questions sent for one lookup.
inline constexpr unsigned kMaxQuestions = 64;
/// Of them, those that nobody answers: each takes dns.timeout.
inline constexpr unsigned kMaxUnanswered = 8;
/// Zones passed on the way to one name.
inline constexpr unsigned kMaxReferrals = 16;
/// Servers whose address is looked up while another's is: "the servers of a.test are in b.test".
inline constexpr std::size_t kMaxServerDepth = 4;

/// Errors of its members: OverQuota, the limit is passed.
class Journey {
public:
    Result<> ask()
    {
        return count(questions_, kMaxQuestions, "questions");
    }
    Result<> miss()
    {
        return count(unanswered_, kMaxUnanswered, "questions that nobody answers");
    }
    /// False: the server's address is being looked up already, or too many others' are.
    bool enter(const std::string& server)
    {
        return under_way_.size() < kMaxServerDepth && under_way_.insert(server).second;
    }
    void leave(const std::string& server) { under_way_.erase(server); }

private:
    static Result<> count(unsigned& counted, unsigned most, const char* what)
    {
        if (counted >= most)
            return Error(Errc::OverQuota, "takes over " + std::to_string(most) + " " + what);
        ++counted;
        return ok();
    }

    unsigned questions_ = 0;
    unsigned unanswered_ = 0;
    std::set<std::string> under_way_;
};

} // namespace mailctl::dns
