// Certificates of users by OpenSSL.
#include "core/crypto/authority.h"

#include <algorithm>
#include <ctime>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "core/base/ascii.h"
#include "core/crypto/openssl.h"

namespace mailctl::crypto {
namespace {

using namespace openssl;

using Request = Owned<X509_REQ, X509_REQ_free>;
using Name = Owned<X509_NAME, X509_NAME_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Pkcs12 = Owned<PKCS12, PKCS12_free>;
void free_chain(STACK_OF(X509) * chain)
{
    sk_X509_free(chain); // its certificates have owners
}
using Chain = Owned<STACK_OF(X509), free_chain>;

constexpr int kKeyIterations = 100'000; ///< of PKCS #12's PBKDF2 and of its checksum
constexpr std::size_t kMaxNameOctets = 64; ///< ub-common-name, RFC 5280 Appendix A

Result<Key> read_key(std::string_view pem)
{
    const Bio bio = reader_of(pem);
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    if (!key)
        return error_of("the private key cannot be read");
    return key;
}

Result<Certificate> read_certificate(std::string_view pem)
{
    const Bio bio = reader_of(pem);
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate)
        return error_of("the certificate cannot be read");
    return certificate;
}

Result<std::string> pem_of(X509* certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1)
        return error_of("writing a certificate");
    return text_of(bio.get());
}

Result<Name> name_of(const std::string& common_name)
{
    Name name(X509_NAME_new());
    const std::string cut = common_name.substr(0, kMaxNameOctets);
    if (!name || X509_NAME_add_entry_by_txt(name.get(), "CN", MBSTRING_UTF8, octets_of(cut),
                                            static_cast<int>(cut.size()), -1, 0) != 1)
        return error_of("the name of a certificate");
    return name;
}

/// RFC 5280 §4.1.2.2: positive, at most 20 octets.
Result<> set_serial(X509* certificate)
{
    const Number number(BN_new());
    if (BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
        return error_of("serial number");
    return ok();
}

Result<> set_validity(X509* certificate, const Validity& validity)
{
    if (validity.until <= validity.from)
        return Error(Errc::Invalid, "a certificate must end after it starts");
    const auto as_time_t = [](Time time) {
        return static_cast<std::time_t>(std::chrono::floor<seconds>(time).time_since_epoch().count());
    };
    if (ASN1_TIME_set(X509_getm_notBefore(certificate), as_time_t(validity.from)) == nullptr ||
        ASN1_TIME_set(X509_getm_notAfter(certificate), as_time_t(validity.until)) == nullptr)
        return error_of("validity");
    return ok();
}

Result<> add_extension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
        return error_of("certificate extension");
    return ok();
}

/// An address as OpenSSL's extension syntax takes it: nothing that it would read as more than one.
Result<> check_address(const std::string& address)
{
    const bool is_plain = !address.empty() && address.size() <= 320 &&
                          address.find('@') != std::string::npos &&
                          address.find_first_of(",\"\\;: \t\r\n") == std::string::npos;
    const bool is_ascii = std::all_of(address.begin(), address.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
    });
    if (!is_plain || !is_ascii)
        return Error(Errc::Invalid, "no certificate can name " + ascii::printable(address));
    return ok();
}

Result<> sign(X509* certificate, std::string_view key_pem)
{
    TRY(const Key key, read_key(key_pem));
    const bool names_no_digest = EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519;
    if (X509_sign(certificate, key.get(), names_no_digest ? nullptr : EVP_sha256()) == 0)
        return error_of("signing a certificate");
    return ok();
}

