// Keys, certificates and signing requests: what is made reads back.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "core/crypto/certificate.h"

using namespace mailctl;
using namespace mailctl::crypto;

namespace {

CertificateSubject mail_server()
{
    CertificateSubject subject;
    subject.organization = "Example Ltd";
    subject.country = "NL";
    subject.names = {"mail.example.org", "*.example.org", "192.0.2.1", "2001:db8::1"};
    return subject;
}

Validity one_year()
{
    const Time from = *parse_rfc3339("2026-11-21T00:00:00Z");
    return {from, from + std::chrono::hours(24 * 365)};
}

} // namespace

BOOST_AUTO_TEST_CASE(self_signed)
{
    struct Case {
        KeyType type;
        std::string_view key;
    };
    for (const auto& c : {Case{KeyType::EcdsaP256, "EC 256"}, Case{KeyType::Rsa2048, "RSA 2048"}}) {
        const auto key = make_private_key(c.type);
        BOOST_REQUIRE(key.has_value());
        BOOST_TEST(key->starts_with("-----BEGIN PRIVATE KEY-----"));
        const auto pem = make_self_signed_certificate(*key, mail_server(), one_year());
        BOOST_REQUIRE(pem.has_value());
        BOOST_TEST(check_key_fits(*pem, *key).has_value());
        const auto infos = describe_certificates(*pem + *pem);
        BOOST_REQUIRE(infos.has_value());
        BOOST_REQUIRE(infos->size() == 2u);
        const CertificateInfo& info = infos->front();
        BOOST_TEST(info.common_name == "mail.example.org");
        BOOST_TEST(info.subject == "C = NL, O = Example Ltd, CN = mail.example.org");
        BOOST_TEST(info.issuer == info.subject);
        BOOST_TEST(info.is_self_issued);
        BOOST_TEST(!info.is_authority);
        BOOST_REQUIRE(info.names.size() == 4u);
        BOOST_TEST(info.names[1] == "*.example.org");
        BOOST_TEST(info.names[2] == "192.0.2.1");
        BOOST_TEST(info.names[3] == "2001:0db8:0000:0000:0000:0000:0000:0001");
        BOOST_TEST(to_rfc3339(info.not_after) == "2027-11-21T00:00:00Z");
        BOOST_TEST(info.key == c.key);
        BOOST_TEST(info.sha256.size() == 64u);
        BOOST_TEST(info.serial.size() == 32u);
    }
}

BOOST_AUTO_TEST_CASE(keys_that_do_not_fit)
{
    const std::string one = *make_private_key(KeyType::EcdsaP256);
    const std::string other = *make_private_key(KeyType::EcdsaP256);
    const std::string pem = *make_self_signed_certificate(one, mail_server(), one_year());
    BOOST_TEST(check_key_fits(pem, other).error().detail().find("does not belong") != std::string::npos);
    BOOST_TEST(check_key_fits(pem, "junk").error().detail().find("private key") != std::string::npos);
    BOOST_TEST(check_key_fits("junk", one).error().detail().find("certificate") != std::string::npos);
    BOOST_TEST(describe_certificates("junk").has_error());
    BOOST_TEST(describe_certificates(pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").has_error());
}

BOOST_AUTO_TEST_CASE(requests)
{
    const std::string key = *make_private_key(KeyType::EcdsaP256);
    const auto request = make_signing_request(key, mail_server());
    BOOST_REQUIRE(request.has_value());
    BOOST_TEST(request->starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    CertificateSubject bad = mail_server();
    bad.names.push_back("a,email:x@example.org");
    BOOST_TEST(make_signing_request(key, bad).has_error());
    bad = mail_server();
    bad.country = "Netherlands";
    BOOST_TEST(make_signing_request(key, bad).has_error());
    BOOST_TEST(make_signing_request(key, CertificateSubject{}).has_error());
    Validity backwards = one_year();
    std::swap(backwards.from, backwards.until);
    BOOST_TEST(make_self_signed_certificate(key, mail_server(), backwards).has_error());
}
