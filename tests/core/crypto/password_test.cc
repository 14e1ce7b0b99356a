// Stored passwords of every form: what verifies, what is refused at import and why.
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/crypto/password.h"
#include "core/crypto/saslprep.h"

using namespace mailctl;
using namespace mailctl::crypto;

namespace {

constexpr HashOptions kCheap{64, 1};

struct Foreign {
    std::string_view name, password, hash;
};

// Made by Dovecot 2.3's "doveadm pw", crypt(3), OpenSSL and the Argon2 reference code.
constexpr Foreign kForeign[] = {
    {"plain md5", "secret word", "{PLAIN-MD5}74a11ef33c5252edfa87c4eb8b566c2a"},
    {"md5 in capitals", "secret word", "{plain-md5}74A11EF33C5252EDFA87C4EB8B566C2A"},
    {"md5 is md5-crypt", "secret word", "{MD5}$1$5chTpsR0$gFEPkv19zc2cucJWtVkeg."},
    {"ldap md5", "secret word", "{LDAP-MD5}dKEe8zxSUu36h8Tri1ZsKg=="},
    {"md5 is ldap's", "secret word", "{MD5}dKEe8zxSUu36h8Tri1ZsKg=="},
    {"salted md5", "secret word", "{SMD5}D7i3oc9ctWnqncaI6DTRlbctwKQ="},
    {"sha", "secret word", "{SHA}PDUC6jG3V40qqE4XqHRFLkyoMVM="},
    {"sha1", "secret word", "{SHA1}PDUC6jG3V40qqE4XqHRFLkyoMVM="},
    {"ssha", "secret word", "{SSHA}hYewOID2YS6r9i+u221dNGg5RbURV9sZ"},
    {"sha256", "secret word", "{SHA256}IayyjA3gWZZbR1sHRtCwKExgzKYGpItNvBowIpWLrRY="},
    {"sha256 hex", "secret word",
     "{SHA256.HEX}21acb28c0de059965b475b0746d0b0284c60cca606a48b4dbc1a3022958bad16"},
    {"ssha256", "secret word", "{SSHA256}iWNol7w7n0lQJsGZYHDPnQPPPa6Ozwg3Pi96Kjg9eXaYh8se"},
    {"sha512", "secret word",
     "{SHA512}fOXiyQ05YN/eMu5/hCegoO0CDda5pBYuEaN9EuqV1ZbWIQdXvnQnyj+5FCqAQGUGeGjr7aZ9mJtfWlX0sA11kA=="},
    {"ssha512", "secret word",
     "{SSHA512}bmk6haWeB8qQk89VRBGOI9SzAGDMO1foelh7isgZ7COZNX3MAwvhI5xjXbg/sfChLmEXqv/zgRTvI4fPhtnCQ0smmwo="},
    {"ssha512 hex", "secret word",
     "{SSHA512.HEX}41b7d6a16c0a5812896a99762aad19c45df9d122a33aa34c733db9008fe2af03"
     "8db780a6f3feb2034f5819a48388d4355336e528e543f9cf07a10c5dd3d95e3960de89ea"},
    {"pbkdf2 of dovecot", "secret word",
     "{PBKDF2}$1$GGb/SiP0XxPiaZww$5000$3d7489dbb8ec60b09f84304fa6f5040487ce9780"},
    {"bcrypt", "secret word", "{BLF-CRYPT}$2y$05$.PM3IMT/.CDGxBlc/a3EEehpPAlLNelbb5gKVMaojXbcUXU/Z3Ih6"},
    {"bcrypt 2b, bare", "secret", "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"},
    {"bcrypt as crypt", "secret word", "{CRYPT}$2y$05$mWK60w.5idCeotgwOIEhNuCW0t2VxFaiOUWXD.tBP6YjFI9mH67aq"},
    {"sha512-crypt", "secret word",
     "{SHA512-CRYPT}$6$zr2P6tC5y9hTrQmc$kL8Zvd3HZGx0L6Xb9Nq0p7PlusbwdjVgX.s4ARND9Z47b5BvJEd6gWwOf9rS7EMN32u."
     "fXf7WtyLLVrOmhm5j/"},
    {"sha512-crypt, rounds", "secret",
     "$6$rounds=5000$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq."
     "H91p5hVO1"},
    {"sha256-crypt", "secret word",
     "{SHA256-CRYPT}$5$oaEMtlmR0hpOjgU.$pX6AQddeBn8ruY56DrR87tgnNSOHQNZfmQM5El6XJe0"},
    {"md5-crypt", "secret word", "{MD5-CRYPT}$1$M66Ra3ST$fATAeRg5ZjuhkD6jPGTUH1"},
    {"des-crypt", "secret word", "{DES-CRYPT}EorqpPwlRiYgo"},
    {"crypt is des", "secret", "{CRYPT}abNANd1rDfiNc"},
    {"yescrypt, bare", "secret", "$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9"},
    {"argon2id", "secret word",
     "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$/oezEIIbZApz/kzsafgADg$XnoNb3LAADZhMpribpBQvmtAtSD7idj2mSyzyJKQWt0"},
    {"argon2id, one lane", "password",
     "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"},
    {"argon2id, two lanes", "password",
     "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"},
    {"hmailserver", "secret word",
     "{HMAIL-SHA256}a1b2c3ebf4eaec68294729a937164117574157cd9b48b9d365abfd5bbeadac300dcec7"},
    {"scram", "pencil",
     "{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"
     "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="},
};

} // namespace