Result<std::string> issue(const Authority& authority, EVP_PKEY* subject_key, const Holder& holder,
                          const Validity& validity)
{
    TRY_VOID(check_address(holder.address));
    TRY(const Certificate issuer, read_certificate(authority.certificate));
    TRY(const Name name,
        name_of(holder.common_name.empty() ? holder.address : holder.common_name));
    const Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    TRY_VOID(set_serial(made.get()));
    TRY_VOID(set_validity(made.get(), validity));
    if (X509_set_subject_name(made.get(), name.get()) != 1 ||
        X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get())) != 1 ||
        X509_set_pubkey(made.get(), subject_key) != 1)
        return error_of("making a certificate");
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature"));
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_ext_key_usage, "clientAuth,emailProtection"));
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_subject_key_identifier, "hash"));
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_authority_key_identifier, "keyid"));
    TRY_VOID(add_extension(made.get(), issuer.get(), NID_subject_alt_name, "email:" + holder.address));
    TRY_VOID(sign(made.get(), authority.key));
    return pem_of(made.get());
}

} // namespace

Result<Authority> make_authority(const std::string& common_name, const Validity& validity)
{
    Authority out;
    TRY(out.key, make_private_key(KeyType::EcdsaP256));
    TRY(const Key key, read_key(out.key));
    TRY(const Name name, name_of(common_name));
    const Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    TRY_VOID(set_serial(made.get()));
    TRY_VOID(set_validity(made.get(), validity));
    if (X509_set_subject_name(made.get(), name.get()) != 1 ||
        X509_set_issuer_name(made.get(), name.get()) != 1 || X509_set_pubkey(made.get(), key.get()) != 1)
        return error_of("making an authority");
    TRY_VOID(add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
    TRY_VOID(add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign"));
    TRY_VOID(add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash"));
    TRY_VOID(sign(made.get(), out.key));
    TRY(out.certificate, pem_of(made.get()));
    return out;
}

Result<Authority> read_authority(std::string_view pem)
{
    Authority out;
    TRY(const Certificate certificate, read_certificate(pem));
    TRY(out.certificate, pem_of(certificate.get()));
    TRY(const Key key, read_key(pem));
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return error_of("the key of the authority");
    out.key = text_of(bio.get());
    TRY_VOID(check_key_fits(out.certificate, out.key));
    if (X509_check_ca(certificate.get()) != 1)
        return Error(Errc::Invalid, "the certificate is no authority's (CA:TRUE is missing)");
    return out;
}

Result<std::string> sign_for_key(const Authority& authority, std::string_view key_pem,
                                 const Holder& holder, const Validity& validity)
{
    TRY(const Key key, read_key(key_pem));
    return issue(authority, key.get(), holder, validity);
}

Result<std::string> sign_request(const Authority& authority, std::string_view request_pem,
                                 const Holder& holder, const Validity& validity)
{
    const Bio bio = reader_of(request_pem);
    const Request request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
    if (!request)
        return error_of("the signing request cannot be read");
    EVP_PKEY* const key = X509_REQ_get0_pubkey(request.get());
    if (key == nullptr || X509_REQ_verify(request.get(), key) != 1)
        return error_of("the signing request is not signed by its key");
    return issue(authority, key, holder, validity);
}

Result<std::string> make_pkcs12(std::string_view certificate_pem, std::string_view key_pem,
                                std::string_view authority_pem, const std::string& name,
                                const std::string& password)
{
    TRY(const Certificate certificate, read_certificate(certificate_pem));
    TRY(const Certificate authority, read_certificate(authority_pem));
    TRY(const Key key, read_key(key_pem));
    const Chain chain(sk_X509_new_null());
    if (!chain || sk_X509_push(chain.get(), authority.get()) == 0)
        return error_of("no memory");
    const Pkcs12 made(PKCS12_create(password.c_str(), name.c_str(), key.get(), certificate.get(),
                                    chain.get(), NID_aes_256_cbc, NID_aes_256_cbc, kKeyIterations,
                                    kKeyIterations, 0));
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!made || !bio || i2d_PKCS12_bio(bio.get(), made.get()) != 1)
        return error_of("making PKCS #12");
    return text_of(bio.get());
}

} // namespace mailctl::crypto
