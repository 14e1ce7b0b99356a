// Reads and writes key records.
#include "core/dkim/key_record.h"

#include <algorithm>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/dkim/tag_list.h"

namespace mailctl::dkim {
namespace {

using crypto::SigningKind;

bool holds(const std::vector<std::string>& list, std::string_view word)
{
    return std::any_of(list.begin(), list.end(), [word](const std::string& one) {
        return ascii::equals_ignoring_case(one, word);
    });
}

Result<SigningKind> parse_kind(std::string_view text)
{
    if (text == "rsa")
        return SigningKind::Rsa;
    if (text == "ed25519") // RFC 8463 §4
        return SigningKind::Ed25519;
    return Error(Errc::Invalid, "unknown key type");
}

/// "v=", where it is there, is the first tag: RFC 6376 §3.6.1.
Result<> check_version(const TagList& tags)
{
    const auto* version = tags.find("v");
    if (version == nullptr)
        return ok();
    if (*version != "DKIM1" || tags.tags().front().name != "v")
        return Error(Errc::Invalid, "not version DKIM1");
    return ok();
}

} // namespace

bool KeyRecord::allows_hash(std::string_view name) const
{
    return hashes.empty() || holds(hashes, name);
}

bool KeyRecord::is_for_mail() const
{
    return services.empty() || holds(services, "*") || holds(services, "email");
}

Result<KeyRecord> parse_key_record(std::string_view text)
{
    TRY(const TagList tags, parse_tag_list(text));
    TRY_VOID(check_version(tags));
    KeyRecord record;
    if (const auto* kind = tags.find("k")) {
        TRY(record.kind, parse_kind(*kind));
    }
    const auto* key = tags.find("p");
    if (key == nullptr)
        return Error(Errc::Invalid, "no p=");
    TRY(record.key, crypto::decode_base64(without_blanks(*key)));
    if (const auto* hashes = tags.find("h"))
        record.hashes = split_colons(*hashes);
    if (const auto* services = tags.find("s"))
        record.services = split_colons(*services);
    if (const auto* note = tags.find("n"))
        record.note = *note;
    if (const auto* flags = tags.find("t")) {
        const auto list = split_colons(*flags);
        record.testing = holds(list, "y");
        record.strict = holds(list, "s");
    }
    return record;
}

std::string to_text(const KeyRecord& record)
{
    std::string out = "v=DKIM1";
    const auto add_list = [&out](std::string_view name, const std::vector<std::string>& list) {
        for (std::size_t i = 0; i < list.size(); ++i)
            out += (i == 0 ? "; " + std::string(name) + "=" : ":") + list[i];
    };
    add_list("h", record.hashes);
    out += record.kind == SigningKind::Rsa ? "; k=rsa" : "; k=ed25519";
    if (!record.note.empty())
        out += "; n=" + record.note;
    add_list("s", record.services);
    if (record.testing || record.strict)
        out += std::string("; t=") + (record.testing ? "y" : "") +
               (record.testing && record.strict ? ":" : "") + (record.strict ? "s" : "");
    return out + "; p=" + crypto::encode_base64(record.key);
}

Result<std::string> key_name(std::string_view selector, std::string_view domain)
{
    TRY(const std::string left, address::canonical_domain(selector));
    TRY(const std::string right, address::canonical_domain(domain));
    return left + "._domainkey." + right;
}

} // namespace mailctl::dkim
