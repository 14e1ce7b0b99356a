// Bearer tokens: keys, signatures, claims. RFC 7515, RFC 7517, RFC 7519 §4.1, RFC 7662 §2.2
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/auth/oauth/claims.h"
#include "core/auth/oauth/token_keys.h"

using namespace mailctl;
using namespace mailctl::auth;

namespace {

// Three key pairs made for this test, and what each signed: {"email": "ann@example.org"}.
constexpr std::string_view kRsaPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2t4t/2fworE8gVJme5FL\n"
    "yOvkrS15bUQiDE2B8FpSEUKM77ijYy7/UvtXQZ1LhneyMa2ywdlvtcvxv9+PV4Jb\n"
    "7MpnEnBYRhJ9njvIkgDXqIy9DA+9lKj/T4lSJ+VKVeuZ1IyjYHB+0+YO/XwtlQHM\n"
    "mcq9E3MO15UMrb2ALZ19FCNzIxJ+lP+zJsHQZQK6jEprkDhgdOv49e8Q286nYeKW\n"
    "+UCpVozw7wKqRNVCdXNqRETHnK0Wa+Ce3RcjplqYuzhDiXntsv6WBGuaxeV4ZI84\n"
    "3TfBP6FmzOVoH4STjyP44T8v/FIGUF4sZnoXPyWx1DFfYRJ0di2B9Ha8Y/7GZJ3d\n"
    "RwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kEcPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEar1yJH0RgyQ1nDtRRt3YNsfN+F+c\n"
    "2LtaeGCp7SulxOEvRSssEl3NlMhXKUhqz/lWY7/suNWETwUlU2ZJAC81Mg==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kEdPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEALyoveJMjvtoMgX8OYS0WQOXCyByekV3UpAssK6d7riU=\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kSmallPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDUj6u3VxvSeODDAiaw6xF6FaeC\n"
    "u6d7n9jPoaMWrEJry9KcD74ZKF6NaGFjelBNNfCkyAk9hOhy0Vy1CMmxEkaOZgEN\n"
    "Jhho48mw5+E0VrxFHDy26MCWzn2pOWBYPLFYjAiEc6vSDvc+SDwqxPeiorDSivaC\n"
    "HrZQKJw5UPeuA4kaCQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kRsaToken =
    "eyJhbGciOiAiUlMyNTYifQ.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.SOFAkrffVfyNPFOkEwGNkDhI21fnzjvNBVoXxZ"
    "rrE3Ei_3YP6vHSZMnACLOLJjsOcTKtSF3iLM8tBEPXB8w1p7fGLrL-7W6GM2UNoQPirjsZdQIUwmQpiyDwac94KAU_VZnqr6zGAx"
    "sOxs2_f1OB3ZSFfMrw49wGJgOSdQd04qYscQ5mBMyCQBgmyJ8SakYsuFESBQRHQBcwYZe7Fdb3GqnU5_aFp9ITyvf6wPTtR34rwc"
    "mV7tkp6v6cpbSpMn-_FAQETQjjCROYRAU6jbWSDFh3s4_lpGWIB5ZmslPkcduvCqanVVGHEXVsYIRkFTTPNj0CuR_JbOkmuAAXz1"
    "kcdw";
constexpr std::string_view kEcToken =
    "eyJhbGciOiAiRVMyNTYifQ.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.21fDxCZe4UvkJtIt9lZ_hCD6pgd8Ant5k7IlRp"
    "EipTEaghjq_zuTYxUZp5p9mqVjfjm5MWHw_kfHX4jl-nWFUw";
constexpr std::string_view kEdToken =
    "eyJhbGciOiAiRWREU0EifQ.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.vjLDX3UX_Hkf5m5BE7urmOgJtgIK9WhoY9cLMy"
    "RaQVi3ak0vjoLgvxoDIx6dnK8RO-de2Hh-vec7FpeNpGpqDg";
constexpr std::string_view kKidToken =
    "eyJhbGciOiAiRWREU0EiLCAia2lkIjogInR3byJ9.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.xIPUCZGiztOzorAKEg5-"
    "ctjeGEB_8tl7kE1QsbZXDuZc0-xVl5fexjXstEIgfAiL5GAaBm4qwElJky7NxKNPBQ";
constexpr std::string_view kCritToken =
    "eyJhbGciOiAiRWREU0EiLCAiY3JpdCI6IFsieCJdfQ.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.aO6Q5PlNkjwPumHDGu"
    "eew3fDy__jmD3gqEDhynSdiuzjTon44ysE6pU9Z10gX0vWn1MNUBBOgOhqdRdOC5YLBw";
constexpr std::string_view kMixedToken =
    "eyJhbGciOiAiRVMyNTYifQ.eyJlbWFpbCI6ICJhbm5AZXhhbXBsZS5vcmcifQ.gm4QRTa8bEaHAcscPmSTYKnwUupxX9hSWGMTDt"
    "wLWSLLX2qezXwgBvBPfi5hYeVp8hFSCfjPo7vB--m9C1jkvmp6WeU-OE7gKieoHt-jMFaz6d-05IyybqSgeG0sCLjNhJWAB-VQph"
    "l6Q8L9PLp_DYQsWk8nPHUHBo5WzQyzmlKRlBum6l-cTI2bxvBWU-J7Pz_2wdlOajslDNlwuoRN4i8830r2-jgqN7gaJPAZLM4jnG"
    "FwBlFItWva291oQJ5B9a6jQAj6DnYwgvaaKWYObudWa4zdYBb5gSCK1y6klRRAiE9_zg3bX6c5vNOj9UtwniPN4_yQNhh47FyP5Z"
    "TVTA";
constexpr std::string_view kJwks = R"({"keys": [{"kty": "RSA", "kid": "one", "n": "2t4t_2fworE8gVJme5FLyOvkrS15bUQiDE2B8FpSEUKM77ijYy7_UvtXQZ1LhneyMa2ywdlvtcvxv9-PV4Jb7MpnEnBYRhJ9njvIkgDXqIy9DA-9lKj_T4lSJ-VKVeuZ1IyjYHB-0-YO_XwtlQHMmcq9E3MO15UMrb2ALZ19FCNzIxJ-lP-zJsHQZQK6jEprkDhgdOv49e8Q286nYeKW-UCpVozw7wKqRNVCdXNqRETHnK0Wa-Ce3RcjplqYuzhDiXntsv6WBGuaxeV4ZI843TfBP6FmzOVoH4STjyP44T8v_FIGUF4sZnoXPyWx1DFfYRJ0di2B9Ha8Y_7GZJ3dRw", "e": "AQAB"},
{"kty": "EC", "crv": "P-256", "x": "ar1yJH0RgyQ1nDtRRt3YNsfN-F-c2LtaeGCp7SulxOE", "y": "L0UrLBJdzZTIVylIas_5VmO_7LjVhE8FJVNmSQAvNTI", "use": "sig"},
{"kty": "OKP", "crv": "Ed25519", "kid": "two", "x": "LyoveJMjvtoMgX8OYS0WQOXCyByekV3UpAssK6d7riU"},
{"kty": "oct", "k": "AAAA"},
{"kty": "RSA", "use": "enc", "n": "2t4t_2fworE8gVJme5FLyOvkrS15bUQiDE2B8FpSEUKM77ijYy7_UvtXQZ1LhneyMa2ywdlvtcvxv9-PV4Jb7MpnEnBYRhJ9njvIkgDXqIy9DA-9lKj_T4lSJ-VKVeuZ1IyjYHB-0-YO_XwtlQHMmcq9E3MO15UMrb2ALZ19FCNzIxJ-lP-zJsHQZQK6jEprkDhgdOv49e8Q286nYeKW-UCpVozw7wKqRNVCdXNqRETHnK0Wa-Ce3RcjplqYuzhDiXntsv6WBGuaxeV4ZI843TfBP6FmzOVoH4STjyP44T8v_FIGUF4sZnoXPyWx1DFfYRJ0di2B9Ha8Y_7GZJ3dRw", "e": "AQAB"}]})";

