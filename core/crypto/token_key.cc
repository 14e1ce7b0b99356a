// Keys of tokens through OpenSSL.
#include "core/crypto/token_key.h"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "core/crypto/base64.h"
#include "core/crypto/openssl.h"

namespace mailctl::crypto {
namespace {

constexpr int kMinRsaBits = 2048; ///< RFC 7518 §3.3
constexpr int kMaxRsaBits = 8192;
constexpr std::size_t kP256Octets = 32;

using namespace openssl;

using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

Number number_of(std::string_view octets)
{
    return Number(BN_bin2bn(octets_of(octets), static_cast<int>(octets.size()), nullptr));
}

Error no_key(std::string_view what)
{
    ERR_clear_error();
    return Error(Errc::Invalid, std::string(what));
}

/// nullptr: the parts make no key.
EVP_PKEY* key_from(const char* type, OSSL_PARAM_BLD* builder)
{
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    return key;
}

bool is_p256(const EVP_PKEY* key)
{
    char group[64] = {};
    std::size_t size = 0;
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &size) == 1 &&
           (std::string_view(group) == "prime256v1" || std::string_view(group) == "P-256");
}

/// R and S as ECDSA-Sig-Value; empty: not 64 octets. RFC 7518 §3.4
std::string der_of(std::string_view signature)
{
    if (signature.size() != 2 * kP256Octets)
        return {};
    const Signature made(ECDSA_SIG_new());
    Number r = number_of(signature.substr(0, kP256Octets));
    Number s = number_of(signature.substr(kP256Octets));
    if (!made || !r || !s || ECDSA_SIG_set0(made.get(), r.get(), s.get()) != 1)
        return {};
    r.release(); // it owns both now
    s.release();
    unsigned char* octets = nullptr;
    const int size = i2d_ECDSA_SIG(made.get(), &octets);
    std::string out;
    if (size > 0)
        out.assign(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size));
    OPENSSL_free(octets);
    return out;
}

} // namespace

Result<TokenKey> TokenKey::take(evp_pkey_st* raw)
{
    if (!raw)
        return no_key("no public key");
    TokenKey out;
    out.key_ = std::shared_ptr<evp_pkey_st>(raw, EVP_PKEY_free);
    switch (EVP_PKEY_get_base_id(raw)) {
    case EVP_PKEY_RSA:
        out.algorithm_ = TokenAlgorithm::Rs256;
        if (EVP_PKEY_get_bits(raw) < kMinRsaBits || EVP_PKEY_get_bits(raw) > kMaxRsaBits)
            return no_key("an RSA key for tokens has 2048 to 8192 bits");
        return out;
    case EVP_PKEY_EC:
        out.algorithm_ = TokenAlgorithm::Es256;
        if (!is_p256(raw))
            return no_key("an EC key for tokens is on P-256");
        return out;
    case EVP_PKEY_ED25519:
        out.algorithm_ = TokenAlgorithm::EdDsa;
        return out;
    default:
        return no_key("a key for tokens is RSA, P-256 or Ed25519");
    }
}

Result<TokenKey> TokenKey::from_pem(std::string_view pem)
{
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (EVP_PKEY* key = PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr))
        return take(key);
    const Bio again(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Certificate certificate(PEM_read_bio_X509(again.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    return take(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
}

Result<TokenKey> TokenKey::from_rsa(std::string_view modulus, std::string_view exponent)
{
    const Number n = number_of(modulus), e = number_of(exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return no_key("no memory for a key");
    return take(key_from("RSA", builder.get()));
}

Result<TokenKey> TokenKey::from_p256(std::string_view x, std::string_view y)
{
    if (x.size() != kP256Octets || y.size() != kP256Octets)
        return no_key("a coordinate of P-256 has 32 octets"); // RFC 7518 §6.2.1.2
    const std::string point = '\x04' + std::string(x) + std::string(y);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return no_key("no memory for a key");
    return take(key_from("EC", builder.get()));
}

Result<TokenKey> TokenKey::from_ed25519(std::string_view x)
{
    return take(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets_of(x), x.size()));
}

bool TokenKey::verifies(std::string_view signed_octets, std::string_view signature) const
{
    const std::string der = algorithm_ == TokenAlgorithm::Es256 ? der_of(signature) : std::string(signature);
    const EVP_MD* digest = algorithm_ == TokenAlgorithm::EdDsa ? nullptr : EVP_sha256();
    const DigestContext context(EVP_MD_CTX_new());
    const bool is_good =
        key_ && !der.empty() && context &&
        EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), octets_of(der), der.size(), octets_of(signed_octets),
                         signed_octets.size()) == 1;
    ERR_clear_error();
    return is_good;
}

Result<std::string> decode_base64url(std::string_view text)
{
    std::string plain(text);
    if (plain.find_first_of("+/=") != std::string::npos)
        return Error(Errc::Invalid, "not base64url");
    std::replace(plain.begin(), plain.end(), '-', '+');
    std::replace(plain.begin(), plain.end(), '_', '/');
    plain.append((4 - plain.size() % 4) % 4, '=');
    return decode_base64(plain);
}

} // namespace mailctl::crypto
