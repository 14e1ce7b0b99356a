// SCRAM-SHA-256's keys against the exchange printed in its standard.
#include <boost/test/unit_test.hpp>

#include "core/crypto/base64.h"
#include "core/crypto/scram.h"

using namespace mailctl;
using namespace mailctl::crypto;

namespace {

constexpr std::string_view kAuthMessage =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,"
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

} // namespace

// RFC 7677 §3
BOOST_AUTO_TEST_CASE(standard_exchange)
{
    const auto keys = derive_scram_sha_256("pencil", *decode_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    BOOST_REQUIRE(keys.has_value());
    const auto proof = *decode_base64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    BOOST_TEST(is_scram_proof(*keys, kAuthMessage, proof));
    BOOST_TEST(!is_scram_proof(*keys, kAuthMessage, std::string(32, 'x')));
    BOOST_TEST(!is_scram_proof(*keys, kAuthMessage, "short"));
    BOOST_TEST(encode_base64(scram_server_signature(*keys, kAuthMessage)) ==
               "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

BOOST_AUTO_TEST_CASE(stored_form_reads_back)
{
    const std::string text = make_scram_sha_256("pencil", 4096);
    const auto keys = decode_scram(text);
    BOOST_REQUIRE(keys.has_value());
    BOOST_TEST(encode_scram(*keys) == text);
    BOOST_TEST(keys->salt.size() == kScramSaltOctets);
    BOOST_TEST(derive_scram_sha_256("pencil", keys->salt, 4096)->stored_key == keys->stored_key);
    for (const std::string_view bad : {"", "4096$a$b$c", "0$c2FsdA==$$", "4096$c2FsdA==$c2FsdA==$c2FsdA=="})
        BOOST_TEST(decode_scram(bad).has_error());
    BOOST_TEST(make_scram_sha_256("\x07", 4096).empty());
}
