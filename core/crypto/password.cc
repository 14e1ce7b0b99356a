// Passwords by libsodium (Argon2id), libcrypt (crypt(3)) and OpenSSL (digests, PBKDF2).
#include "core/crypto/password.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>

#include <crypt.h>
#include <sodium.h>

#include "core/base/random.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/crypto/saslprep.h"
#include "core/crypto/secret.h"
#include "core/crypto/stored_hash.h"

namespace mailctl::crypto {
namespace {

void start_sodium()
{
    static const int started = sodium_init();
    if (started < 0)
        throw std::runtime_error("libsodium does not start");
}

std::size_t memory_octets(const HashOptions& options)
{
    return std::max<std::size_t>(std::size_t{options.memory_kib} * 1024, crypto_pwhash_MEMLIMIT_MIN);
}

unsigned long long passes_of(const HashOptions& options)
{
    return std::max<unsigned long long>(options.passes, crypto_pwhash_OPSLIMIT_MIN);
}

bool matches_crypt(const std::string& stored, std::string_view password)
{
    if (password.find('\0') != std::string_view::npos)
        return false; // crypt(3) would stop there
    std::string text(password);
    const WipeAtEnd wipe_text(text);
    const auto data = std::make_unique<crypt_data>(); // 32 KiB
    const char* const made = crypt_r(text.c_str(), stored.c_str(), data.get());
    const bool matches = made != nullptr && made[0] != '*' && equals_in_constant_time(made, stored);
    sodium_memzero(data.get(), sizeof *data);
    return matches;
}

bool matches_digest(const StoredHash& stored, std::string_view password)
{
    const bool salt_first = stored.kind == StoredHash::Kind::SaltFirst;
    std::string text(salt_first ? stored.salt : std::string(password));
    text += salt_first ? password : std::string_view(stored.salt);
    const WipeAtEnd wipe_text(text);
    return equals_in_constant_time(digest(stored.hash, text), stored.octets);
}

bool matches_scram(const ScramKeys& keys, std::string_view password)
{
    const auto made = derive_scram_sha_256(password, keys.salt, keys.iterations);
    return made && equals_in_constant_time(made->stored_key, keys.stored_key);
}

bool matches(const StoredHash& stored, std::string_view password)
{
    switch (stored.kind) {
    case StoredHash::Kind::Argon2:
        start_sodium();
        return crypto_pwhash_str_verify(stored.text.c_str(), password.data(), password.size()) == 0;
    case StoredHash::Kind::Crypt:
        return matches_crypt(stored.text, password);
    case StoredHash::Kind::Digest:
    case StoredHash::Kind::SaltFirst:
        return matches_digest(stored, password);
    case StoredHash::Kind::Pbkdf2:
        return equals_in_constant_time(
            pbkdf2(stored.hash, password, stored.salt, stored.iterations, stored.octets.size()), stored.octets);
    case StoredHash::Kind::Scram:
        return matches_scram(stored.scram, password);
    }
    return false;
}

std::string prepared_or_raw(std::string_view password)
{
    auto prepared = saslprep(password);
    if (!prepared || prepared->empty())
        return std::string(password);
    return *std::move(prepared);
}

std::string argon2id(std::string_view password, const HashOptions& options)
{
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), passes_of(options),
                              memory_octets(options), crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc();
    return std::string(out.data());
}

} // namespace

std::string hash_password(std::string_view password, const HashOptions& options)
{
    std::string text = prepared_or_raw(password);
    const WipeAtEnd wipe_text(text);
    return argon2id(text, options);
}

bool verify_password(std::string_view hash, std::string_view password)
{
    const auto stored = parse_stored_hash(hash);
    if (!stored || password.empty())
        return false;
    // Our own hashes are of the prepared form; foreign ones of whatever was typed.
    std::string text = prepared_or_raw(password);
    const WipeAtEnd wipe_text(text);
    if (matches(*stored, text))
        return true;
    return text != password && matches(*stored, password);
}

Result<> is_wellformed_hash(std::string_view hash)
{
    TRY_VOID(parse_stored_hash(hash));
    return ok();
}

bool needs_rehash(std::string_view hash, const HashOptions& options)
{
    const auto stored = parse_stored_hash(hash);
    if (!stored || stored->kind != StoredHash::Kind::Argon2)
        return true;
    start_sodium();
    return crypto_pwhash_str_needs_rehash(stored->text.c_str(), passes_of(options), memory_octets(options)) != 0;
}

std::string_view scheme_of(std::string_view hash)
{
    const auto stored = parse_stored_hash(hash);
    return stored ? stored->scheme : std::string_view("unknown");
}

void verify_nothing(std::string_view password, const HashOptions& options)
{
    (void)argon2id(password, options);
}

std::string generate_password(unsigned characters)
{
    return system_random().token(characters);
}

} // namespace mailctl::crypto
