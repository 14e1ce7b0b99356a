// Owners of OpenSSL's objects, and its errors as ours. Only for the files of this folder.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "core/base/result.h"

namespace mailctl::crypto::openssl {

/// Frees by one of OpenSSL's functions: Owned<X509, X509_free>.
template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const
    {
        Free(object);
    }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Deleter<Free>>;

using Bio = Owned<BIO, BIO_free_all>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Certificate = Owned<X509, X509_free>;
using Number = Owned<BIGNUM, BN_free>;

/// OpenSSL's queued reasons become one detail, and the queue is empty again.
inline Error error_of(std::string_view what)
{
    std::string text(what);
    std::array<char, 256> reason{};
    while (const unsigned long code = ERR_get_error()) {
        ERR_error_string_n(code, reason.data(), reason.size());
        text += ": ";
        text += reason.data();
    }
    return Error(Errc::Invalid, std::move(text));
}

inline const unsigned char* octets_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Reads from the text, which has to outlive it.
inline Bio reader_of(std::string_view text)
{
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// What was written into a memory BIO.
inline std::string text_of(BIO* bio)
{
    char* data = nullptr;
    const long octets = BIO_get_mem_data(bio, &data);
    return std::string(data, static_cast<std::size_t>(octets));
}

} // namespace mailctl::crypto::openssl
