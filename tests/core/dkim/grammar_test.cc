// Tag lists, key records, signature fields and canonical forms.
#include <boost/test/unit_test.hpp>

#include "core/crypto/base64.h"
#include "core/crypto/digest.h"
#include "core/dkim/canonical.h"
#include "core/dkim/key_record.h"
#include "core/dkim/signature.h"
#include "core/dkim/tag_list.h"
#include "tests/core/dkim/vectors.h"

using namespace mailctl;
using namespace mailctl::dkim;

namespace {

std::string tags_as_text(std::string_view text)
{
    const auto list = parse_tag_list(text);
    if (!list)
        return "! " + list.error().detail();
    std::string out;
    for (const Tag& tag : list->tags())
        out += std::string(tag.name) + "<" + std::string(tag.value) + ">";
    return out;
}

std::string hash_in_pieces(Canon canon, std::string_view body, std::size_t octets)
{
    BodyHasher hasher(canon, crypto::Hash::Sha256);
    for (; !body.empty(); body.remove_prefix(std::min(octets, body.size())))
        hasher.feed(body.substr(0, octets));
    return hasher.finish();
}

} // namespace

// RFC 6376 §3.2
BOOST_AUTO_TEST_CASE(tag_lists)
{
    struct Case {
        std::string_view name, text, expected;
    };
    constexpr Case kCases[] = {
        {"one", "v=1", "v<1>"},
        {"final semicolon", "v=1;", "v<1>"},
        {"final semicolon and blanks", "v=1; \r\n ", "v<1>"},
        {"blanks about", " v = 1 ;\r\n\ta\t=\r\n b ", "v<1>a<b>"},
        {"folded within", "h=From:\r\n To", "h<From:\r\n To>"},
        {"empty value", "p=", "p<>"},
        {"equals within", "b=ab==", "b<ab==>"},
        {"names tell case", "a=1;A=2", "a<1>A<2>"},
        {"UTF-8", "d=\xc3\xa4.example", "d<\xc3\xa4.example>"},
        {"empty", "", ""},
        {"twice", "a=1;a=2", "! tag a twice"},
        {"no equals", "a=1;b", "! a tag without \"=\""},
        {"empty in the middle", "a=1;;b=2", "! a tag without \"=\""},
        {"name with a digit first", "1a=2", "! a tag without a proper name"},
        {"name with a blank", "a b=2", "! a tag without a proper name"},
        {"control", "a=\x01", "! a bad character in tag a"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(tags_as_text(c.text) == c.expected);
        }
    }
}

// RFC 6376 §3.6.1
BOOST_AUTO_TEST_CASE(key_records)
{
    struct Case {
        std::string_view name, text, expected;
    };
    constexpr Case kCases[] = {
        {"least", "p=YQ==", "v=DKIM1; k=rsa; p=YQ=="},
        {"all", "v=DKIM1; h=sha1:sha256; k=ed25519; n=hello; s=email:*; t=y:s; p=YQ==",
         "v=DKIM1; h=sha1:sha256; k=ed25519; n=hello; s=email:*; t=y:s; p=YQ=="},
        {"old granularity", "v=DKIM1; g=*; k=rsa; p=YQ==", "v=DKIM1; k=rsa; p=YQ=="},
        {"revoked", "v=DKIM1; p=", "v=DKIM1; k=rsa; p="},
        {"blanks in the key", "k=rsa; p=YW Jj\r\n ZA==", "v=DKIM1; k=rsa; p=YWJjZA=="},
        {"strict", "t=s; p=YQ==", "v=DKIM1; k=rsa; t=s; p=YQ=="},
        {"unknown tags and flags", "x=1; t=q; p=YQ==", "v=DKIM1; k=rsa; p=YQ=="},
        {"version not first", "p=YQ==; v=DKIM1", "! not version DKIM1"},
        {"version in lower case", "v=dkim1; p=YQ==", "! not version DKIM1"},
        {"no key", "v=DKIM1", "! no p="},
        {"unknown type", "k=dsa; p=YQ==", "! unknown key type"},
        {"another record", "v=spf1 -all", "! not version DKIM1"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto record = parse_key_record(c.text);
            BOOST_TEST((record ? to_text(*record) : "! " + record.error().detail()) == c.expected);
        }
    }
    BOOST_TEST(!parse_key_record("p=not base64!"));
    // RFC 8616 §4: the question is asked in A-labels.
    BOOST_TEST(*key_name("s", "b\xc3\xbc" "cher.example") ==
               "s._domainkey.xn--bcher-kva.example");
}

