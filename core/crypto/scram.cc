// SCRAM-SHA-256's arithmetic. RFC 5802 §3.
#include "core/crypto/scram.h"

#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/crypto/base64.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/crypto/saslprep.h"
#include "core/crypto/secret.h"

namespace mailctl::crypto {
namespace {

constexpr std::uint32_t kMostIterations = 10'000'000;

std::string random_octets(std::size_t count)
{
    std::string out(count, '\0');
    system_random().fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    return out;
}

} // namespace

Result<ScramKeys> derive_scram_sha_256(std::string_view password, std::string_view salt,
                                       std::uint32_t iterations)
{
    TRY(std::string prepared, saslprep(password));
    const WipeAtEnd wipe_prepared(prepared);
    std::string salted = pbkdf2(Hash::Sha256, prepared, salt, iterations, digest_octets(Hash::Sha256));
    const WipeAtEnd wipe_salted(salted);
    std::string client_key = hmac(Hash::Sha256, salted, "Client Key");
    const WipeAtEnd wipe_client(client_key);

    ScramKeys keys;
    keys.iterations = iterations;
    keys.salt = std::string(salt);
    keys.stored_key = digest(Hash::Sha256, client_key);
    keys.server_key = hmac(Hash::Sha256, salted, "Server Key");
    return keys;
}

std::string encode_scram(const ScramKeys& keys)
{
    return std::to_string(keys.iterations) + '$' + encode_base64(keys.salt) + '$' +
           encode_base64(keys.stored_key) + '$' + encode_base64(keys.server_key);
}

Result<ScramKeys> decode_scram(std::string_view text)
{
    const auto parts = ascii::split(text, '$');
    if (parts.size() != 4)
        return Error(Errc::Invalid, "SCRAM keys: four parts expected");
    const auto iterations = ascii::parse_number<std::uint32_t>(parts[0]);
    if (!iterations || *iterations == 0 || *iterations > kMostIterations)
        return Error(Errc::Invalid, "SCRAM keys: iterations out of range");
    ScramKeys keys;
    keys.iterations = *iterations;
    TRY(keys.salt, decode_base64(parts[1]));
    TRY(keys.stored_key, decode_base64(parts[2]));
    TRY(keys.server_key, decode_base64(parts[3]));
    const std::size_t octets = digest_octets(Hash::Sha256);
    if (keys.salt.empty() || keys.stored_key.size() != octets || keys.server_key.size() != octets)
        return Error(Errc::Invalid, "SCRAM keys: a part has the wrong length");
    return keys;
}

std::string make_scram_sha_256(std::string_view password, std::uint32_t iterations)
{
    const auto keys = derive_scram_sha_256(password, random_octets(kScramSaltOctets), iterations);
    return keys ? encode_scram(*keys) : std::string();
}

bool is_scram_proof(const ScramKeys& keys, std::string_view auth_message, std::string_view proof)
{
    std::string client_key = hmac(Hash::Sha256, keys.stored_key, auth_message);
    const WipeAtEnd wipe_client(client_key);
    if (proof.size() != client_key.size())
        return false;
    for (std::size_t i = 0; i < proof.size(); ++i)
        client_key[i] = static_cast<char>(client_key[i] ^ proof[i]);
    return equals_in_constant_time(digest(Hash::Sha256, client_key), keys.stored_key);
}

std::string scram_server_signature(const ScramKeys& keys, std::string_view auth_message)
{
    return hmac(Hash::Sha256, keys.server_key, auth_message);
}

} // namespace mailctl::crypto
