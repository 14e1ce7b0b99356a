// Verifies signatures against key records.
#include "core/dkim/verify.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/crypto/compare.h"
#include "core/dkim/header_fields.h"
#include "core/dkim/key_record.h"
#include "core/dkim/tag_list.h"
#include "core/dns/resolver.h"

namespace mailctl::dkim {
namespace {

constexpr std::size_t kMaxKeyRecords = 4; ///< tried of one name: RFC 6376 §3.6.2.2 expects one

void decide(Outcome& outcome, Verdict verdict, std::string reason)
{
    outcome.verdict = verdict;
    outcome.reason = std::move(reason);
}

/// What can be told of a signature that does not parse.
void describe(Outcome& outcome, std::string_view value)
{
    const auto tags = parse_tag_list(value);
    if (!tags)
        return;
    const auto text = [&tags](std::string_view name) {
        const auto* found = tags->find(name);
        return found != nullptr ? without_blanks(*found) : std::string();
    };
    outcome.domain = text("d");
    outcome.selector = text("s");
    outcome.identity = text("i");
    outcome.algorithm = text("a");
    outcome.signature = text("b").substr(0, 8);
}

/// Why a signature is not even looked at: RFC 8301 §3.1, RFC 6376 §3.5 (x=).
std::string refusal_of(const Signature& signature, Time now, seconds skew)
{
    if (signature.algorithm.hash == crypto::Hash::Sha1)
        return "rsa-sha1 is not accepted";
    if (signature.expires && *signature.expires + skew < now)
        return "it has expired";
    if (signature.signed_at && now + skew < *signature.signed_at)
        return "it is from the future";
    return {};
}

/// RFC 6376 §6.1.2: what makes a key unfit for a signature. Empty: nothing.
std::string unfit(const KeyRecord& record, const Signature& signature)
{
    if (record.is_revoked())
        return "the key is revoked";
    if (record.kind != signature.algorithm.kind)
        return "the key is of another type";
    if (!record.allows_hash(hash_name_of(signature.algorithm)))
        return "the key is not for this hash";
    if (!record.is_for_mail())
        return "the key is not for mail";
    if (record.strict && signature.identity_domain != signature.domain)
        return "the key is not for subdomains";
    return {};
}

} // namespace

std::string_view name_of(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Pass:
        return "pass";
    case Verdict::Fail:
        return "fail";
    case Verdict::Policy:
        return "policy";
    case Verdict::Neutral:
        return "neutral";
    case Verdict::TempError:
        return "temperror";
    case Verdict::PermError:
        break;
    }
    return "permerror";
}

Verification::Verification(std::string_view header, Time now, const VerifyLimits& limits)
    : limits_(limits)
{
    const auto fields = fields_of(header);
    for (const auto& field : fields) {
        if (field.is(kSignatureField))
            add(fields, field, now);
    }
}

void Verification::add(const std::vector<mime::Field>& fields, const mime::Field& field, Time now)
{
    Check& check = checks_.emplace_back();
    check.is_decided = true;
    describe(check.outcome, field.value);
    if (checks_.size() > limits_.signatures) {
        decide(check.outcome, Verdict::Neutral, "too many signatures");
        return;
    }
    auto parsed = parse_signature(field.value);
    if (!parsed) {
        const bool is_syntax = parsed.error().code() == Errc::Invalid;
        decide(check.outcome, is_syntax ? Verdict::Neutral : Verdict::PermError,
               parsed.error().detail());
        return;
    }
    check.signature = std::move(*parsed);
    check.outcome.domain = check.signature.domain;
    check.outcome.selector = check.signature.selector;
    check.outcome.identity = check.signature.identity;
    check.outcome.partial = check.signature.length.has_value();
    if (auto why = refusal_of(check.signature, now, limits_.clock_skew); !why.empty()) {
        decide(check.outcome, Verdict::Policy, std::move(why));
        return;
    }
    const Canon canon = check.signature.canons.header;
    check.header = signed_fields(fields, check.signature.headers, canon, &field);
    check.header += canonical_field(canon, without_signature(field.raw));
    check.header.resize(check.header.size() - 2); // RFC 6376 §3.7: without its final CRLF
    check.body = body_for(check.signature);
    check.is_decided = false;
}