constexpr std::string_view kClaims = R"({"email": "ann@example.org"})";

std::string verified(std::string_view token, std::string_view keys)
{
    const auto parsed = parse_token_keys(keys);
    BOOST_REQUIRE(parsed.has_value());
    const auto claims = claims_of_jwt(token, *parsed);
    return claims ? *claims : std::string(name_of(claims.error().code()));
}

} // namespace

BOOST_AUTO_TEST_CASE(signatures)
{
    BOOST_TEST(verified(kRsaToken, kRsaPem) == kClaims);
    BOOST_TEST(verified(kEcToken, kEcPem) == kClaims);
    BOOST_TEST(verified(kEdToken, kEdPem) == kClaims);
    for (const auto token : {kRsaToken, kEcToken, kEdToken, kKidToken})
        BOOST_TEST(verified(token, kJwks) == kClaims);
    const std::string all = std::string(kRsaPem) + std::string(kEcPem) + std::string(kEdPem);
    for (const auto token : {kRsaToken, kEcToken, kEdToken, kKidToken})
        BOOST_TEST(verified(token, all) == kClaims);
    BOOST_TEST(verified(kEcToken, kRsaPem) == "denied");
    BOOST_TEST(verified(kCritToken, kEdPem) == "denied");
    BOOST_TEST(verified(kMixedToken, all) == "denied");
    const std::string without_kid_one = R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":")" +
                                        std::string(kJwks.substr(kJwks.rfind("\"x\": \"") + 6, 43)) + R"("}]})";
    BOOST_TEST(verified(kEdToken, without_kid_one) == kClaims);
    BOOST_TEST(verified(kKidToken, without_kid_one) == "denied");
}

