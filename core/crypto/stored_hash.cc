// The password forms of other servers, recognised by "{SCHEME}" or by crypt(3)'s "$id$".
#include "core/crypto/stored_hash.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/crypto/hex.h"

namespace mailctl::crypto {
namespace {

constexpr std::uint32_t kMostArgonMemoryKib = 1024 * 1024;
constexpr std::uint32_t kMostArgonPasses = 64;
constexpr std::uint32_t kMostArgonLanes = 64;
constexpr std::uint32_t kMostRounds = 10'000'000; ///< of PBKDF2, SHA-crypt and SCRAM
constexpr std::uint32_t kMostBcryptCost = 16;     ///< 2^16 rounds: some 4 s
constexpr std::size_t kMostHashOctets = 1024;

struct SchemeRow;
using Parser = Result<StoredHash> (*)(const SchemeRow&, std::string_view);

/// A name before the hash and what it means.
struct SchemeRow {
    std::string_view name;
    StoredHash::Kind kind;
    Hash hash;
    Parser parse;
};

Error invalid(const SchemeRow& row, std::string_view what)
{
    std::string text("{");
    text += row.name;
    text += "}: ";
    text += what;
    return Error(Errc::Invalid, std::move(text));
}

StoredHash start(const SchemeRow& row)
{
    StoredHash out;
    out.kind = row.kind;
    out.scheme = row.name;
    out.hash = row.hash;
    return out;
}

/// Base64 without padding, "." for "+" as passlib writes it.
Result<std::string> decode_adapted(std::string_view text)
{
    std::string padded(text);
    std::replace(padded.begin(), padded.end(), '.', '+');
    padded.append((4 - padded.size() % 4) % 4, '=');
    return decode_base64(padded);
}

/// The number after `prefix` in "m=65536"; nothing where it is not that.
std::optional<std::uint32_t> number_after(std::string_view text, std::string_view prefix)
{
    if (!text.starts_with(prefix))
        return std::nullopt;
    return ascii::parse_number<std::uint32_t>(text.substr(prefix.size()));
}

// "$argon2id$v=19$m=65536,t=3,p=1$salt$digest". RFC 9106 and its reference code's form.
Result<StoredHash> parse_argon2(const SchemeRow& row, std::string_view text)
{
    const auto parts = ascii::split(text, '$');
    if (parts.size() != 6 || !parts[0].empty() || (parts[1] != "argon2id" && parts[1] != "argon2i"))
        return invalid(row, "not of the form $argon2id$v=19$m=...,t=...,p=...$salt$digest");
    if (parts[2] != "v=19")
        return invalid(row, "only version 19 is supported");
    const auto costs = ascii::split(parts[3], ',');
    if (costs.size() != 3)
        return invalid(row, "m, t and p expected");
    const auto memory = number_after(costs[0], "m=");
    const auto passes = number_after(costs[1], "t=");
    const auto lanes = number_after(costs[2], "p=");
    if (!memory || !passes || !lanes || *memory < 8 || *passes < 1 || *lanes < 1)
        return invalid(row, "m, t or p is not a number in range");
    if (*memory > kMostArgonMemoryKib || *passes > kMostArgonPasses || *lanes > kMostArgonLanes)
        return invalid(row, "costs more than this server spends on a login (m 1048576, t 64, p 64)");
    const auto salt = decode_adapted(parts[4]);
    const auto octets = decode_adapted(parts[5]);
    if (!salt || salt->size() < 8)
        return invalid(row, "the salt is not base64 of at least 8 octets");
    if (!octets || octets->size() < 16)
        return invalid(row, "the digest is not base64 of at least 16 octets");
    StoredHash out = start(row);
    out.text = std::string(text);
    return out;
}

bool is_crypt_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_alnum(c) || c == '.' || c == '/';
    });
}

