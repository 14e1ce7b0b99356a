// Signing and verifying whole messages: the standards' examples, and our own.
#include <boost/test/unit_test.hpp>

#include <map>

#include "core/crypto/base64.h"
#include "core/dkim/key_record.h"
#include "core/dkim/sign.h"
#include "core/dkim/verify.h"
#include "tests/core/dkim/vectors.h"

using namespace mailctl;
using namespace mailctl::dkim;
using crypto::SigningKey;
using crypto::SigningKind;

namespace {

constexpr Time kNow{std::chrono::seconds(1'600'000'000)};

using Zone = std::map<std::string, std::string>;

std::vector<Outcome> verify(std::string_view header, std::string_view body, const Zone& zone,
                            Time now = kNow)
{
    Verification verification(header, now);
    verification.feed(body);
    std::vector<KeyAnswer> answers;
    for (const auto& name : verification.key_names()) {
        const auto found = zone.find(name);
        answers.emplace_back();
        if (found != zone.end() && found->second == "unavailable") {
            answers.back().status = KeyAnswer::Status::Unavailable;
            answers.back().why = "no server answers";
        } else if (found != zone.end()) {
            answers.back().status = KeyAnswer::Status::Found;
            answers.back().records = {found->second};
        }
    }
    return verification.finish(answers);
}

std::string verdicts(const std::vector<Outcome>& outcomes)
{
    std::string out;
    for (const auto& one : outcomes)
        out += (out.empty() ? "" : "; ") + std::string(name_of(one.verdict)) +
               (one.reason.empty() ? "" : ": " + one.reason);
    return out;
}

const SigningKey& rsa_key()
{
    static const SigningKey key = *SigningKey::generate(SigningKind::Rsa, 2048);
    return key;
}

const SigningKey& ed25519_key()
{
    static const SigningKey key = *SigningKey::from_seed(*crypto::decode_base64(kEd25519Seed));
    return key;
}

std::string record_of(const SigningKey& key, std::string_view more = "")
{
    KeyRecord record;
    record.kind = key.kind();
    record.key = key.verifying().octets();
    return std::string(more) + to_text(record).substr(more.empty() ? 0 : 9);
}

Zone our_zone()
{
    return {{"r._domainkey.football.example.com", record_of(rsa_key())},
            {"e._domainkey.football.example.com", record_of(ed25519_key())}};
}

const std::string kHeader = crlf(kFootballHeader);
const std::string kBody = crlf(kFootballBody);

std::string signed_by(const std::vector<SigningIdentity>& keys, const SigningOptions& options = {},
                      std::string_view header = kHeader, std::string_view body = kBody)
{
    Signing signing(header, options, kNow);
    signing.feed(body);
    return *signing.finish(keys);
}

std::vector<SigningIdentity> both_keys()
{
    return {{"football.example.com", "r", rsa_key()}, {"football.example.com", "e", ed25519_key()}};
}

} // namespace

// RFC 8463 §A: both signatures of the message verify by the keys given there.
BOOST_AUTO_TEST_CASE(rfc_8463_example)
{
    const Zone zone{{"brisbane._domainkey.football.example.com", std::string(kEd25519Record)},
                    {"test._domainkey.football.example.com", std::string(kRsaRecord)}};
    const auto outcomes = verify(crlf(kTwoSignatures) + kHeader, kBody, zone);
    BOOST_TEST(verdicts(outcomes) == "pass; pass");
    BOOST_TEST(outcomes[0].bits == 256U);
    BOOST_TEST(outcomes[1].bits == 1024U);
    BOOST_TEST(outcomes[0].signature == "/gCrinpc");
    // RFC 8032 §7.1 has the same pair: the public half follows from the secret one.
    BOOST_TEST(record_of(ed25519_key()) == kEd25519Record);
}

// RFC 6376 §A.2, §A.3: simple/simple, i= in a subdomain.
BOOST_AUTO_TEST_CASE(rfc_6376_example)
{
    const Zone zone{{"brisbane._domainkey.example.com", std::string(kBrisbaneRecord)}};
    const auto header = crlf(kBrisbaneHeader) + kHeader;
    BOOST_TEST(verdicts(verify(header, crlf(kBrisbaneBody), zone)) == "pass");
    BOOST_TEST(verdicts(verify(header, kBody, zone)) == "fail: the body was changed");
    const Zone strict{{"brisbane._domainkey.example.com", "t=s; " + std::string(kBrisbaneRecord).substr(9)}};
    BOOST_TEST(verdicts(verify(header, crlf(kBrisbaneBody), strict)) ==
               "permerror: the key is not for subdomains");
}

BOOST_AUTO_TEST_CASE(every_form_and_kind)
{
    const std::string body = " a  b \r\n\r\n\tc\t\r\n\r\n\r\n";
    const std::string header = "From:  Ann\r\n  <ann@football.example.com>  \r\nSubject:a   b\r\n\r\n";
    for (const Canon h : {Canon::Simple, Canon::Relaxed}) {
        for (const Canon b : {Canon::Simple, Canon::Relaxed}) {
            SigningOptions options;
            options.canons = {h, b};
            const auto prefix = signed_by(both_keys(), options, header, body);
            BOOST_TEST_CONTEXT(to_text(options.canons)) {
                BOOST_TEST(verdicts(verify(prefix + header, body, our_zone())) == "pass; pass");
            }
        }
    }
}

// RFC 5322 §2.1.1: no line is longer than 78 characters.
BOOST_AUTO_TEST_CASE(fields_are_folded)
{
    SigningOptions options;
    options.identity = "@mail.football.example.com";
    options.lifetime = seconds(86400);
    const auto prefix = signed_by(both_keys(), options);
    BOOST_TEST(prefix.ends_with("\r\n"));
    for (std::size_t at = 0; at < prefix.size();) {
        const auto end = prefix.find("\r\n", at);
        BOOST_TEST(end - at <= 78U);
        BOOST_TEST(end - at > 1U);
        at = end + 2;
    }
    BOOST_TEST(prefix.find("i=@mail.football.example.com;") != std::string::npos);
    BOOST_TEST(prefix.find("t=1600000000;") != std::string::npos);
    BOOST_TEST(prefix.find("x=1600086400;") != std::string::npos);
    BOOST_TEST(prefix.find(" l=") == std::string::npos);
    BOOST_TEST(verdicts(verify(prefix + kHeader, kBody, our_zone())) == "pass; pass");
    BOOST_TEST(verdicts(verify(prefix + kHeader, kBody, our_zone(), kNow + seconds(86800))) ==
               "policy: it has expired; policy: it has expired");
    BOOST_TEST(verdicts(verify(prefix + kHeader, kBody, our_zone(), kNow - seconds(400))) ==
               "policy: it is from the future; policy: it is from the future");
}

BOOST_AUTO_TEST_CASE(what_was_changed_fails)
{
    const std::string prefix = signed_by({both_keys()[0]});
    const auto message = prefix + kHeader;
    constexpr std::string_view kHeaderFails =
        "fail: the header was changed, or the key is another one";
    struct Case {
        std::string_view name, header, with, body, expected;
    };
    const Case cases[] = {
        {"nothing", "", "", "", "pass"},
        {"subject", "dinner ready", "dinner cold", "", kHeaderFails},
        {"sender", "joe@", "jim@", "", kHeaderFails},
        {"blanks in the subject", "dinner ready", "dinner   ready", "", "pass"},
        {"time of the signature", "t=1600000000", "t=1600000001", "", kHeaderFails},
        {"more body", "", "", "PS\r\n", "fail: the body was changed"},
        {"empty lines at the end", "", "", "\r\n\r\n", "pass"},
        {"second From", "From: Joe", "From: Eve <eve@evil.example>\r\nFrom: Joe", "", kHeaderFails},
        {"From after it", "To: Suzie", "From: Eve <eve@evil.example>\r\nTo: Suzie", "",
         kHeaderFails},
        {"second Subject", "Subject: Is", "Subject: Win\r\nSubject: Is", "", kHeaderFails},
        {"Reply-To added", "To: Suzie", "Reply-To: eve@evil.example\r\nTo: Suzie", "",
         kHeaderFails},
        {"Content-Type added", "To: Suzie", "Content-Type: text/html\r\nTo: Suzie", "",
         kHeaderFails},
        {"trace added", "From: Joe", "Received: by mx.example\r\nFrom: Joe", "", "pass"},
        {"list field added", "To: Suzie", "List-Id: <l.example>\r\nTo: Suzie", "", "pass"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            std::string header = message;
            BOOST_REQUIRE(header.find(c.header) != std::string::npos);
            header.replace(header.find(c.header), c.header.size(), c.with);
            BOOST_TEST(verdicts(verify(header, kBody + std::string(c.body), our_zone())) ==
                       c.expected);
        }
    }
}

// RFC 6376 §3.5: l= lets others add, which is why it is not used unless asked for.
BOOST_AUTO_TEST_CASE(body_length)
{
    SigningOptions options;
    options.with_length = true;
    const auto prefix = signed_by({both_keys()[1]}, options);
    const auto outcomes = verify(prefix + kHeader, kBody + "More.\r\n", our_zone());
    BOOST_TEST(verdicts(outcomes) == "pass");
    BOOST_TEST(outcomes[0].partial);
    BOOST_TEST(verdicts(verify(prefix + kHeader, "Hi.\r\n", our_zone())) ==
               "fail: the body is shorter than l= says");
}

// RFC 6376 §6.1.2
BOOST_AUTO_TEST_CASE(keys_that_do_not_fit)
{
    const auto message = signed_by({both_keys()[0]}) + kHeader;
    const auto key = crypto::encode_base64(rsa_key().verifying().octets());
    const auto short_key = *SigningKey::generate(SigningKind::Rsa, 1024);
    struct Case {
        std::string_view name;
        std::string record;
        std::string_view expected;
    };
    const Case cases[] = {
        {"fits", "p=" + key, "pass"},
        {"for sha256", "h=sha256; p=" + key, "pass"},
        {"for email", "s=email; p=" + key, "pass"},
        {"strict, the same domain", "t=s; p=" + key, "pass"},
        {"revoked", "p=", "permerror: the key is revoked"},
        {"for sha1", "h=sha1; p=" + key, "permerror: the key is not for this hash"},
        {"for other uses", "s=tlsrpt; p=" + key, "permerror: the key is not for mail"},
        {"of another type", std::string(kEd25519Record), "permerror: the key is of another type"},
        {"no key", "p=YWJj", "permerror: not an RSA public key"},
        {"no record", "hello", "permerror: the key record: a tag without \"=\""},
        {"another key", record_of(short_key),
         "fail: the header was changed, or the key is another one"},
        {"cannot be asked for", "unavailable", "temperror: no server answers"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const Zone zone{{"r._domainkey.football.example.com", c.record}};
            BOOST_TEST(verdicts(verify(message, kBody, zone)) == c.expected);
        }
    }
    BOOST_TEST(verdicts(verify(message, kBody, {})) == "permerror: there is no key");
    const Zone testing{{"r._domainkey.football.example.com", "t=y; p=" + key}};
    BOOST_TEST(verify(message, kBody, testing)[0].testing);
}

// RFC 8301 §3.1, §3.2
BOOST_AUTO_TEST_CASE(weak_signatures)
{
    std::string header = crlf(kBrisbaneHeader) + kHeader;
    header.replace(header.find("rsa-sha256"), 10, "rsa-sha1");
    BOOST_TEST(verdicts(verify(header, kBody, {})) == "policy: rsa-sha1 is not accepted");
    const auto key = *SigningKey::from_pem(R"(-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm
o3qGy0t6z09AIJtH+5OeRV1be+N4cDYJKffGzDa88vQENZiRm0GRq6a+HPGQMd2k
TQIhAKMSvzIBnni7ot/OSie2TmJLY4SwTQAevXysE2RbFDYdAiEBCUEaRQnMnbp7
9mxDXDf6AU0cN/RPBjb9qSHDcWZHGzUCIG2Es59z8ugGrDY+pxLQnwfotadxd+Uy
v/Ow5T0q5gIJAiEAyS4RaI9YG8EWx/2w0T67ZUVAw8eOMB6BIUg0Xcu+3okCIBOs
/5OiPgoTdSy7bcF9IGpSE8ZgGKzgYQVZeN97YE00
-----END RSA PRIVATE KEY-----
)");
    BOOST_TEST(key.bits() == 512U);
    const auto message = signed_by({{"football.example.com", "r", key}}) + kHeader;
    const Zone zone{{"r._domainkey.football.example.com", record_of(key)}};
    BOOST_TEST(verdicts(verify(message, kBody, zone)) ==
               "policy: a key of 512 bits is too weak");
}

BOOST_AUTO_TEST_CASE(many_signatures)
{
    std::string prefix;
    const auto one = signed_by({both_keys()[1]});
    for (int i = 0; i < 11; ++i)
        prefix += one;
    const auto outcomes = verify(prefix + kHeader, kBody, our_zone());
    BOOST_REQUIRE(outcomes.size() == 11U);
    BOOST_TEST(verdicts({outcomes[9]}) == "pass");
    BOOST_TEST(verdicts({outcomes[10]}) == "neutral: too many signatures");
    BOOST_TEST(verdicts(verify("DKIM-Signature: hello\r\n" + one + kHeader, kBody, our_zone())) ==
               "neutral: a tag without \"=\"; pass");
    BOOST_TEST(verify(kHeader, kBody, our_zone()).empty());
}

// RFC 8616 §4: U-labels in the field, A-labels in the question.
BOOST_AUTO_TEST_CASE(international_domains)
{
    const std::string header = "From: ann@b\xc3\xbc" "cher.example\r\n\r\n";
    BOOST_TEST(author_domain(header) == "xn--bcher-kva.example");
    const Zone zone{{"e._domainkey.xn--bcher-kva.example", record_of(ed25519_key())}};
    SigningOptions options;
    options.identity = "j\xc3\xb6rg@xn--bcher-kva.example";
    for (const auto domain : {"xn--bcher-kva.example", "b\xc3\xbc" "cher.example"}) {
        const auto prefix = signed_by({{domain, "e", ed25519_key()}}, options, header, "Hi\r\n");
        const auto outcomes = verify(prefix + header, "Hi\r\n", zone);
        BOOST_TEST(verdicts(outcomes) == "pass");
        BOOST_TEST(outcomes[0].domain == "xn--bcher-kva.example");
    }
}

BOOST_AUTO_TEST_CASE(message_sizes)
{
    for (const std::size_t octets : {0U, 1U, 2U, 16383U, 16384U, 16385U, 1'000'000U}) {
        const std::string body(octets, 'x');
        const auto prefix = signed_by(both_keys(), {}, kHeader, body);
        BOOST_TEST(verdicts(verify(prefix + kHeader, body, our_zone())) == "pass; pass");
    }
}

BOOST_AUTO_TEST_CASE(headers_to_sign)
{
    BOOST_TEST(parse_signed_headers("From+ To, Subject:X-Own").has_value());
    for (const auto bad : {"", "To", "From Received", "From Return-Path", "From DKIM-Signature",
                           "From Bcc", "From a/b", "From+ +"})
        BOOST_TEST(!parse_signed_headers(bad), bad);
    // A field twice is signed twice, the last one first: RFC 6376 §5.4.2.
    SigningOptions options;
    options.headers = *parse_signed_headers("From X-Two");
    const std::string header = "From: a@football.example.com\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n";
    const auto prefix = signed_by({both_keys()[1]}, options, header, "");
    BOOST_TEST(prefix.find("h=From:X-Two:X-Two;") != std::string::npos);
    BOOST_TEST(verdicts(verify(prefix + header, "", our_zone())) == "pass");
    const std::string swapped = "From: a@football.example.com\r\nX-Two: 2\r\nX-Two: 1\r\n\r\n";
    BOOST_TEST(verdicts(verify(prefix + swapped, "", our_zone())).starts_with("fail"));
}

BOOST_AUTO_TEST_CASE(author_domains)
{
    struct Case {
        std::string_view name, header, domain;
    };
    constexpr Case kCases[] = {
        {"one", "From: Ann <ann@Example.ORG>\r\n", "example.org"},
        {"folded", "From: Ann\r\n <ann@example.org>\r\n", "example.org"},
        {"none", "To: ann@example.org\r\n", ""},
        {"two addresses", "From: a@example.org, b@example.org\r\n", ""},
        {"two fields", "From: a@example.org\r\nFrom: b@example.org\r\n", ""},
        {"a literal", "From: a@[192.0.2.1]\r\n", ""},
        {"no address", "From: nobody\r\n", ""},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(author_domain(c.header) == c.domain);
        }
    }
}
