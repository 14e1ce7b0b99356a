// SignedData through OpenSSL.
#include "core/crypto/signed_data.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace mailctl::crypto {
namespace {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* what) const
    {
        release(what);
    }
};
void free_chain(STACK_OF(X509) * chain)
{
    sk_X509_pop_free(chain, X509_free);
}
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Chain = std::unique_ptr<STACK_OF(X509), Release<free_chain>>;
using Message = std::unique_ptr<CMS_ContentInfo, Release<CMS_ContentInfo_free>>;

Bio bio_over(std::string_view text)
{
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int no_passphrase(char*, int, int, void*)
{
    return -1;
}

Error failed(std::string_view what)
{
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    Error error(Errc::Invalid, std::string(what) + ": " + (reason ? reason : "unknown"));
    ERR_clear_error();
    return error;
}

} // namespace

Result<std::string> sign_data(std::string_view data, std::string_view chain_pem, std::string_view key_pem)
{
    const Bio chain_text = bio_over(chain_pem), key_text = bio_over(key_pem), content = bio_over(data);
    const Certificate leaf(PEM_read_bio_X509(chain_text.get(), nullptr, no_passphrase, nullptr));
    const Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_passphrase, nullptr));
    const Chain others(sk_X509_new_null());
    if (!leaf || !key || !others)
        return failed("certificate or key");
    while (X509* next = PEM_read_bio_X509(chain_text.get(), nullptr, no_passphrase, nullptr))
        sk_X509_push(others.get(), next);
    ERR_clear_error(); // the end of the text reads as an error
    const Message message(CMS_sign(leaf.get(), key.get(), others.get(), content.get(), CMS_BINARY | CMS_NOSMIMECAP));
    const Bio out(BIO_new(BIO_s_mem()));
    if (!message || !out || i2d_CMS_bio(out.get(), message.get()) != 1)
        return failed("signing");
    char* octets = nullptr;
    const long size = BIO_get_mem_data(out.get(), &octets);
    return std::string(octets, static_cast<std::size_t>(size));
}

} // namespace mailctl::crypto