// "$2y$10$" and 53 characters.
Result<StoredHash> parse_bcrypt(const SchemeRow& row, std::string_view text)
{
    if (text.size() != 60 || !text.starts_with("$2") || text[3] != '$' || text[6] != '$')
        return invalid(row, "not $2y$ (or $2a$, $2b$, $2x$), two digits and 53 characters");
    if (std::string_view("abxy").find(text[2]) == std::string_view::npos)
        return invalid(row, "the variant must be 2a, 2b, 2x or 2y");
    const auto cost = ascii::parse_number<std::uint32_t>(text.substr(4, 2));
    if (!cost || *cost < 4 || *cost > kMostBcryptCost)
        return invalid(row, "the cost must be 04 to 16");
    if (!is_crypt_text(text.substr(7)))
        return invalid(row, "a character that crypt(3) never writes");
    StoredHash out = start(row);
    out.text = std::string(text);
    return out;
}

/// What "$1$", "$5$" and "$6$" share: an optional "rounds=N$", a salt, a digest.
struct CryptShape {
    std::string_view prefix;
    std::size_t most_salt;
    std::size_t digest;
};

Result<StoredHash> parse_crypt_shape(const SchemeRow& row, std::string_view text, const CryptShape& shape)
{
    if (!text.starts_with(shape.prefix))
        return invalid(row, "must start with " + std::string(shape.prefix));
    auto parts = ascii::split(text.substr(shape.prefix.size()), '$');
    if (parts.size() == 3 && parts[0].starts_with("rounds=")) {
        const auto rounds = number_after(parts[0], "rounds=");
        if (!rounds || *rounds < 1000 || *rounds > kMostRounds)
            return invalid(row, "rounds must be 1000 to 10000000");
        parts.erase(parts.begin());
    }
    if (parts.size() != 2)
        return invalid(row, "a salt and a digest expected, with $ between");
    if (parts[0].size() > shape.most_salt)
        return invalid(row, "the salt is longer than " + std::to_string(shape.most_salt));
    if (parts[1].size() != shape.digest || !is_crypt_text(parts[1]))
        return invalid(row, "the digest must be " + std::to_string(shape.digest) + " characters of ./0-9A-Za-z");
    StoredHash out = start(row);
    out.text = std::string(text);
    return out;
}

Result<StoredHash> parse_md5_crypt(const SchemeRow& row, std::string_view text)
{
    return parse_crypt_shape(row, text, {"$1$", 8, 22});
}

Result<StoredHash> parse_sha256_crypt(const SchemeRow& row, std::string_view text)
{
    return parse_crypt_shape(row, text, {"$5$", 16, 43});
}

Result<StoredHash> parse_sha512_crypt(const SchemeRow& row, std::string_view text)
{
    return parse_crypt_shape(row, text, {"$6$", 16, 86});
}

Result<StoredHash> parse_des_crypt(const SchemeRow& row, std::string_view text)
{
    if (text.size() != 13 || !is_crypt_text(text))
        return invalid(row, "must be 13 characters of ./0-9A-Za-z");
    StoredHash out = start(row);
    out.text = std::string(text);
    return out;
}

// "$y$params$salt$digest": the form of Debian's own /etc/shadow.
Result<StoredHash> parse_yescrypt(const SchemeRow& row, std::string_view text)
{
    const auto parts = ascii::split(text, '$');
    if (parts.size() != 5 || parts[1] != "y" || parts[2].size() < 3 || parts[2].size() > 5 ||
        parts[3].size() > 86 || parts[4].size() != 43)
        return invalid(row, "not of the form $y$parameters$salt$digest");
    for (std::size_t i = 2; i < 5; ++i)
        if (!is_crypt_text(parts[i]))
            return invalid(row, "a character that crypt(3) never writes");
    StoredHash out = start(row);
    out.text = std::string(text);
    return out;
}

