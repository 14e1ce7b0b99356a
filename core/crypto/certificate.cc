// Keys and certificates by OpenSSL.
#include "core/crypto/certificate.h"

#include <array>
#include <cstring>
#include <ctime>
#include <memory>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "core/base/ascii.h"
#include "core/crypto/hex.h"
#include "core/crypto/openssl.h"

namespace mailctl::crypto {
namespace {

using namespace openssl;

using Request = Owned<X509_REQ, X509_REQ_free>;
using Name = Owned<X509_NAME, X509_NAME_free>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;

struct StackDeleter {
    void operator()(STACK_OF(X509_EXTENSION) * stack) const
    {
        sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
    }
};
using openssl::text_of; // beside those of names
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), StackDeleter>;

Result<Key> read_key(std::string_view pem)
{
    const Bio bio = reader_of(pem);
    // An empty passphrase rather than a question on the terminal.
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    if (!key)
        return error_of("the private key cannot be read");
    return key;
}

bool is_ip_address(std::string_view text)
{
    ASN1_OCTET_STRING* const octets = a2i_IPADDRESS(std::string(text).c_str());
    ASN1_OCTET_STRING_free(octets);
    ERR_clear_error();
    return octets != nullptr;
}

/// A value for OpenSSL's extension syntax: nothing that it would read as more than a name.
bool is_plain_name(std::string_view name)
{
    return !name.empty() && name.size() <= 255 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*:") ==
               std::string_view::npos;
}

Result<std::string> alternative_names(const CertificateSubject& subject)
{
    std::string text;
    for (const std::string& name : subject.names) {
        if (!is_plain_name(name))
            return Error(Errc::Invalid, "not a DNS name or address: " + ascii::printable(name));
        if (!text.empty())
            text += ',';
        text += (is_ip_address(name) ? "IP:" : "DNS:") + name;
    }
    return text;
}

Result<Name> make_name(const CertificateSubject& subject)
{
    std::string common = subject.common_name;
    if (common.empty() && !subject.names.empty())
        common = subject.names.front();
    if (common.empty())
        return Error(Errc::Invalid, "a certificate needs a name");
    struct Field {
        const char* type;
        const std::string& value;
    };
    const Field fields[] = {{"C", subject.country},       {"ST", subject.state},
                            {"L", subject.locality},      {"O", subject.organization},
                            {"OU", subject.unit},         {"CN", common},
                            {"emailAddress", subject.email}};
    Name name(X509_NAME_new());
    for (const Field& field : fields) {
        if (field.value.empty())
            continue;
        const auto* const octets = reinterpret_cast<const unsigned char*>(field.value.data());
        if (X509_NAME_add_entry_by_txt(name.get(), field.type, MBSTRING_UTF8, octets,
                                       static_cast<int>(field.value.size()), -1, 0) != 1)
            return error_of(std::string("subject field ") + field.type);
    }
    return name;
}

Result<Extension> make_extension(int nid, const std::string& value)
{
    Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    if (!extension)
        return error_of("certificate extension");
    return extension;
}

Result<> add_extension(X509* certificate, int nid, const std::string& value)
{
    TRY(const Extension extension, make_extension(nid, value));
    if (X509_add_ext(certificate, extension.get(), -1) != 1)
        return error_of("certificate extension");
    return ok();
}

Result<> set_serial(X509* certificate)
{
    const Number number(BN_new());
    // RFC 5280 §4.1.2.2: positive, at most 20 octets.
    if (BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
        return error_of("serial number");
    return ok();
}

Result<> set_validity(X509* certificate, const Validity& validity)
{
    const auto as_time_t = [](Time time) {
        return static_cast<std::time_t>(std::chrono::floor<seconds>(time).time_since_epoch().count());
    };
    if (validity.until <= validity.from)
        return Error(Errc::Invalid, "a certificate must end after it starts");
    if (ASN1_TIME_set(X509_getm_notBefore(certificate), as_time_t(validity.from)) == nullptr ||
        ASN1_TIME_set(X509_getm_notAfter(certificate), as_time_t(validity.until)) == nullptr)
        return error_of("validity");
    return ok();
}

Time time_of(const ASN1_TIME* stamp)
{
    std::tm broken{};
    if (ASN1_TIME_to_tm(stamp, &broken) != 1)
        return Time{};
    return Time(seconds(timegm(&broken)));
}

std::string text_of(const X509_NAME* name)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    return text_of(bio.get());
}

std::string common_name_of(const X509* certificate)
{
    const X509_NAME* const name = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0)
        return {};
    unsigned char* text = nullptr;
    const int octets = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (octets < 0)
        return {};
    std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(octets));
    OPENSSL_free(text);
    return out;
}

std::string address_text(std::string_view octets)
{
    std::string out;
    if (octets.size() == 4) {
        for (const char c : octets)
            out += (out.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
        return out;
    }
    for (std::size_t at = 0; at + 1 < octets.size(); at += 2)
        out += (out.empty() ? "" : ":") + encode_hex(octets.substr(at, 2));
    return out;
}

std::vector<std::string> names_of(const X509* certificate)
{
    std::vector<std::string> out;
    const Names names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const auto* const value =
            static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
        if (type != GEN_DNS && type != GEN_IPADD)
            continue;
        const std::string octets(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                 static_cast<std::size_t>(ASN1_STRING_length(value)));
        out.push_back(type == GEN_DNS ? octets : address_text(octets));
    }
    return out;
}

