// Certificates of users, signed here. AUTH-12
#include "core/crypto/authority.h"

#include <set>

#include <boost/test/unit_test.hpp>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "core/crypto/openssl.h"

using namespace mailctl;
using namespace mailctl::crypto;

namespace {

const Time kNow(seconds(1'780'000'000));
const Validity kYear{kNow, kNow + std::chrono::hours(24 * 365)};

struct Fixture {
    Authority authority = *make_authority("Mail users of example.org", kYear);
    std::string key = *make_private_key(KeyType::EcdsaP256);
};

CertificateInfo described(const std::string& pem)
{
    return describe_certificates(pem)->front();
}

} // namespace

BOOST_FIXTURE_TEST_CASE(an_authority_signs_and_its_certificates_sign_nothing, Fixture)
{
    const auto own = described(authority.certificate);
    BOOST_TEST(own.is_authority);
    BOOST_TEST(own.common_name == "Mail users of example.org");
    const auto made = sign_for_key(authority, key, {"ann@example.org", "Ann Example"}, kYear);
    BOOST_REQUIRE(made.has_value());
    const auto info = described(*made);
    BOOST_TEST(!info.is_authority);
    BOOST_TEST(info.common_name == "Ann Example");
    BOOST_TEST(info.issuer == own.subject);
    BOOST_TEST((info.not_after == kYear.until));
    BOOST_TEST(check_key_fits(*made, key).has_value());
    // OpenSSL itself follows the chain.
    const auto reader = openssl::reader_of(*made);
    const openssl::Certificate leaf(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    const auto root_reader = openssl::reader_of(authority.certificate);
    const openssl::Certificate root(PEM_read_bio_X509(root_reader.get(), nullptr, nullptr, nullptr));
    BOOST_TEST(X509_verify(leaf.get(), X509_get0_pubkey(root.get())) == 1);
    BOOST_TEST(X509_check_email(leaf.get(), "ann@example.org", 0, 0) == 1);
    BOOST_TEST(X509_check_email(leaf.get(), "bob@example.org", 0, 0) == 0);
}

BOOST_FIXTURE_TEST_CASE(serial_numbers_are_all_different, Fixture)
{
    std::set<std::string> serials;
    for (int i = 0; i < 50; ++i)
        serials.insert(described(*sign_for_key(authority, key, {"ann@example.org", ""}, kYear)).serial);
    BOOST_TEST(serials.size() == 50u);
}

BOOST_FIXTURE_TEST_CASE(names_that_would_mean_more_are_refused, Fixture)
{
    for (const std::string address : {"", "ann", "ann@example.org,DNS:mail.example.org", "a b@example.org",
                                      "ann@ex\r\nample.org", "\xC3\xA4@example.org"})
        BOOST_TEST_CONTEXT(address)
            BOOST_TEST(!sign_for_key(authority, key, {address, ""}, kYear));
    BOOST_TEST(!sign_for_key(authority, key, {"ann@example.org", ""}, {kNow, kNow}));
    BOOST_TEST(!sign_for_key(authority, "no key", {"ann@example.org", ""}, kYear));
}

BOOST_FIXTURE_TEST_CASE(requests_give_their_key_and_nothing_else, Fixture)
{
    CertificateSubject subject;
    subject.common_name = "root@example.org";
    subject.names = {"mail.example.org"};
    const std::string request = *make_signing_request(key, subject);
    const auto made = sign_request(authority, request, {"ann@example.org", ""}, kYear);
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(described(*made).common_name == "ann@example.org");
    BOOST_TEST(described(*made).names.empty());
    BOOST_TEST(check_key_fits(*made, key).has_value());
    BOOST_TEST(!sign_request(authority, "nothing", {"ann@example.org", ""}, kYear));
    BOOST_TEST(!sign_request(authority, authority.certificate, {"ann@example.org", ""}, kYear));
}

BOOST_FIXTURE_TEST_CASE(bundles_open_with_their_password_alone, Fixture)
{
    const std::string pem = *sign_for_key(authority, key, {"ann@example.org", ""}, kYear);
    const auto bundle = make_pkcs12(pem, key, authority.certificate, "ann@example.org", "swordfish");
    BOOST_REQUIRE(bundle.has_value());
    const unsigned char* at = openssl::octets_of(*bundle);
    const openssl::Owned<PKCS12, PKCS12_free> read(
        d2i_PKCS12(nullptr, &at, static_cast<long>(bundle->size())));
    BOOST_REQUIRE(read != nullptr);
    BOOST_TEST(PKCS12_verify_mac(read.get(), "swordfish", -1) == 1);
    BOOST_TEST(PKCS12_verify_mac(read.get(), "shark", -1) == 0);
    EVP_PKEY* raw_key = nullptr;
    X509* raw_leaf = nullptr;
    BOOST_TEST(PKCS12_parse(read.get(), "swordfish", &raw_key, &raw_leaf, nullptr) == 1);
    const openssl::Key out_key(raw_key);
    const openssl::Certificate leaf(raw_leaf);
    BOOST_TEST(X509_check_private_key(leaf.get(), out_key.get()) == 1);
    BOOST_TEST(!make_pkcs12("no certificate", key, authority.certificate, "x", "y"));
}

BOOST_FIXTURE_TEST_CASE(an_authority_is_read_from_one_file, Fixture)
{
    const auto read = read_authority(authority.certificate + authority.key);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(sign_for_key(*read, key, {"ann@example.org", ""}, kYear).has_value());
    BOOST_TEST(!read_authority(authority.certificate));
    BOOST_TEST(!read_authority(authority.key));
    BOOST_TEST(!read_authority(authority.certificate + key)); // of something else
    const std::string pem = *sign_for_key(authority, key, {"ann@example.org", ""}, kYear);
    BOOST_TEST(!read_authority(pem + key)); // no authority
}