/// Base64 or hexadecimal, told apart by what fits the digest's length.
std::optional<std::string> decode_digest(std::string_view text, std::size_t octets, bool is_salted)
{
    const auto fits = [&](const Result<std::string>& out) {
        return out && (is_salted ? out->size() > octets : out->size() == octets);
    };
    if (auto hex = decode_hex(text); fits(hex)) // base64 that long is never all digits and a-f
        return *std::move(hex);
    if (auto base64 = decode_base64(text); fits(base64))
        return *std::move(base64);
    return std::nullopt;
}

Result<StoredHash> parse_plain_digest(const SchemeRow& row, std::string_view text)
{
    StoredHash out = start(row);
    auto octets = decode_digest(text, digest_octets(row.hash), false);
    if (!octets)
        return invalid(row, "not base64 or hexadecimal of " + std::to_string(digest_octets(row.hash)) + " octets");
    out.octets = *std::move(octets);
    return out;
}

Result<StoredHash> parse_salted_digest(const SchemeRow& row, std::string_view text)
{
    StoredHash out = start(row);
    const std::size_t length = digest_octets(row.hash);
    auto octets = decode_digest(text, length, true);
    if (!octets)
        return invalid(row, "not base64 or hexadecimal of " + std::to_string(length) + " octets and a salt");
    out.salt = octets->substr(length);
    out.octets = octets->substr(0, length);
    return out;
}

// Dovecot: "{MD5}" is MD5-CRYPT where it looks so, else LDAP's unsalted digest.
Result<StoredHash> parse_md5(const SchemeRow& row, std::string_view text)
{
    if (!text.starts_with("$1$"))
        return parse_plain_digest(row, text);
    TRY(StoredHash out, parse_md5_crypt(row, text));
    out.kind = StoredHash::Kind::Crypt;
    return out;
}

// hMailServer 5: six characters of salt, then SHA-256 of salt and password in hexadecimal.
Result<StoredHash> parse_hmail(const SchemeRow& row, std::string_view text)
{
    constexpr std::size_t kSalt = 6;
    StoredHash out = start(row);
    if (text.size() != kSalt + 64)
        return invalid(row, "must be 6 characters of salt and 64 hexadecimal digits");
    const auto octets = decode_hex(text.substr(kSalt));
    if (!octets)
        return invalid(row, "the digest is not hexadecimal");
    out.salt = std::string(text.substr(0, kSalt));
    out.octets = *octets;
    return out;
}

/// Rounds as both PBKDF2 forms write them.
std::optional<std::uint32_t> rounds_of(std::string_view text)
{
    const auto rounds = ascii::parse_number<std::uint32_t>(text);
    if (!rounds || *rounds < 1 || *rounds > kMostRounds)
        return std::nullopt;
    return rounds;
}

// Dovecot: "$1$salt$rounds$hex", SHA-1, the salt's characters as they are.
Result<StoredHash> parse_dovecot_pbkdf2(const SchemeRow& row, const std::vector<std::string_view>& parts)
{
    StoredHash out = start(row);
    out.hash = Hash::Sha1;
    const auto rounds = rounds_of(parts[3]);
    const auto octets = decode_hex(parts[4]);
    if (!rounds)
        return invalid(row, "rounds must be 1 to 10000000");
    if (!octets || octets->size() != digest_octets(Hash::Sha1))
        return invalid(row, "the digest must be 40 hexadecimal digits");
    out.iterations = *rounds;
    out.salt = std::string(parts[2]);
    out.octets = *octets;
    return out;
}

