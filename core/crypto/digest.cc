// Digests by OpenSSL.
#include "core/crypto/digest.h"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace mailctl::crypto {
namespace {

const EVP_MD* evp_of(Hash hash)
{
    switch (hash) {
    case Hash::Md5:
        return EVP_md5();
    case Hash::Sha1:
        return EVP_sha1();
    case Hash::Sha256:
        return EVP_sha256();
    case Hash::Sha512:
        return EVP_sha512();
    case Hash::Sm3:
        return EVP_sm3();
    }
    throw std::logic_error("no such digest");
}

unsigned char* octets_of(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* octets_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::size_t digest_octets(Hash hash)
{
    return static_cast<std::size_t>(EVP_MD_get_size(evp_of(hash)));
}

std::string digest(Hash hash, std::string_view data)
{
    std::string out(digest_octets(hash), '\0');
    if (EVP_Digest(data.data(), data.size(), octets_of(out), nullptr, evp_of(hash), nullptr) != 1)
        throw std::runtime_error("OpenSSL does not offer this digest");
    return out;
}

std::string hmac(Hash hash, std::string_view key, std::string_view data)
{
    std::string out(digest_octets(hash), '\0');
    unsigned length = 0;
    if (HMAC(evp_of(hash), key.data(), static_cast<int>(key.size()), octets_of(data), data.size(),
             octets_of(out), &length) == nullptr)
        throw std::runtime_error("OpenSSL does not offer this HMAC");
    return out;
}

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   std::uint32_t iterations, std::size_t octets)
{
    std::string out(octets, '\0');
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets_of(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations), evp_of(hash),
                          static_cast<int>(octets), octets_of(out)) != 1)
        throw std::runtime_error("OpenSSL does not offer PBKDF2 with this digest");
    return out;
}

} // namespace mailctl::crypto
