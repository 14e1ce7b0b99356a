// One check while it runs. For core/spf only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/dns/resolver.h"
#include "core/spf/check.h"
#include "core/spf/record.h"

namespace mailctl::spf {

/// How far a term came.
struct Match {
    enum class Kind : std::uint8_t { No, Yes, TempError, PermError } kind = Kind::No;
    std::string why;                ///< of an error
    std::vector<std::string> terms; ///< that matched in an included record
};

/// What one domain's record says, redirects followed.
struct Level {
    Verdict verdict = Verdict::None;
    std::string why; ///< where no term decided
    std::vector<std::string> matched;
    std::string record;                     ///< of the domain asked for
    std::string domain;                     ///< whose record decided
    std::optional<MacroString> explanation; ///< of that record
};

/// The one record of a domain. RFC 7208 §4.4, §4.5
struct FoundRecord {
    Verdict verdict = Verdict::None; ///< Pass: there is one; None, TempError or PermError
    std::string why;                 ///< of those
    std::string text;
    Record record;
};
Awaitable<FoundRecord> find_record(dns::Resolver& resolver, std::string domain);

/// Never loops: each include and redirect takes one of the lookups, of which there are few.
class Evaluation {
public:
    Evaluation(dns::Resolver& resolver, const Clock& clock, MacroFacts facts, CheckLimits limits);

    Awaitable<Level> check(std::string domain);
    /// The domain's words to a failure; empty: none that can be used. RFC 7208 §6.2
    Awaitable<std::string> explain(const Level& level);

    unsigned lookups() const { return lookups_; }
    unsigned void_lookups() const { return void_lookups_; }

private:
    using Names = Result<dns::Answer<std::string>>;
    /// Runs the directives; true: one of them decided, or cannot be evaluated.
    Awaitable<bool> run(const Record& record, Level& level);
    /// Puts the domain that a redirect names into the level; false: it names none. RFC 7208 §6.1
    Awaitable<bool> follow(const Modifier& redirect, Level& level);
    Awaitable<Match> match(const Directive& directive, std::string domain);
    Awaitable<Match> match_include(std::string target);
    Awaitable<Match> match_addresses(const Directive& directive, std::string target);
    Awaitable<Match> match_mx(const Directive& directive, std::string target);
    Awaitable<Match> match_ptr(std::string target);
    Awaitable<Match> match_exists(std::string target);

    /// A or AAAA, by the client's family.
    Awaitable<Names> ask_addresses(std::string name);
    /// The client's names that lead back to it; asks once. RFC 7208 §5.5
    Awaitable<> find_validated_names();
    /// For %{p}: RFC 7208 §7.3.
    std::string validated_name(const std::string& domain) const;
    /// The name that a target stands for. `is_counted`: %{p} takes a lookup. Errors: Invalid (no
    /// name), OverQuota.
    Awaitable<Result<std::string>> name_of_target(const MacroString* target, std::string domain,
                                                  bool is_counted);

    /// Errors: OverQuota.
    Result<> count_lookup();
    /// Errors: OverQuota.
    Result<> count_void();
    bool is_late() const { return clock_.now() - facts_.now >= limits_.time; }
    bool has_client(const std::vector<std::string>& addresses, const Directive& directive) const;

    dns::Resolver& resolver_;
    const Clock& clock_;
    MacroFacts facts_;
    CheckLimits limits_;
    unsigned lookups_ = 0, void_lookups_ = 0;
    std::optional<std::vector<std::string>> validated_;
};

} // namespace mailctl::spf
