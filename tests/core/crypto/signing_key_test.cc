// Key pairs: made, written, read, and what they sign.
#include <boost/test/unit_test.hpp>

#include "core/crypto/certificate.h"
#include "core/crypto/hasher.h"
#include "core/crypto/hex.h"
#include "core/crypto/signing_key.h"

using namespace mailctl;
using namespace mailctl::crypto;

BOOST_AUTO_TEST_CASE(keys_survive_being_written)
{
    const auto digest_of_text = digest(Hash::Sha256, "text");
    for (const auto kind : {SigningKind::Rsa, SigningKind::Ed25519}) {
        const auto key = SigningKey::generate(kind, 1024);
        BOOST_REQUIRE(key);
        BOOST_TEST(key->pem().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        const auto again = SigningKey::from_pem(key->pem());
        BOOST_REQUIRE(again);
        const auto signature = again->sign(Hash::Sha256, digest_of_text);
        BOOST_REQUIRE(signature);
        const auto other_half = VerifyingKey::from_octets(kind, key->verifying().octets());
        BOOST_REQUIRE(other_half);
        BOOST_TEST(other_half->verifies(Hash::Sha256, digest_of_text, *signature));
        BOOST_TEST(!other_half->verifies(Hash::Sha256, digest(Hash::Sha256, "tent"), *signature));
        BOOST_TEST(!other_half->verifies(Hash::Sha256, digest_of_text, "short"));
        BOOST_TEST(!other_half->verifies(Hash::Sha256, digest_of_text, ""));
    }
}

BOOST_AUTO_TEST_CASE(sizes_of_rsa_keys)
{
    BOOST_TEST(!SigningKey::generate(SigningKind::Rsa, 1023));
    BOOST_TEST(SigningKey::generate(SigningKind::Rsa, 1024)->bits() == 1024U);
    BOOST_TEST(!SigningKey::generate(SigningKind::Rsa, 8193));
}

// RFC 8032 §7.1, test 1
BOOST_AUTO_TEST_CASE(ed25519_public_half)
{
    const auto seed = decode_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    const auto key = SigningKey::from_seed(*seed);
    BOOST_REQUIRE(key);
    BOOST_TEST(encode_hex(key->verifying().octets()) ==
               "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    BOOST_TEST(!SigningKey::from_seed("short"));
}

BOOST_AUTO_TEST_CASE(what_is_no_key)
{
    BOOST_TEST(!SigningKey::from_pem(""));
    BOOST_TEST(!SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
    const auto elliptic = make_private_key(KeyType::EcdsaP256);
    BOOST_REQUIRE(elliptic);
    BOOST_TEST(!SigningKey::from_pem(*elliptic));
    BOOST_TEST(!VerifyingKey::from_octets(SigningKind::Rsa, "abc"));
    BOOST_TEST(!VerifyingKey::from_octets(SigningKind::Ed25519, std::string(31, 'a')));
    BOOST_TEST(!VerifyingKey::from_octets(SigningKind::Ed25519, std::string(33, 'a')));
}

BOOST_AUTO_TEST_CASE(digests_in_pieces)
{
    Hasher hasher(Hash::Sha256);
    hasher.feed("ab");
    hasher.feed("");
    hasher.feed("c");
    BOOST_TEST((hasher.finish() == digest(Hash::Sha256, "abc")));
}
