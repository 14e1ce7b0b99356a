// Inline bodies read back, pack where it helps, and never pass damage on.
#include <boost/test/unit_test.hpp>

#include <algorithm>

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

namespace {

/// A message of that many octets of header, and text that packs.
std::string message_of(std::size_t header, std::size_t body, std::string_view line_end = "\r\n")
{
    std::string message = "Subject: start";
    for (unsigned n = 0; message.size() + 2 * line_end.size() < header; ++n)
        message += n % 40 == 39 ? std::string(line_end) + "X-Next: " : std::string(1, static_cast<char>('a' + n * n % 23));
    message.resize(header - 2 * line_end.size());
    message.back() = 'z'; // no line's end, which would end the header
    message.append(line_end).append(line_end);
    for (unsigned n = 0; message.size() < header + body; ++n)
        message += "line " + std::to_string(n * n) + std::string(line_end);
    message.resize(header + body);
    return message;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_start_of_a_body_reads_alone)
{
    std::string noise(3000, '\0');
    SeededRandom random(2);
    random.fill({reinterpret_cast<std::uint8_t*>(noise.data()), noise.size()});
    const std::string bodies[] = {"",
                                  "a",
                                  noise,
                                  message_of(500, 9500),
                                  message_of(500, 9500, "\n"),
                                  message_of(127, 9500),
                                  message_of(128, 9500),
                                  message_of(128, 127),
                                  message_of(128, 128),
                                  message_of(9000, 1000),
                                  message_of(64 * 1024, 50'000),
                                  message_of(64 * 1024 + 1, 50'000)};
    for (const auto& body : bodies) {
        const auto value = encode_inline_body(body);
        BOOST_TEST(value.size() <= body.size() + 10);
        BOOST_TEST(decode_inline_body(value).value() == body);
        for (const std::size_t octets : {std::size_t{0}, std::size_t{1}, std::size_t{128}, std::size_t{499},
                                         std::size_t{500}, std::size_t{501}, body.size() / 2, body.size() - 1,
                                         body.size(), body.size() + 1}) {
            const auto start = decode_inline_body(value, octets);
            BOOST_REQUIRE(start.has_value());
            BOOST_TEST(*start == body.substr(0, octets), body.size() << " octets, the first " << octets);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_header_unpacks_from_its_own_block)
{
    const auto message = message_of(500, 9500);
    std::string packed;
    BOOST_REQUIRE((pack(message, packed) == BodyCodec::Zstd));
    // What comes after the header's block may be damaged as one likes: it is not looked at.
    auto damaged = packed;
    std::fill(damaged.end() - 100, damaged.end(), '\xFF');
    std::string header;
    BOOST_REQUIRE(unpack_start(BodyCodec::Zstd, damaged, message.size(), 500, header).has_value());
    BOOST_TEST(header == message.substr(0, 500));
    std::string more = "kept";
    const auto cut = packed.substr(0, packed.size() - 100);
    const auto past = unpack_start(BodyCodec::Zstd, cut, message.size(), message.size() - 1, more);
    BOOST_REQUIRE(!past.has_value());
    BOOST_TEST((past.error().code() == Errc::Corrupt));
    BOOST_TEST(more == "kept");
    BOOST_TEST(!unpack_start(BodyCodec::Raw, "short", 6, 3, more).has_value());
    BOOST_TEST(!unpack_start(static_cast<BodyCodec>(9), "octets", 6, 3, more).has_value());
}