// passlib: "$pbkdf2-sha256$rounds$salt$digest".
Result<StoredHash> parse_pbkdf2(const SchemeRow& row, std::string_view text)
{
    const auto parts = ascii::split(text, '$');
    if (parts.size() == 5 && parts[0].empty() && parts[1] == "1" && row.name == "PBKDF2")
        return parse_dovecot_pbkdf2(row, parts);
    if (parts.size() != 5 || !parts[0].empty())
        return invalid(row, "neither $1$salt$rounds$hex nor $pbkdf2-sha256$rounds$salt$digest");
    StoredHash out = start(row);
    if (parts[1] == "pbkdf2" || parts[1] == "pbkdf2-sha1")
        out.hash = Hash::Sha1;
    else if (parts[1] == "pbkdf2-sha256")
        out.hash = Hash::Sha256;
    else if (parts[1] == "pbkdf2-sha512")
        out.hash = Hash::Sha512;
    else
        return invalid(row, "the digest must be pbkdf2, pbkdf2-sha256 or pbkdf2-sha512");
    const auto rounds = rounds_of(parts[2]);
    if (!rounds)
        return invalid(row, "rounds must be 1 to 10000000");
    const auto salt = decode_adapted(parts[3]);
    const auto octets = decode_adapted(parts[4]);
    if (!salt || !octets || octets->size() != digest_octets(out.hash))
        return invalid(row, "salt or digest is not base64 of the right length");
    out.iterations = *rounds;
    out.salt = *salt;
    out.octets = *octets;
    return out;
}

// Dovecot: "iterations,salt,stored_key,server_key".
Result<StoredHash> parse_scram(const SchemeRow& row, std::string_view text)
{
    std::string ours(text);
    std::replace(ours.begin(), ours.end(), ',', '$');
    auto keys = decode_scram(ours);
    if (!keys)
        return invalid(row, "not iterations,salt,stored key,server key");
    StoredHash out = start(row);
    out.scram = *std::move(keys);
    return out;
}

using Kind = StoredHash::Kind;

Result<StoredHash> parse_bare(std::string_view text);

Result<StoredHash> parse_any_crypt(const SchemeRow& row, std::string_view text)
{
    if (text.starts_with('$'))
        return parse_bare(text);
    return parse_des_crypt(row, text);
}

constexpr std::array kSchemes{
    SchemeRow{"ARGON2ID", Kind::Argon2, Hash::Sha256, parse_argon2},
    SchemeRow{"ARGON2I", Kind::Argon2, Hash::Sha256, parse_argon2},
    SchemeRow{"BLF-CRYPT", Kind::Crypt, Hash::Sha256, parse_bcrypt},
    SchemeRow{"SHA512-CRYPT", Kind::Crypt, Hash::Sha512, parse_sha512_crypt},
    SchemeRow{"SHA256-CRYPT", Kind::Crypt, Hash::Sha256, parse_sha256_crypt},
    SchemeRow{"MD5-CRYPT", Kind::Crypt, Hash::Md5, parse_md5_crypt},
    SchemeRow{"DES-CRYPT", Kind::Crypt, Hash::Md5, parse_des_crypt},
    SchemeRow{"YESCRYPT", Kind::Crypt, Hash::Sha256, parse_yescrypt},
    SchemeRow{"CRYPT", Kind::Crypt, Hash::Md5, parse_any_crypt},
    SchemeRow{"SSHA512", Kind::Digest, Hash::Sha512, parse_salted_digest},
    SchemeRow{"SSHA256", Kind::Digest, Hash::Sha256, parse_salted_digest},
    SchemeRow{"SSHA", Kind::Digest, Hash::Sha1, parse_salted_digest},
    SchemeRow{"SMD5", Kind::Digest, Hash::Md5, parse_salted_digest},
    SchemeRow{"SHA512", Kind::Digest, Hash::Sha512, parse_plain_digest},
    SchemeRow{"SHA256", Kind::Digest, Hash::Sha256, parse_plain_digest},
    SchemeRow{"SHA1", Kind::Digest, Hash::Sha1, parse_plain_digest},
    SchemeRow{"SHA", Kind::Digest, Hash::Sha1, parse_plain_digest},
    SchemeRow{"SM3", Kind::Digest, Hash::Sm3, parse_plain_digest},
    SchemeRow{"PLAIN-MD5", Kind::Digest, Hash::Md5, parse_plain_digest},
    SchemeRow{"LDAP-MD5", Kind::Digest, Hash::Md5, parse_plain_digest},
    SchemeRow{"MD5", Kind::Digest, Hash::Md5, parse_md5},
    SchemeRow{"HMAIL-SHA256", Kind::SaltFirst, Hash::Sha256, parse_hmail},
    SchemeRow{"PBKDF2-SHA512", Kind::Pbkdf2, Hash::Sha512, parse_pbkdf2},
    SchemeRow{"PBKDF2-SHA256", Kind::Pbkdf2, Hash::Sha256, parse_pbkdf2},
    SchemeRow{"PBKDF2", Kind::Pbkdf2, Hash::Sha1, parse_pbkdf2},
    SchemeRow{"SCRAM-SHA-256", Kind::Scram, Hash::Sha256, parse_scram},
};

