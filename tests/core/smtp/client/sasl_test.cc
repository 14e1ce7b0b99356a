// SASL mechanisms by the standards' own examples, and which one is taken.
#include <boost/test/unit_test.hpp>

#include "core/crypto/base64.h"
#include "core/smtp/client/sasl.h"

using namespace mailctl;
using namespace mailctl::smtp;

namespace {

SaslParts parts(std::string user, std::string secret, std::string nonce = {})
{
    SaslParts out;
    out.user = std::move(user);
    out.secret = std::move(secret);
    out.nonce = std::move(nonce);
    return out;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string out;
    for (const auto& name : names)
        out += name + ' ';
    return out;
}

struct ScramExample {
    std::string_view name, mechanism, nonce, first, server_first, final, server_final;
};
const ScramExample kScram[] = {
    {"RFC 5802 §5", "SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL",
     "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
     "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
     "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {"RFC 7677 §3", "SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
};

} // namespace

BOOST_AUTO_TEST_CASE(scram_by_the_standards)
{
    for (const ScramExample& e : kScram) {
        BOOST_TEST_CONTEXT(e.name)
        {
            const auto made = make_mechanism(e.mechanism, parts("user", "pencil", std::string(e.nonce)));
            BOOST_TEST_REQUIRE(made.has_value());
            ClientMechanism& scram = **made;
            BOOST_TEST(*scram.initial() == e.first);
            BOOST_TEST(*scram.respond(crypto::encode_base64(e.server_first)) == e.final);
            BOOST_TEST(!scram.finish().has_value()); // the server has shown nothing yet
            BOOST_TEST(*scram.respond(crypto::encode_base64(e.server_final)) == "");
            BOOST_TEST(scram.finish().has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(scram_servers_that_are_not_trusted)
{
    const ScramExample& e = kScram[1];
    struct Case {
        std::string_view name, server_first;
    };
    static const Case kCases[] = {
        {"another nonce", "r=xxprNGfwEbeRWgbNEkqO%hv,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"},
        {"no nonce of its own", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"},
        {"few iterations", "r=rOprNGfwEbeRWgbNEkqO%hv,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095"},
        {"many iterations", "r=rOprNGfwEbeRWgbNEkqO%hv,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=600001"},
        {"a mandatory extension", "m=x,r=rOprNGfwEbeRWgbNEkqO%hv,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"},
        {"no salt", "r=rOprNGfwEbeRWgbNEkqO%hv,i=4096"},
        {"nothing", ""},
    };
    for (const Case& c : kCases)
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto made = make_mechanism(e.mechanism, parts("user", "pencil", std::string(e.nonce)));
            BOOST_TEST(!(*made)->respond(crypto::encode_base64(c.server_first)).has_value());
        }
    const auto made = make_mechanism(e.mechanism, parts("user", "pencil", std::string(e.nonce)));
    BOOST_TEST((*made)->respond(crypto::encode_base64(e.server_first)).has_value());
    const std::string wrong = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G8=";
    BOOST_TEST(!(*made)->respond(crypto::encode_base64(wrong)).has_value());
    BOOST_TEST(!(*made)->finish().has_value());
}

BOOST_AUTO_TEST_CASE(scram_binds_to_tls)
{
    SaslParts with = parts("us,er=", "pencil", "abc");
    with.tls_server_end_point = "end";
    BOOST_TEST(*(*make_mechanism("SCRAM-SHA-256-PLUS", with))->initial() ==
               "p=tls-server-end-point,,n=us=2Cer=3D,r=abc");
    with.tls_exporter = "exporter";
    BOOST_TEST(*(*make_mechanism("SCRAM-SHA-256-PLUS", with))->initial() ==
               "p=tls-exporter,,n=us=2Cer=3D,r=abc");
    BOOST_TEST(*(*make_mechanism("SCRAM-SHA-256", with))->initial() == "y,,n=us=2Cer=3D,r=abc");
    with.plus_is_offered = true;
    BOOST_TEST(*(*make_mechanism("SCRAM-SHA-256", with))->initial() == "n,,n=us=2Cer=3D,r=abc");
    BOOST_TEST(!make_mechanism("SCRAM-SHA-256-PLUS", parts("u", "p")).has_value());
}

BOOST_AUTO_TEST_CASE(the_simple_mechanisms)
{
    using namespace std::string_literals;
    // RFC 2195 §2
    const auto cram = make_mechanism("CRAM-MD5", parts("tim", "tanstaaftanstaaf"));
    BOOST_TEST(!(*cram)->initial().has_value());
    BOOST_TEST(*(*cram)->respond(crypto::encode_base64("<1896.697170952@postoffice.reston.mci.net>")) ==
               "tim b913a602c7eda7a495b4e6e7334d3890");
    BOOST_TEST(*(*make_mechanism("PLAIN", parts("tim", "x")))->initial() == "\0tim\0x"s);
    BOOST_TEST(*(*make_mechanism("XOAUTH2", parts("tim", "tok")))->initial() ==
               "user=tim\1auth=Bearer tok\1\1"s);
    const auto login = make_mechanism("LOGIN", parts("tim", "x"));
    BOOST_TEST(*(*login)->respond("anything") == "tim");
    BOOST_TEST(*(*login)->respond("") == "x");
    BOOST_TEST(!(*login)->respond("").has_value());
    BOOST_TEST(!make_mechanism("GSSAPI", parts("tim", "x")).has_value());
    BOOST_TEST(!make_mechanism("PLAIN", parts("", "x")).has_value());
    BOOST_TEST(!make_mechanism("PLAIN", parts("a\0b"s, "x")).has_value());
}

BOOST_AUTO_TEST_CASE(the_best_in_common)
{
    const std::vector<std::string> all{"LOGIN",       "PLAIN",         "XOAUTH2",
                                       "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
                                       "CRAM-MD5",    "GSSAPI"};
    BOOST_TEST(joined(choose_mechanisms(all, {}, true, true)) ==
               "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN ");
    BOOST_TEST(joined(choose_mechanisms(all, {}, false, false)) ==
               "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 ");
    BOOST_TEST(joined(choose_mechanisms(all, {"xoauth2", "plain"}, true, true)) == "XOAUTH2 PLAIN ");
    BOOST_TEST(joined(choose_mechanisms({"PLAIN"}, {}, false, false)) == "");
    BOOST_TEST(joined(choose_mechanisms({"GSSAPI"}, {"GSSAPI"}, true, true)) == "");
}