BOOST_AUTO_TEST_CASE(tokens_that_were_touched)
{
    for (const auto token : {kRsaToken, kEcToken, kEdToken}) {
        const auto last_dot = token.rfind('.');
        for (const std::size_t at : {std::size_t{2}, token.find('.') + 3, last_dot + 5}) {
            std::string other(token);
            other[at] = other[at] == 'A' ? 'B' : 'A';
            BOOST_TEST(verified(other, kJwks) != kClaims);
        }
        BOOST_TEST(verified(token.substr(0, last_dot + 1), kJwks) != kClaims); // no signature
    }
    const std::string none = "eyJhbGciOiJub25lIn0" + std::string(kEdToken.substr(kEdToken.find('.')));
    BOOST_TEST(verified(none, kJwks) == "denied");
    for (const std::string_view bad : {"", ".", "..", "a.b", "a.b.c.d", "!!.!!.!!"})
        BOOST_TEST(verified(bad, kJwks) == "invalid");
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_taken)
{
    for (const std::string_view bad : {std::string_view(""), std::string_view("{}"), std::string_view("nonsense"),
                                       std::string_view(R"({"keys":[{"kty":"oct","k":"AAAA"}]})"),
                                       std::string_view(R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"),
                                       kSmallPem})
        BOOST_TEST(!parse_token_keys(bad).has_value());
    std::string many;
    for (std::size_t i = 0; i < kMaxTokenKeys; ++i)
        many += kEdPem;
    BOOST_TEST(parse_token_keys(many).has_value());
    many += kEdPem;
    BOOST_TEST(!parse_token_keys(many).has_value());
}

BOOST_AUTO_TEST_CASE(claims)
{
    const Time now(std::chrono::seconds(1'000'000));
    conf::OAuthSettings settings;
    settings.issuer = "https://id.example.org";
    settings.audience = {"mail", "other"};
    settings.scopes = {"imap"};
    settings.leeway = std::chrono::seconds(10);
    const std::string good = R"("iss":"https://id.example.org","aud":"mail","scope":"openid imap","email":"ann@example.org")";
    struct Case {
        std::string_view name;
        std::string json;
        ClaimsFrom from;
        bool is_good;
    };
    using F = ClaimsFrom;
    const Case cases[] = {
        {"good", "{" + good + R"(,"exp":1000001})", F::Token, true},
        {"within leeway", "{" + good + R"(,"exp":999991})", F::Token, true},
        {"expired", "{" + good + R"(,"exp":999990})", F::Token, false},
        {"no exp", "{" + good + "}", F::Token, false},
        {"exp is a text", "{" + good + R"(,"exp":"1000001"})", F::Token, false},
        {"exp beyond all dates", "{" + good + R"(,"exp":1e300})", F::Token, false},
        {"exp below zero", "{" + good + R"(,"exp":-1})", F::Token, false},
        {"not yet", "{" + good + R"(,"exp":2000000,"nbf":1000011})", F::Token, false},
        {"almost", "{" + good + R"(,"exp":2000000,"nbf":1000010})", F::Token, true},
        {"another issuer", R"({"iss":"x","aud":"mail","scope":"imap","email":"ann@example.org","exp":2000000})", F::Token, false},
        {"several audiences", R"({"iss":"https://id.example.org","aud":["x","other"],"scp":["imap"],"email":"ann@example.org","exp":2000000})", F::Token, true},
        {"another audience", R"({"iss":"https://id.example.org","aud":["x"],"scope":"imap","email":"ann@example.org","exp":2000000})", F::Token, false},
        {"without the scope", R"({"iss":"https://id.example.org","aud":"mail","scope":"imaps","email":"ann@example.org","exp":2000000})", F::Token, false},
        {"without a user", R"({"iss":"https://id.example.org","aud":"mail","scope":"imap","exp":2000000})", F::Token, false},
        {"active", R"({"active":true,)" + good + "}", F::Introspection, true},
        {"inactive", R"({"active":false})", F::Introspection, false},
        {"not told", "{" + good + "}", F::Introspection, false},
        {"told in words", R"({"active":"true",)" + good + "}", F::Introspection, false},
        {"no object", "[]", F::Token, false},
        {"no JSON", "{", F::Token, false},
        {"nested deeply", std::string(1000, '['), F::Token, false},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto user = user_of_claims(c.json, c.from, settings, now);
            BOOST_TEST(user.has_value() == c.is_good);
            if (user)
                BOOST_TEST(*user == "ann@example.org");
        }
    }
}
