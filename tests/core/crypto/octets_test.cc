// Base64, hexadecimal, digests and key derivation against the standards' own examples.
#include <boost/test/unit_test.hpp>

#include "core/crypto/base64.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/crypto/secret.h"

using namespace mailctl;
using namespace mailctl::crypto;

// RFC 4648 §10
BOOST_AUTO_TEST_CASE(base64_examples)
{
    struct Case {
        std::string_view octets, text;
    };
    constexpr Case kCases[] = {{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"fooba", "Zm9vYmE="},
                               {"foobar", "Zm9vYmFy"},
                               {"\xFF\xFE\xFD", "//79"},
                               {"\xFB\xEF", "++8="}};
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            BOOST_TEST(encode_base64(c.octets) == c.text);
            const auto octets = decode_base64(c.text);
            BOOST_REQUIRE(octets.has_value());
            BOOST_TEST(*octets == c.octets);
        }
    }
}

// RFC 4648 §3: only the one canonical form is taken.
BOOST_AUTO_TEST_CASE(base64_refuses)
{
    for (const std::string_view text : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm9-", "=", "====",
                                        "Zg==Zg==", "Z===", "Zm9vY", "Zm\0v"}) {
        BOOST_TEST_CONTEXT(text)
        {
            const auto octets = decode_base64(text);
            BOOST_TEST(octets.has_error());
            if (!octets)
                BOOST_TEST((octets.error().code() == Errc::Invalid));
        }
    }
}

BOOST_AUTO_TEST_CASE(hexadecimal)
{
    BOOST_TEST(encode_hex("\x01\xAB\xFF") == "01abff");
    BOOST_TEST(*decode_hex("01ABff") == "\x01\xAB\xFF");
    BOOST_TEST(decode_hex("0").has_error());
    BOOST_TEST(decode_hex("0g").has_error());
}

BOOST_AUTO_TEST_CASE(digests)
{
    BOOST_TEST(encode_hex(digest(Hash::Md5, "abc")) == "900150983cd24fb0d6963f7d28e17f72");
    BOOST_TEST(encode_hex(digest(Hash::Sha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    BOOST_TEST(encode_hex(digest(Hash::Sha256, "abc")) ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(encode_hex(digest(Hash::Sha512, "abc")).substr(0, 32) == "ddaf35a193617abacc417349ae204131");
    BOOST_TEST(encode_hex(digest(Hash::Sm3, "abc")) ==
               "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

// RFC 4231 §4.3; RFC 7914 §11
BOOST_AUTO_TEST_CASE(keyed)
{
    BOOST_TEST(encode_hex(hmac(Hash::Sha256, "Jefe", "what do ya want for nothing?")) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(encode_hex(pbkdf2(Hash::Sha256, "passwd", "salt", 1, 64)) ==
               "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
               "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

BOOST_AUTO_TEST_CASE(secrets)
{
    BOOST_TEST(equals_in_constant_time("abc", "abc"));
    BOOST_TEST(!equals_in_constant_time("abc", "abd"));
    BOOST_TEST(!equals_in_constant_time("abc", "abcd"));
    std::string secret("a password longer than what a string keeps inside itself");
    const char* const where = secret.data();
    const std::size_t octets = secret.size();
    wipe(secret);
    BOOST_TEST(secret.empty());
    BOOST_TEST(std::string(where, octets) == std::string(octets, '\0'));
}
