// What checking answers costs at most: keys kept and asked for once, limits of keys and signatures.
#include "validation.h"

#include "core/dns/signature.h" // last

using namespace mailctl;
using namespace mailctl::dns::test;
using dns::Question;
using dns::RawAnswer;
using dns::Type;
using dns::WorldReply;

BOOST_AUTO_TEST_SUITE(validation)

BOOST_AUTO_TEST_CASE(keys_are_kept)
{
    Validation v;
    (void)v.ask("mx.signed.test", Type::A);
    (void)v.ask("_25._tcp.mx.signed.test", Type::Tlsa);
    for (const char* zone : {"", "test", "signed.test"})
        BOOST_TEST(v.times_asked(zone, Type::Dnskey) == 1U);
    BOOST_TEST(v.times_asked("signed.test", Type::Ds) == 1U);
    v.clock.advance(seconds(601));
    (void)v.ask("mx.signed.test", Type::A);
    BOOST_TEST(v.times_asked("signed.test", Type::Dnskey) == 2U);
    v.source->forget("signed.test");
    (void)v.ask("mx.signed.test", Type::A);
    BOOST_TEST(v.times_asked("signed.test", Type::Dnskey) == 3U);
    BOOST_TEST(v.times_asked("test", Type::Dnskey) == 2U);
}

/// Two that need the same key at once ask for it once.
BOOST_AUTO_TEST_CASE(keys_are_asked_for_once)
{
    Validation v;
    boost::asio::io_context io;
    unsigned secure = 0;
    for (const char* name : {"mx.signed.test", "signed.test", "alias.signed.test"})
        boost::asio::co_spawn(io, v.source->ask(Question{name, Type::A}),
                              [&](std::exception_ptr, Result<RawAnswer> answer) {
                                  secure += worth_of(answer) == Worth::Secure ? 1 : 0;
                              });
    io.run();
    BOOST_TEST(secure == 3U);
    for (const char* zone : {"", "test", "signed.test"})
        BOOST_TEST(v.times_asked(zone, Type::Dnskey) == 1U);
}

/// Many keys with one tag: each would have to be tried.
BOOST_AUTO_TEST_CASE(too_many_keys)
{
    Validation v;
    BOOST_TEST(worth_of(v.ask("mx.few.test", Type::A)) == Worth::Secure);
    const auto answer = v.ask("mx.many.test", Type::A);
    BOOST_TEST(worth_of(answer) == Worth::Bogus);
    BOOST_TEST(answer->reason.ends_with("takes over 64 signature checks"));
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Secure);

    dns::Effort effort;
    for (unsigned i = 0; i < dns::kMaxSignatureChecks; ++i)
        BOOST_TEST(effort.check_signature().has_value());
    BOOST_TEST((effort.check_signature().error().code() == Errc::OverQuota));
    for (unsigned i = 0; i < dns::kMaxNsec3Hashes; ++i)
        BOOST_TEST(effort.hash().has_value());
    BOOST_TEST(!effort.hash().has_value());
    for (unsigned i = 0; i < dns::kMaxChainQuestions; ++i)
        BOOST_TEST(effort.ask().has_value());
    BOOST_TEST(!effort.ask().has_value());
}

BOOST_AUTO_TEST_CASE(too_many_signatures)
{
    for (const std::size_t bad : {dns::kMaxSignaturesOfSet - 1, dns::kMaxSignaturesOfSet}) {
        BOOST_TEST_CONTEXT(bad)
        {
            Validation v;
            v.world.tamper = [bad](const Question& q, WorldReply& r) {
                if (q.type != Type::A)
                    return;
                std::string wrong = r.answer.back();
                wrong.replace(wrong.size() - 8, 4, "AAAA");
                r.answer.insert(r.answer.end() - 1, bad, wrong);
            };
            BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) ==
                       (bad < dns::kMaxSignaturesOfSet ? Worth::Secure : Worth::Bogus));
        }
    }
}

BOOST_AUTO_TEST_CASE(too_many_keys_of_a_zone)
{
    const auto key = [](std::size_t number) {
        std::string text(86, 'A');
        text[0] = static_cast<char>('A' + number / 20);
        text[1] = static_cast<char>('A' + number % 20);
        ldns_rr* record = nullptr;
        text = "test. IN DNSKEY 257 3 13 " + text + "==";
        BOOST_REQUIRE(ldns_rr_new_frm_str(&record, text.c_str(), 60, nullptr, nullptr) ==
                      LDNS_STATUS_OK);
        return record;
    };
    const dns::LdnsRecords keys(ldns_rr_list_new());
    for (std::size_t i = 0; i <= dns::kMaxZoneKeys; ++i)
        ldns_rr_list_push_rr(keys.get(), key(i));
    const auto vouched = [&](std::size_t number) {
        const dns::LdnsRecords voucher(ldns_rr_list_new());
        ldns_rr_list_push_rr(voucher.get(), key(number));
        dns::Effort effort;
        return ldns_rr_list_rr_count(
            dns::vouched_keys(voucher.get(), keys.get(), effort).value().get());
    };
    BOOST_TEST(vouched(dns::kMaxZoneKeys - 1) == 1U);
    BOOST_TEST(vouched(dns::kMaxZoneKeys) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
