// Messages whose records end before their fields do.
#include <string>

#include <boost/test/unit_test.hpp>

#include "core/dns/rrset.h" // last

using namespace mailctl;

namespace {

/// An answer about mx.signed.test with one record of this type (two octets) and these octets.
std::string answer_with(const std::string& type, const std::string& rdata)
{
    using namespace std::string_literals;
    std::string message = "\0\1\x81\0\0\1\0\1\0\0\0\0\2mx\6signed\4test\0\0\1\0\1"s;
    message += "\xC0\x0C"s + type + "\0\1\0\0\0\0"s; // owner, type, class, TTL
    message += static_cast<char>(rdata.size() >> 8);
    message += static_cast<char>(rdata.size());
    return message + rdata;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_record_without_all_its_fields_is_malformed)
{
    using namespace std::string_literals;
    struct Case {
        std::string name, type, rdata;
    };
    const Case cases[] = {
        {"RRSIG, empty", "\0\x2E"s, ""},
        {"RRSIG, covers a type and no more", "\0\x2E"s, "\0\1"s},
        {"RRSIG without a signature", "\0\x2E"s, "\0\1\x0D\2"s + std::string(14, 'x') + "\0"s},
        {"DNSKEY, empty", "\0\x30"s, ""},
        {"DNSKEY without a key", "\0\x30"s, "\1\1\3\x0D"s},
        {"DS, empty", "\0\x2B"s, ""},
        {"NSEC, empty", "\0\x2F"s, ""},
        {"NSEC3, empty", "\0\x32"s, ""},
        {"A, empty", "\0\1"s, ""},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto sections = dns::sections_of(answer_with(c.type, c.rdata));
            BOOST_TEST((!sections && sections.error().code() == Errc::Corrupt));
        }
    }
    BOOST_TEST(dns::sections_of(answer_with("\0\1"s, "\xC0\0\2\1"s)).has_value());
}