BOOST_AUTO_TEST_CASE(foreign_hashes_verify)
{
    for (const auto& c : kForeign) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto wellformed = is_wellformed_hash(c.hash);
            BOOST_TEST(wellformed.has_value(), (wellformed ? std::string() : to_string(wellformed.error())));
            BOOST_TEST(verify_password(c.hash, c.password));
            BOOST_TEST(!verify_password(c.hash, "x" + std::string(c.password)));
            BOOST_TEST(!verify_password(c.hash, ""));
            BOOST_TEST(needs_rehash(c.hash, HashOptions{}));
        }
    }
}

BOOST_AUTO_TEST_CASE(import_refuses_with_the_reason)
{
    struct Case {
        std::string_view hash, reason;
    };
    constexpr Case kCases[] = {
        {"", "empty"},
        {"secret", "write its {SCHEME}"},
        {"{PLAIN}secret", "the password itself"},
        {"{NTLM}abc", "unknown scheme {NTLM}"},
        {"{SHA256", "closing brace"},
        {"{PLAIN-MD5}74a11ef33c5252edfa87c4eb8b566c", "16 octets"},
        {"{SSHA}PDUC6jG3V40qqE4XqHRFLkyoMVM=", "and a salt"},
        {"{BLF-CRYPT}$2y$05$tooshort", "53 characters"},
        {"{BLF-CRYPT}$2y$31$.PM3IMT/.CDGxBlc/a3EEehpPAlLNelbb5gKVMaojXbcUXU/Z3Ih6", "cost"},
        {"{SHA512-CRYPT}$5$a$b", "must start with $6$"},
        {"{SHA256-CRYPT}$5$rounds=1$a$b", "rounds"},
        {"{SHA256-CRYPT}$5$saltsaltsaltsalts$b", "longer than 16"},
        {"{MD5-CRYPT}$1$a$b", "22 characters"},
        {"{DES-CRYPT}abc", "13 characters"},
        {"$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "version 19"},
        {"$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "more than"},
        {"{PBKDF2}$1$salt$0$3d7489dbb8ec60b09f84304fa6f5040487ce9780", "rounds"},
        {"{PBKDF2-SHA256}$pbkdf2-sha256$1000$c2FsdA$AAAA", "right length"},
        {"{HMAIL-SHA256}abc", "6 characters"},
        {"{SCRAM-SHA-256}4096,a,b,c", "iterations"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.hash)
        {
            const auto result = is_wellformed_hash(c.hash);
            BOOST_REQUIRE(result.has_error());
            BOOST_TEST(result.error().detail().find(c.reason) != std::string::npos, result.error().detail());
            BOOST_TEST(!verify_password(c.hash, "secret"));
            BOOST_TEST(scheme_of(c.hash) == "unknown");
        }
    }
}

BOOST_AUTO_TEST_CASE(new_hashes)
{
    const std::string hash = hash_password("correct horse", kCheap);
    BOOST_TEST(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    BOOST_TEST(hash != hash_password("correct horse", kCheap));
    BOOST_TEST(verify_password(hash, "correct horse"));
    BOOST_TEST(verify_password("{ARGON2ID}" + hash, "correct horse"));
    BOOST_TEST(!verify_password(hash, "correct Horse"));
    BOOST_TEST(!needs_rehash(hash, kCheap));
    BOOST_TEST(needs_rehash(hash, HashOptions{128, 1}));
    BOOST_TEST(scheme_of(hash) == "ARGON2ID");
}

// RFC 4013 §2.3: a composed and a decomposed letter are one password.
BOOST_AUTO_TEST_CASE(one_password_typed_two_ways)
{
    const std::string hash = hash_password("p\xC3\xA4ss", kCheap);
    BOOST_TEST(verify_password(hash, "p\xC3\xA4ss"));
    BOOST_TEST(verify_password(hash, "pa\xCC\x88ss"));
    BOOST_TEST(!verify_password(hash, "pass"));
    // Not UTF-8 at all: taken as octets.
    const std::string latin = hash_password("p\xE4ss", kCheap);
    BOOST_TEST(verify_password(latin, "p\xE4ss"));
}

// RFC 4013 §3
BOOST_AUTO_TEST_CASE(saslprep_examples)
{
    BOOST_TEST(*saslprep("I\xC2\xADX") == "IX");
    BOOST_TEST(*saslprep("user") == "user");
    BOOST_TEST(*saslprep("USER") == "USER");
    BOOST_TEST(*saslprep("\xC2\xAA") == "a");
    BOOST_TEST(*saslprep("\xE2\x85\xA8") == "IX");
    BOOST_TEST(saslprep("\x07").has_error());
    BOOST_TEST(saslprep("\xD8\xA7\x31").has_error());
    BOOST_TEST(saslprep("\xFF").has_error());
}

BOOST_AUTO_TEST_CASE(generated_passwords)
{
    const std::string password = generate_password();
    BOOST_TEST(password.size() == 16u);
    BOOST_TEST(password != generate_password());
}
