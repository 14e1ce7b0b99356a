// A domain's record laid open, with those that it leads to.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/spf/verdict.h"

namespace mailctl::dns {
class Resolver;
}

namespace mailctl::spf {

/// Records looked at for one outline; a loop of includes ends there.
inline constexpr std::size_t kMaxOutlineRecords = 50;

struct OutlineTerm {
    unsigned depth = 0;  ///< 0: of the domain itself
    std::string domain;  ///< whose record it stands in
    std::string term;    ///< as it is written
    bool asks_dns = false;
    std::string trouble; ///< why what it leads to cannot be shown; empty: nothing is wrong
};

struct Outline {
    Verdict verdict = Verdict::Pass; ///< Pass, None, TempError or PermError: the first trouble
    std::string why;
    std::string record;
    std::vector<OutlineTerm> terms; ///< those of an included record behind their "include"
    unsigned lookups = 0;           ///< that a check takes at most
};

/// Names with macros are not followed: they are known when a message comes. Borrows: resolver.
Awaitable<Outline> outline(dns::Resolver& resolver, std::string domain);

} // namespace mailctl::spf