std::string key_text(const X509* certificate)
{
    const EVP_PKEY* const key = X509_get0_pubkey(certificate);
    if (key == nullptr)
        return "unknown";
    const char* const type = OBJ_nid2sn(EVP_PKEY_get_base_id(key));
    std::string out = std::strcmp(type, "id-ecPublicKey") == 0 ? "EC"
                      : std::strcmp(type, "rsaEncryption") == 0 ? "RSA"
                                                                : type;
    return out + ' ' + std::to_string(EVP_PKEY_get_bits(key));
}

CertificateInfo describe(X509* certificate)
{
    CertificateInfo info;
    info.subject = text_of(X509_get_subject_name(certificate));
    info.issuer = text_of(X509_get_issuer_name(certificate));
    info.common_name = common_name_of(certificate);
    info.names = names_of(certificate);
    info.not_before = time_of(X509_get0_notBefore(certificate));
    info.not_after = time_of(X509_get0_notAfter(certificate));
    info.key = key_text(certificate);
    info.is_self_issued =
        X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
    info.is_authority = X509_check_ca(certificate) == 1;
    const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate);
    info.serial = encode_hex({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                              static_cast<std::size_t>(ASN1_STRING_length(serial))});
    std::array<unsigned char, EVP_MAX_MD_SIZE> print{};
    unsigned octets = 0;
    X509_digest(certificate, EVP_sha256(), print.data(), &octets);
    info.sha256 = encode_hex({reinterpret_cast<const char*>(print.data()), octets});
    return info;
}

} // namespace

Result<std::string> make_private_key(KeyType type)
{
    Key key;
    switch (type) {
    case KeyType::EcdsaP256:
        key.reset(EVP_EC_gen("P-256"));
        break;
    case KeyType::Rsa2048:
        key.reset(EVP_RSA_gen(2048));
        break;
    case KeyType::Rsa3072:
        key.reset(EVP_RSA_gen(3072));
        break;
    case KeyType::Rsa4096:
        key.reset(EVP_RSA_gen(4096));
        break;
    }
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!key || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return error_of("making a key");
    return text_of(bio.get());
}

Result<std::string> make_self_signed_certificate(std::string_view key_pem, const CertificateSubject& subject,
                                                 const Validity& validity)
{
    TRY(const Key key, read_key(key_pem));
    TRY(const Name name, make_name(subject));
    TRY(const std::string names, alternative_names(subject));
    const Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    TRY_VOID(set_serial(certificate.get()));
    TRY_VOID(set_validity(certificate.get(), validity));
    X509_set_subject_name(certificate.get(), name.get());
    X509_set_issuer_name(certificate.get(), name.get());
    X509_set_pubkey(certificate.get(), key.get());
    TRY_VOID(add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE"));
    TRY_VOID(add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature,keyEncipherment"));
    TRY_VOID(add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth"));
    if (!names.empty()) {
        TRY_VOID(add_extension(certificate.get(), NID_subject_alt_name, names));
    }

    const Bio bio(BIO_new(BIO_s_mem()));
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0 ||
        PEM_write_bio_X509(bio.get(), certificate.get()) != 1)
        return error_of("signing the certificate");
    return text_of(bio.get());
}

Result<std::string> make_signing_request(std::string_view key_pem, const CertificateSubject& subject)
{
    TRY(const Key key, read_key(key_pem));
    TRY(const Name name, make_name(subject));
    TRY(const std::string names, alternative_names(subject));
    const Request request(X509_REQ_new());
    X509_REQ_set_version(request.get(), X509_REQ_VERSION_1);
    X509_REQ_set_subject_name(request.get(), name.get());
    X509_REQ_set_pubkey(request.get(), key.get());
    if (!names.empty()) {
        TRY(Extension extension, make_extension(NID_subject_alt_name, names));
        const Extensions extensions(sk_X509_EXTENSION_new_null());
        sk_X509_EXTENSION_push(extensions.get(), extension.release());
        if (X509_REQ_add_extensions(request.get(), extensions.get()) != 1)
            return error_of("request extension");
    }
    const Bio bio(BIO_new(BIO_s_mem()));
    if (X509_REQ_sign(request.get(), key.get(), EVP_sha256()) == 0 ||
        PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1)
        return error_of("signing the request");
    return text_of(bio.get());
}

Result<std::vector<CertificateInfo>> describe_certificates(std::string_view chain_pem)
{
    std::vector<CertificateInfo> out;
    const Bio bio = reader_of(chain_pem);
    while (const Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, const_cast<char*>(""))})
        out.push_back(describe(certificate.get()));
    const unsigned long last = ERR_peek_last_error();
    if (!out.empty() && ERR_GET_REASON(last) == PEM_R_NO_START_LINE) {
        ERR_clear_error();
        return out;
    }
    return error_of(out.empty() ? "no certificate can be read" : "a certificate of the chain cannot be read");
}

Result<> check_key_fits(std::string_view chain_pem, std::string_view key_pem)
{
    const Bio bio = reader_of(chain_pem);
    const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, const_cast<char*>("")));
    if (!certificate)
        return error_of("the certificate cannot be read");
    TRY(const Key key, read_key(key_pem));
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return error_of("the private key does not belong to the certificate");
    return ok();
}

} // namespace mailctl::crypto
