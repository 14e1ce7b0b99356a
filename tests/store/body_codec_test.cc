// Inline bodies read back, pack where it helps, and never pass damage on.
#include <boost/test/unit_test.hpp>

#include "core/base/random.h"
#include "store/body/body_codec.h"

using namespace mailctl;
using namespace mailctl::store;

BOOST_AUTO_TEST_CASE(crc32c_vectors)
{
    // RFC 3720 §B.4
    BOOST_TEST(crc32c("123456789") == 0xE3069283U);
    BOOST_TEST(crc32c(std::string(32, '\0')) == 0x8A9136AAU);
    BOOST_TEST(crc32c(std::string(32, '\xFF')) == 0x62A8AB43U);
    BOOST_TEST(crc32c("6789", crc32c("12345")) == 0xE3069283U);
}

BOOST_AUTO_TEST_CASE(inline_bodies_read_back)
{
    std::string noise(5000, '\0');
    SeededRandom random(1);
    random.fill({reinterpret_cast<std::uint8_t*>(noise.data()), noise.size()});
    const std::string text(10'000, 'x');
    for (const auto& body : {std::string(), std::string("a"), text, noise}) {
        const auto value = encode_inline_body(body);
        const auto back = decode_inline_body(value);
        BOOST_REQUIRE(back.has_value());
        BOOST_TEST((*back == body));
        BOOST_TEST(value.size() <= body.size() + 10);
    }
    BOOST_TEST(encode_inline_body(text).size() < 100U);
}

BOOST_AUTO_TEST_CASE(damage_to_any_octet_of_an_inline_body_is_found)
{
    auto value = encode_inline_body("Subject: hello\r\n\r\nbody");
    for (char& octet : value) {
        octet = static_cast<char>(octet ^ 0x40);
        const auto back = decode_inline_body(value);
        BOOST_REQUIRE(!back.has_value());
        BOOST_TEST((back.error().code() == Errc::Corrupt));
        octet = static_cast<char>(octet ^ 0x40);
    }
    BOOST_TEST(!decode_inline_body(value.substr(0, 9)).has_value());
    BOOST_TEST(!decode_inline_body("").has_value());
}