// RFC 6376 §3.5, §6.1.1
BOOST_AUTO_TEST_CASE(signatures)
{
    const std::string good = "v=1; a=rsa-sha256; d=example.com; s=one; h=From:To; bh=YQ==; b=YQ==";
    BOOST_TEST(parse_signature(good).has_value());
    BOOST_TEST((parse_signature(good)->canons == Canons{Canon::Simple, Canon::Simple}));
    BOOST_TEST(parse_signature(good)->identity == "@example.com");
    struct Case {
        std::string_view name, from, to;
        Errc code;
    };
    constexpr Case kCases[] = {
        {"no version", "v=1; ", "", Errc::Invalid},
        {"another version", "v=1", "v=2", Errc::Invalid},
        {"unknown algorithm", "rsa-sha256", "rsa-md5", Errc::Invalid},
        {"no domain", "d=example.com; ", "", Errc::Invalid},
        {"bad domain", "d=example.com", "d=exa..mple", Errc::Invalid},
        {"no selector", "s=one; ", "", Errc::Invalid},
        {"no body hash", "bh=YQ==; ", "", Errc::Invalid},
        {"empty signature", "; b=YQ==", "; b=", Errc::Invalid},
        {"unknown form", "h=From", "c=loose; h=From", Errc::Invalid},
        {"unknown query", "h=From", "q=http; h=From", Errc::Invalid},
        {"length is no number", "h=From", "l=many; h=From", Errc::Invalid},
        {"time is no number", "h=From", "t=now; h=From", Errc::Invalid},
        {"time too long", "h=From", "t=1234567890123; h=From", Errc::Invalid},
        {"a name is empty", "h=From:To", "h=From::To", Errc::Invalid},
        {"From is not signed", "h=From:To", "h=To", Errc::Denied},
        {"identity elsewhere", "h=From", "i=@other.example; h=From", Errc::Denied},
        {"identity looks alike", "h=From", "i=@notexample.com; h=From", Errc::Denied},
        {"expires first", "h=From", "t=20; x=10; h=From", Errc::Denied},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            std::string text = good;
            BOOST_REQUIRE(text.find(c.from) != std::string::npos);
            text.replace(text.find(c.from), c.from.size(), c.to);
            const auto parsed = parse_signature(text);
            BOOST_REQUIRE(!parsed);
            BOOST_TEST((parsed.error().code() == c.code));
        }
    }
    BOOST_TEST(without_signature("DKIM-Signature: a=1; b = ab\r\n c ; bh=x\r\n") ==
               "DKIM-Signature: a=1; b =; bh=x\r\n");
    BOOST_TEST(without_signature("DKIM-Signature: bh=x; b=abc\r\n") == "DKIM-Signature: bh=x; b=");
}

// RFC 6376 §3.4.5
BOOST_AUTO_TEST_CASE(canonical_fields)
{
    BOOST_TEST(canonical_field(Canon::Relaxed, "A: X\r\n") == "a:X\r\n");
    BOOST_TEST(canonical_field(Canon::Relaxed, "B : Y\t\r\n\tZ  \r\n") == "b:Y Z\r\n");
    BOOST_TEST(canonical_field(Canon::Simple, "A: X\r\n") == "A: X\r\n");
    BOOST_TEST(canonical_field(Canon::Simple, "B : Y\t\r\n\tZ  \r\n") == "B : Y\t\r\n\tZ  \r\n");
    BOOST_TEST(canonical_field(Canon::Relaxed, "Empty:\r\n") == "empty:\r\n");
    BOOST_TEST(canonical_field(Canon::Relaxed, "Blank: \r\n \r\n") == "blank:\r\n");
    BOOST_TEST(canonical_field(Canon::Relaxed, "Url: a:b") == "url:a:b\r\n");
    BOOST_TEST(canonical_field(Canon::Simple, "Cut: a") == "Cut: a\r\n");
}

