// SignedData through OpenSSL.
#include "core/crypto/signed_data.h"

#include "core/crypto/openssl.h"

#include <openssl/cms.h>
#include <openssl/pem.h>

namespace mailctl::crypto {
namespace {

using namespace openssl;

void free_chain(STACK_OF(X509) * chain)
{
    sk_X509_pop_free(chain, X509_free);
}
using Chain = Owned<STACK_OF(X509), free_chain>;
using Message = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;

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
    const Bio chain_text = reader_of(chain_pem), key_text = reader_of(key_pem), content = reader_of(data);
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
    return text_of(out.get());
}

} // namespace mailctl::crypto
