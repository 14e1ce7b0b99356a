// Signing and verifying by OpenSSL.
#include "core/crypto/signing_key.h"

#include "core/crypto/openssl.h"

#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace mailctl::crypto {
namespace {

using openssl::Bio;
using openssl::DigestContext;
using openssl::error_of;
using openssl::KeyContext;
using openssl::octets_of;
using Key = std::shared_ptr<EVP_PKEY>;

constexpr unsigned kMinBits = 1024, kMaxBits = 8192;
constexpr std::size_t kEd25519Octets = 32;

Key own(EVP_PKEY* key)
{
    return Key(key, EVP_PKEY_free);
}

unsigned char* octets_of(std::string& text)
{
    return reinterpret_cast<unsigned char*>(text.data());
}

const EVP_MD* evp_of(Hash hash)
{
    switch (hash) {
    case Hash::Sha1:
        return EVP_sha1();
    case Hash::Sha256:
        return EVP_sha256();
    case Hash::Sha512:
        return EVP_sha512();
    default:
        throw std::logic_error("no signatures with this digest");
    }
}

SigningKind kind_of(const EVP_PKEY* key)
{
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? SigningKind::Ed25519 : SigningKind::Rsa;
}

unsigned bits_of(const EVP_PKEY* key)
{
    return kind_of(key) == SigningKind::Ed25519 ? 256U
                                                : static_cast<unsigned>(EVP_PKEY_get_bits(key));
}

/// RSA with PKCS #1 v1.5 and a hash, ready to sign or to verify.
template <auto Init>
KeyContext rsa_context(EVP_PKEY* key, Hash hash)
{
    KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || Init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), evp_of(hash)) != 1)
        return nullptr;
    return context;
}

Result<std::string> sign_rsa(EVP_PKEY* key, Hash hash, std::string_view digest)
{
    const auto context = rsa_context<EVP_PKEY_sign_init>(key, hash);
    std::size_t octets = 0;
    if (!context || EVP_PKEY_sign(context.get(), nullptr, &octets, octets_of(digest),
                                  digest.size()) != 1)
        return error_of("cannot sign with this RSA key");
    std::string out(octets, '\0');
    if (EVP_PKEY_sign(context.get(), octets_of(out), &octets, octets_of(digest), digest.size()) !=
        1)
        return error_of("cannot sign with this RSA key");
    out.resize(octets);
    return out;
}

Result<std::string> sign_ed25519(EVP_PKEY* key, std::string_view digest)
{
    const DigestContext context(EVP_MD_CTX_new());
    std::string out(64, '\0');
    std::size_t octets = out.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), octets_of(out), &octets, octets_of(digest), digest.size()) !=
            1)
        return error_of("cannot sign with this Ed25519 key");
    return out;
}

bool verify_ed25519(EVP_PKEY* key, std::string_view digest, std::string_view signature)
{
    const DigestContext context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), octets_of(signature), signature.size(),
                            octets_of(digest), digest.size()) == 1;
}

Key read_rsa(std::string_view octets)
{
    const unsigned char* at = octets_of(octets);
    if (auto key = own(d2i_PUBKEY(nullptr, &at, static_cast<long>(octets.size()))))
        return key;
    at = octets_of(octets);
    return own(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(octets.size())));
}

} // namespace

Result<VerifyingKey> VerifyingKey::from_octets(SigningKind kind, std::string_view octets)
{
    VerifyingKey result;
    if (kind == SigningKind::Rsa) {
        result.key_ = read_rsa(octets);
        if (result.key_ && EVP_PKEY_get_base_id(result.key_.get()) != EVP_PKEY_RSA)
            result.key_.reset();
    } else if (octets.size() == kEd25519Octets) {
        result.key_ = own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                                      octets_of(octets), octets.size()));
    }
    ERR_clear_error();
    if (!result.key_)
        return Error(Errc::Invalid, kind == SigningKind::Rsa ? "not an RSA public key"
                                                             : "not an Ed25519 public key");
    return result;
}

SigningKind VerifyingKey::kind() const
{
    return kind_of(key_.get());
}

unsigned VerifyingKey::bits() const
{
    return bits_of(key_.get());
}

std::string VerifyingKey::octets() const
{
    if (kind() == SigningKind::Ed25519) {
        std::string out(kEd25519Octets, '\0');
        std::size_t octets = out.size();
        EVP_PKEY_get_raw_public_key(key_.get(), octets_of(out), &octets);
        return out;
    }
    unsigned char* der = nullptr;
    const int octets = i2d_PUBKEY(key_.get(), &der);
    if (octets < 0)
        throw std::runtime_error("OpenSSL cannot write a public key");
    std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(octets));
    OPENSSL_free(der);
    return out;
}

bool VerifyingKey::verifies(Hash hash, std::string_view digest, std::string_view signature) const
{
    bool good = false;
    if (kind() == SigningKind::Ed25519) {
        good = verify_ed25519(key_.get(), digest, signature);
    } else {
        const auto context = rsa_context<EVP_PKEY_verify_init>(key_.get(), hash);
        good = context && EVP_PKEY_verify(context.get(), octets_of(signature), signature.size(),
                                          octets_of(digest), digest.size()) == 1;
    }
    ERR_clear_error();
    return good;
}

Result<SigningKey> SigningKey::generate(SigningKind kind, unsigned bits)
{
    SigningKey result;
    if (kind == SigningKind::Ed25519) {
        result.key_ = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    } else {
        if (bits < kMinBits || bits > kMaxBits)
            return Error(Errc::Invalid, "an RSA key has 1024 to 8192 bits");
        result.key_ = own(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits}));
    }
    if (!result.key_)
        return error_of("cannot make a key");
    return result;
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem)
{
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    SigningKey result;
    // An empty passphrase rather than a question on the terminal.
    result.key_ =
        own(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    if (!result.key_)
        return error_of("the private key cannot be read");
    const int type = EVP_PKEY_get_base_id(result.key_.get());
    if (type != EVP_PKEY_RSA && type != EVP_PKEY_ED25519)
        return Error(Errc::Invalid, "the private key is neither RSA nor Ed25519");
    return result;
}

Result<SigningKey> SigningKey::from_seed(std::string_view seed)
{
    SigningKey result;
    if (seed.size() == kEd25519Octets)
        result.key_ = own(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets_of(seed),
                                                       seed.size()));
    if (!result.key_)
        return error_of("an Ed25519 private key has 32 octets");
    return result;
}

SigningKind SigningKey::kind() const
{
    return kind_of(key_.get());
}

unsigned SigningKey::bits() const
{
    return bits_of(key_.get());
}

std::string SigningKey::pem() const
{
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot write a private key");
    char* data = nullptr;
    const long octets = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(octets));
}

VerifyingKey SigningKey::verifying() const
{
    VerifyingKey result;
    result.key_ = key_; // OpenSSL keeps both halves in one; octets() writes the public one
    return result;
}

Result<std::string> SigningKey::sign(Hash hash, std::string_view digest) const
{
    return kind() == SigningKind::Ed25519 ? sign_ed25519(key_.get(), digest)
                                          : sign_rsa(key_.get(), hash, digest);
}

} // namespace mailctl::crypto