// RFC 6376 §3.4.3, §3.4.4, §3.4.5
BOOST_AUTO_TEST_CASE(canonical_bodies)
{
    struct Case {
        std::string_view name, body, simple, relaxed;
    };
    constexpr Case kCases[] = {
        {"the example", " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
        {"empty", "", "\r\n", ""},
        {"one empty line", "\r\n", "\r\n", ""},
        {"empty lines", "\r\n\r\n\r\n", "\r\n", ""},
        {"blanks alone", " \t\r\n \r\n", " \t\r\n \r\n", ""},
        {"no line end", "a", "a\r\n", "a\r\n"},
        {"blanks at the end, no line end", "a \t", "a \t\r\n", "a\r\n"},
        {"blanks alone, no line end", "  ", "  \r\n", ""},
        {"empty lines within", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n"},
        {"empty lines first", "\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
        {"runs", "a  b\t\tc \t d\r\n", "a  b\t\tc \t d\r\n", "a b c d\r\n"},
        {"lone CR and LF", "a\rb\nc\r\r\n", "a\rb\nc\r\r\n", "a\rb\nc\r\r\n"},
        {"ends with CR", "a\r", "a\r\r\n", "a\r\r\n"},
        {"blank, CR", "a \rb", "a \rb\r\n", "a \rb\r\n"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto hash_of = [](std::string_view text) {
                return crypto::encode_base64(crypto::digest(crypto::Hash::Sha256, text));
            };
            for (std::size_t octets = 1; octets <= c.body.size() + 1; ++octets) {
                BOOST_TEST(crypto::encode_base64(hash_in_pieces(Canon::Simple, c.body, octets)) ==
                           hash_of(c.simple));
                BOOST_TEST(crypto::encode_base64(hash_in_pieces(Canon::Relaxed, c.body, octets)) ==
                           hash_of(c.relaxed));
            }
        }
    }
    // RFC 6376 §3.4.3 and §3.4.4 print the digests of the empty body.
    BOOST_TEST(crypto::encode_base64(hash_in_pieces(Canon::Simple, "", 1)) ==
               "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    BOOST_TEST(crypto::encode_base64(hash_in_pieces(Canon::Relaxed, "", 1)) ==
               "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

// RFC 6376 §3.4.5: l= counts octets of the form.
BOOST_AUTO_TEST_CASE(body_lengths)
{
    for (const std::uint64_t limit : {0U, 1U, 4U, 6U, 7U, 100U}) {
        BOOST_TEST_CONTEXT(limit) {
            BodyHasher hasher(Canon::Relaxed, crypto::Hash::Sha256, limit);
            hasher.feed("ab  cd\r\n\r\n");
            const std::string whole = "ab cd\r\n";
            BOOST_TEST((hasher.finish() == crypto::digest(crypto::Hash::Sha256,
                                                          whole.substr(0, limit))));
            BOOST_TEST(hasher.octets() == whole.size());
        }
    }
}

// A body larger than any buffer is one digest, however it is cut.
BOOST_AUTO_TEST_CASE(large_bodies)
{
    std::string body;
    for (int line = 0; body.size() < 300'000; ++line)
        body += std::string(static_cast<std::size_t>(line % 90), 'x') + " \t" +
                std::to_string(line) + (line % 7 == 0 ? "\r\n\r\n" : "\r\n");
    body += std::string(70'000, 'y') + "\r\n\r\n";
    for (const Canon canon : {Canon::Simple, Canon::Relaxed}) {
        const auto whole = hash_in_pieces(canon, body, body.size());
        for (const std::size_t octets : {1U, 2U, 3U, 77U, 4096U, 16384U, 65536U})
            BOOST_TEST((hash_in_pieces(canon, body, octets) == whole));
    }
}