/// crypt(3)'s ids, where the text has no scheme before it.
struct BareRow {
    std::string_view prefix;
    std::string_view scheme;
};
constexpr std::array kBare{
    BareRow{"$argon2id$", "ARGON2ID"}, BareRow{"$argon2i$", "ARGON2I"},
    BareRow{"$2", "BLF-CRYPT"},        BareRow{"$6$", "SHA512-CRYPT"},
    BareRow{"$5$", "SHA256-CRYPT"},    BareRow{"$1$", "MD5-CRYPT"},
    BareRow{"$y$", "YESCRYPT"},        BareRow{"$pbkdf2", "PBKDF2"},
};

const SchemeRow* find_scheme(std::string_view name)
{
    const auto it = std::find_if(kSchemes.begin(), kSchemes.end(), [&](const SchemeRow& row) {
        return ascii::equals_ignoring_case(row.name, name);
    });
    return it == kSchemes.end() ? nullptr : &*it;
}

Result<StoredHash> parse_bare(std::string_view text)
{
    for (const auto& row : kBare)
        if (text.starts_with(row.prefix)) {
            const SchemeRow& scheme = *find_scheme(row.scheme);
            return scheme.parse(scheme, text);
        }
    return Error(Errc::Invalid, "not a known hash: write its {SCHEME} before it");
}

// Dovecot's "{SHA256.HEX}": the encoding is recognised without it.
std::string_view without_encoding(std::string_view name)
{
    for (const std::string_view suffix : {".HEX", ".B64", ".BASE64"})
        if (name.size() > suffix.size() &&
            ascii::equals_ignoring_case(name.substr(name.size() - suffix.size()), suffix))
            return name.substr(0, name.size() - suffix.size());
    return name;
}

bool is_readable_scheme(std::string_view name)
{
    constexpr std::array kReadable{std::string_view("PLAIN"), std::string_view("CLEAR"),
                                   std::string_view("CLEARTEXT")};
    return std::any_of(kReadable.begin(), kReadable.end(), [&](std::string_view one) {
        return ascii::equals_ignoring_case(one, name);
    });
}

} // namespace

Result<StoredHash> parse_stored_hash(std::string_view text)
{
    if (text.empty())
        return Error(Errc::Invalid, "the hash is empty");
    if (text.size() > kMostHashOctets)
        return Error(Errc::Invalid, "the hash is longer than 1024 characters");
    if (text.front() != '{')
        return parse_bare(text);
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos)
        return Error(Errc::Invalid, "the scheme has no closing brace");
    const std::string_view name = without_encoding(text.substr(1, end - 1));
    if (is_readable_scheme(name))
        return Error(Errc::Invalid, "{" + std::string(name) + "} is the password itself, not a hash");
    const SchemeRow* const scheme = find_scheme(name);
    if (scheme == nullptr)
        return Error(Errc::Invalid, "unknown scheme {" + ascii::printable(name) + "}");
    return scheme->parse(*scheme, text.substr(end + 1));
}

} // namespace mailctl::crypto