/// Signatures of one form share the pass over the body.
std::size_t Verification::body_for(const Signature& signature)
{
    const auto canon = signature.canons.body;
    const auto hash = signature.algorithm.hash;
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
        const Body& body = bodies_[i];
        if (body.canon == canon && body.hash == hash && body.limit == signature.length)
            return i;
    }
    bodies_.push_back(
        {canon, hash, signature.length, BodyHasher(canon, hash, signature.length), {}});
    return bodies_.size() - 1;
}

void Verification::feed(std::string_view body)
{
    for (Body& one : bodies_)
        one.hasher.feed(body);
}

std::vector<std::string> Verification::key_names() const
{
    std::vector<std::string> names;
    for (const Check& check : checks_) {
        const auto name = key_name(check.signature.selector, check.signature.domain);
        names.push_back(check.is_decided || !name ? std::string() : *name);
    }
    return names;
}

std::vector<Outcome> Verification::finish(const std::vector<KeyAnswer>& answers)
{
    for (Body& body : bodies_)
        body.digest = body.hasher.finish();
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < checks_.size(); ++i) {
        if (!checks_[i].is_decided)
            judge(checks_[i], answers.at(i));
        outcomes.push_back(std::move(checks_[i].outcome));
    }
    return outcomes;
}

void Verification::judge(Check& check, const KeyAnswer& answer) const
{
    Outcome& out = check.outcome;
    if (answer.status == KeyAnswer::Status::Unavailable)
        return decide(out, Verdict::TempError, answer.why);
    decide(out, Verdict::PermError, "there is no key");
    const auto tried = std::min(answer.records.size(), kMaxKeyRecords);
    for (std::size_t i = 0; i < tried && !out.is_pass(); ++i)
        judge_by(check, answer.records[i]);
}

/// By one of the records that stand under the key's name.
void Verification::judge_by(Check& check, std::string_view text) const
{
    Outcome& out = check.outcome;
    const Signature& s = check.signature;
    const auto record = parse_key_record(text);
    if (!record)
        return decide(out, Verdict::PermError, "the key record: " + record.error().detail());
    out.testing = record->testing;
    if (auto why = unfit(*record, s); !why.empty())
        return decide(out, Verdict::PermError, std::move(why));
    const auto key = crypto::VerifyingKey::from_octets(record->kind, record->key);
    if (!key)
        return decide(out, Verdict::PermError, key.error().detail());
    out.bits = key->bits();
    if (record->kind == crypto::SigningKind::Rsa && out.bits < limits_.min_rsa_bits)
        return decide(out, Verdict::Policy,
                      "a key of " + std::to_string(out.bits) + " bits is too weak");
    const Body& body = bodies_[check.body];
    if (s.length && body.hasher.octets() < *s.length) // RFC 6376 §3.5
        return decide(out, Verdict::Fail, "the body is shorter than l= says");
    if (!crypto::equals_in_constant_time(body.digest, s.body_hash))
        return decide(out, Verdict::Fail, "the body was changed");
    const auto digest = crypto::digest(s.algorithm.hash, check.header);
    if (!key->verifies(s.algorithm.hash, digest, s.signature))
        return decide(out, Verdict::Fail, "the header was changed, or the key is another one");
    decide(out, Verdict::Pass, {});
}

Awaitable<std::vector<Outcome>> finish(Verification& verification, dns::Resolver& resolver)
{
    std::vector<KeyAnswer> answers;
    const auto names = verification.key_names();
    for (const std::string& name : names) {
        KeyAnswer& known = answers.emplace_back();
        if (name.empty())
            continue;
        const auto answer = co_await resolver.txt(name);
        if (!answer) {
            known.status = KeyAnswer::Status::Unavailable;
            known.why = answer.error().detail();
        } else if (answer->is_found()) {
            known.status = KeyAnswer::Status::Found;
            known.records = answer->records;
        }
    }
    co_return verification.finish(answers);
}

} // namespace mailctl::dkim
