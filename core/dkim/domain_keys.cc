// Makes, names, publishes and replaces the keys of a domain.
#include "core/dkim/domain_keys.h"

#include <algorithm>
#include <chrono>

#include "core/address/address.h"

namespace mailctl::dkim {
namespace {

using crypto::SigningKind;
using store::DkimDomain;
using store::DkimKey;
using store::DkimState;

constexpr std::size_t kStringOctets = 255;

Error no_such_key(const DkimDomain& domain, std::string_view selector)
{
    return Error(Errc::NotFound, domain.domain + " has no key " + std::string(selector));
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string in_strings(std::string_view text)
{
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(kStringOctets, text.size()))) {
        if (!out.empty())
            out += ' ';
        out += quoted(text.substr(0, kStringOctets));
    }
    return out;
}

bool is_same_key(const DkimKey& key, const KeyRecord& record)
{
    if (record.kind != key.kind)
        return false;
    // RSA keys are published in two forms (RFC 6376 erratum 3017): compare what they say.
    const auto read = crypto::VerifyingKey::from_octets(record.kind, record.key);
    return read && read->octets() == key.public_key;
}

} // namespace

std::string_view name_of(DkimState state)
{
    switch (state) {
    case DkimState::Pending:
        return "pending";
    case DkimState::Active:
        return "active";
    case DkimState::Retired:
        return "retired";
    case DkimState::Disabled:
        break;
    }
    return "disabled";
}

std::string_view name_of(SigningKind kind)
{
    return kind == SigningKind::Rsa ? "rsa" : "ed25519";
}

Result<DkimKey> make_key(const KeyWish& wish, Time now)
{
    TRY(const crypto::SigningKey key, crypto::SigningKey::generate(wish.kind, wish.bits));
    return key_around(key, wish, now);
}

Result<DkimKey> key_around(const crypto::SigningKey& key, const KeyWish& wish, Time now)
{
    if (key.kind() == SigningKind::Rsa && key.bits() < 1024)
        return Error(Errc::Invalid, "an RSA key under 1024 bits is accepted by nobody");
    DkimKey made;
    made.selector = wish.selector;
    made.kind = key.kind();
    made.bits = key.bits();
    made.private_key = key.pem();
    made.public_key = key.verifying().octets();
    made.created = now;
    made.note = wish.note;
    made.testing = wish.testing;
    made.rotates = wish.rotates;
    return made;
}

std::string free_selector(const DkimDomain& domain, SigningKind kind, Time now)
{
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(now)};
    const auto month = std::to_string(unsigned{day.month()});
    const std::string first = std::to_string(int{day.year()}) +
                              (month.size() == 1 ? "0" : "") + month +
                              (kind == SigningKind::Rsa ? "r" : "e");
    std::string selector = first;
    for (unsigned n = 2; domain.find(selector) != nullptr; ++n)
        selector = first + std::to_string(n);
    return selector;
}

KeyRecord record_of(const DkimKey& key)
{
    KeyRecord record;
    record.kind = key.kind;
    record.key = key.public_key;
    record.testing = key.testing;
    return record;
}

Result<std::string> to_text(RecordForm form, const DkimKey& key, std::string_view domain)
{
    TRY(const std::string name, key_name(key.selector, domain));
    const std::string text = to_text(record_of(key));
    switch (form) {
    case RecordForm::Zone:
        return name + ". IN TXT ( " + in_strings(text) + " )\n";
    case RecordForm::Plain:
        return name + '\t' + text + '\n';
    case RecordForm::Paste:
        break;
    }
    return name.substr(0, name.size() - domain.size() - 1) + '\n' + text + '\n';
}

std::string_view name_of(Published published)
{
    switch (published) {
    case Published::Equal:
        return "equal";
    case Published::TestFlag:
        return "test flag";
    case Published::Differs:
        return "differs";
    case Published::WrongKey:
        return "wrong key";
    case Published::Missing:
        return "missing";
    case Published::Several:
        return "several records";
    case Published::Unavailable:
        break;
    }
    return "unavailable";
}

Published compare(const DkimKey& key, const KeyAnswer& answer)
{
    if (answer.status == KeyAnswer::Status::Unavailable)
        return Published::Unavailable;
    if (answer.records.empty())
        return Published::Missing;
    if (answer.records.size() > 1)
        return Published::Several;
    const auto record = parse_key_record(answer.records.front());
    if (!record)
        return Published::Differs;
    if (!is_same_key(key, *record))
        return Published::WrongKey;
    if (!record->allows_hash("sha256") || !record->is_for_mail())
        return Published::Differs;
    return record->testing == key.testing ? Published::Equal : Published::TestFlag;
}

bool is_usable(Published published)
{
    return published == Published::Equal || published == Published::TestFlag;
}

Result<> set_state(DkimDomain& domain, std::string_view selector, DkimState state, Time now)
{
    DkimKey* key = domain.find(selector);
    if (key == nullptr)
        return no_such_key(domain, selector);
    if (state == DkimState::Active) {
        TRY_VOID(store::load_private_key(key->private_key));
        if (key->state != DkimState::Active)
            key->activated = now;
    }
    if (state == DkimState::Retired && key->state != DkimState::Retired)
        key->retired = now;
    if (state != DkimState::Retired)
        key->retired = Time{};
    key->state = state;
    return ok();
}

Result<> activate(DkimDomain& domain, std::string_view selector, Time now)
{
    return set_state(domain, selector, DkimState::Active, now);
}

Result<> retire(DkimDomain& domain, std::string_view selector, Time now)
{
    return set_state(domain, selector, DkimState::Retired, now);
}

Result<> remove(DkimDomain& domain, std::string_view selector)
{
    const auto gone = std::erase_if(
        domain.keys, [selector](const DkimKey& key) { return key.selector == selector; });
    if (gone == 0)
        return no_such_key(domain, selector);
    return ok();
}

Result<SigningOptions> options_of(const store::DkimPolicy& policy)
{
    SigningOptions options;
    const auto canons = parse_canons(policy.canons);
    if (!canons)
        return Error(Errc::Invalid, "not a canonical form: " + policy.canons);
    options.canons = *canons;
    if (!policy.headers.empty()) {
        TRY(options.headers, parse_signed_headers(policy.headers));
    }
    options.identity = policy.identity;
    if (policy.lifetime.count() > 0)
        options.lifetime = std::chrono::ceil<seconds>(policy.lifetime);
    return options;
}

Result<> check_policy(const store::DkimPolicy& policy, std::string_view domain)
{
    TRY_VOID(options_of(policy));
    if (policy.identity.empty())
        return ok();
    const auto at = policy.identity.rfind('@');
    if (at == std::string::npos)
        return Error(Errc::Invalid, "an identity is an address, or \"@\" and a domain");
    const auto within = address::canonical_domain(policy.identity.substr(at + 1));
    const std::string parent = "." + std::string(domain);
    if (!within || !("." + *within).ends_with(parent)) // RFC 6376 §3.5 (i=)
        return Error(Errc::Invalid, "the identity is not within " + std::string(domain));
    return ok();
}

std::vector<SigningIdentity> signing_keys(const DkimDomain& domain)
{
    std::vector<SigningIdentity> out;
    for (const DkimKey& key : domain.keys) {
        if (key.state == DkimState::Active && key.signing.is_set())
            out.push_back({domain.domain, key.selector, key.signing});
    }
    return out;
}

} // namespace mailctl::dkim
