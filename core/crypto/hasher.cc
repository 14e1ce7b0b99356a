// Digests in pieces by OpenSSL.
#include "core/crypto/hasher.h"

#include <stdexcept>

#include <openssl/evp.h>

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

} // namespace

void Hasher::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Hasher::Hasher(Hash hash) : context_(EVP_MD_CTX_new())
{
    if (!context_ || EVP_DigestInit_ex(context_.get(), evp_of(hash), nullptr) != 1)
        throw std::runtime_error("OpenSSL does not offer this digest");
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::feed(std::string_view octets)
{
    if (EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) != 1)
        throw std::runtime_error("OpenSSL could not digest");
}

std::string Hasher::finish()
{
    std::string out(static_cast<std::size_t>(EVP_MD_CTX_get_size(context_.get())), '\0');
    if (EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out.data()),
                           nullptr) != 1)
        throw std::runtime_error("OpenSSL could not digest");
    return out;
}

} // namespace mailctl::crypto
