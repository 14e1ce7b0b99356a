// Answers checked down from a trust anchor: honest ones, and forged ones of every kind.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "signed_world.h"

#include "core/dns/caching_resolver.h"
#include "core/dns/signature.h"
#include "core/dns/validating_source.h" // last

using namespace mailctl;
using dns::Question;
using dns::RawAnswer;
using dns::SignedZone;
using dns::Type;
using dns::WorldReply;
using Kind = SignedZone::Kind;
using Ds = SignedZone::Ds;

namespace {

const Time kNow = parse_rfc3339("2026-11-25T12:00:00Z").value();

const char* const kHosts = R"(
@ IN MX 10 mx
mx IN A 192.0.2.1
_25._tcp.mx IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
alias IN CNAME mx
abroad IN CNAME mx.plain.test.
home IN CNAME mx.n3.test.
*.wild IN A 192.0.2.7
real.wild IN A 192.0.2.9
*.wildalias IN CNAME mx
a.b.deep IN A 192.0.2.8
tree IN DNAME n3.test.
)";

std::vector<SignedZone> zones()
{
    std::vector<SignedZone> out;
    const auto add = [&out](std::string apex, std::string text, Kind kind = Kind::Nsec,
                            int algorithm = 13) -> SignedZone& {
        SignedZone zone;
        zone.apex = std::move(apex);
        zone.text = std::move(text);
        zone.kind = kind;
        zone.algorithm = algorithm;
        out.push_back(std::move(zone));
        return out.back();
    };
    add("", "");
    add("test", "", Kind::Nsec, 8);
    add("signed.test", kHosts);
    add("sub.signed.test", "mx IN A 192.0.2.1");
    add("n3.test", kHosts, Kind::Nsec3);
    add("iter100.test", kHosts, Kind::Nsec3).iterations = 100;
    add("iter101.test", kHosts, Kind::Nsec3).iterations = 101;
    add("plain.test", kHosts, Kind::Unsigned);
    add("ed.test", kHosts, Kind::Nsec, 15);
    add("p384.test", kHosts, Kind::Nsec, 14);
    add("rsa512.test", kHosts, Kind::Nsec, 10);
    add("rsasha1.test", kHosts, Kind::Nsec3, 7);
    add("sha1.test", kHosts).ds = Ds::Sha1;
    add("both.test", kHosts).ds = Ds::Both;
    add("other.test", kHosts).ds = Ds::Other;
    add("foreign.test", kHosts).ds = Ds::Foreign;
    add("island.test", kHosts).ds = Ds::None;
    add("few.test", kHosts).colliding_keys = 10;
    add("many.test", kHosts).colliding_keys = 62;
    add("opt", "", Kind::OptOut);
    add("signed.opt", kHosts);
    add("plain.opt", kHosts, Kind::Unsigned);
    return out;
}

enum class Worth { Secure, Insecure, Bogus };

std::ostream& operator<<(std::ostream& out, Worth worth)
{
    return out << (worth == Worth::Secure     ? "secure"
                   : worth == Worth::Insecure ? "insecure"
                                              : "bogus");
}

Worth worth_of(const Result<RawAnswer>& answer)
{
    if (!answer)
        throw std::runtime_error(to_string(answer.error()));
    if (answer->status == RawAnswer::Status::Bogus)
        return Worth::Bogus;
    return answer->secure ? Worth::Secure : Worth::Insecure;
}

/// Gives a SignedWorld that the test keeps.
class Borrowed final : public dns::Exchange {
public:
    explicit Borrowed(dns::SignedWorld& world) : world_(world) {}
    Awaitable<Result<std::string>> exchange(Question question) override
    {
        return world_.exchange(std::move(question));
    }

private:
    dns::SignedWorld& world_;
};

struct Validation {
    ManualClock clock{kNow};
    dns::SignedWorld world{zones(), kNow};
    std::unique_ptr<dns::ValidatingSource> source;

    Validation() { trust(world.anchor()); }

    void trust(const std::string& anchors)
    {
        dns::TrustAnchors read;
        BOOST_REQUIRE(read.add_text(anchors).has_value());
        source = std::make_unique<dns::ValidatingSource>(std::make_unique<Borrowed>(world),
                                                         std::move(read), clock);
    }

    Result<RawAnswer> ask(const std::string& name, Type type)
    {
        boost::asio::io_context io;
        std::optional<Result<RawAnswer>> result;
        boost::asio::co_spawn(io, source->ask(Question{name, type}),
                              [&](std::exception_ptr e, Result<RawAnswer> value) {
                                  if (e)
                                      std::rethrow_exception(e);
                                  result.emplace(std::move(value));
                              });
        io.run();
        return *std::move(result);
    }

    std::size_t times_asked(const std::string& name, Type type) const
    {
        const Question question{name, type};
        return static_cast<std::size_t>(
            std::count(world.asked.begin(), world.asked.end(), question));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(validation)

BOOST_AUTO_TEST_CASE(honest_answers)
{
    using Status = RawAnswer::Status;
    struct Case {
        std::string name;
        Type type;
        Worth worth;
        Status status = Status::Found;
    };
    const Case cases[] = {
        {"signed.test", Type::Mx, Worth::Secure},
        {"mx.signed.test", Type::A, Worth::Secure},
        {"_25._tcp.mx.signed.test", Type::Tlsa, Worth::Secure},
        {"mx.sub.signed.test", Type::A, Worth::Secure},
        {"mx.n3.test", Type::A, Worth::Secure},
        // Algorithms: RFC 8624 §3.1
        {"mx.ed.test", Type::A, Worth::Secure},
        {"mx.p384.test", Type::A, Worth::Secure},
        {"mx.rsa512.test", Type::A, Worth::Secure},
        {"mx.rsasha1.test", Type::A, Worth::Secure},
        // DS records: RFC 4035 §5.2, RFC 4509 §3
        {"mx.sha1.test", Type::A, Worth::Secure},
        {"mx.both.test", Type::A, Worth::Bogus, Status::Bogus},
        {"mx.other.test", Type::A, Worth::Insecure},
        {"mx.foreign.test", Type::A, Worth::Bogus, Status::Bogus},
        {"mx.island.test", Type::A, Worth::Insecure},
        {"mx.plain.test", Type::A, Worth::Insecure},
        {"nothere.plain.test", Type::A, Worth::Insecure, Status::NoDomain},
        {"mx.plain.test", Type::Tlsa, Worth::Insecure, Status::NoData},
        // CNAMEs and DNAMEs
        {"alias.signed.test", Type::A, Worth::Secure},
        {"alias.signed.test", Type::Cname, Worth::Secure},
        {"abroad.signed.test", Type::A, Worth::Insecure},
        {"home.plain.test", Type::A, Worth::Insecure},
        {"home.signed.test", Type::A, Worth::Secure},
        {"mx.tree.signed.test", Type::A, Worth::Secure},
        {"nothere.tree.signed.test", Type::A, Worth::Secure, Status::NoDomain},
        // Denials: RFC 4035 §5.4, RFC 5155 §8
        {"nothere.signed.test", Type::A, Worth::Secure, Status::NoDomain},
        {"mx.signed.test", Type::Tlsa, Worth::Secure, Status::NoData},
        {"b.deep.signed.test", Type::A, Worth::Secure, Status::NoData},
        {"nothere", Type::A, Worth::Secure, Status::NoDomain},
        {"nothere.n3.test", Type::A, Worth::Secure, Status::NoDomain},
        {"mx.n3.test", Type::Tlsa, Worth::Secure, Status::NoData},
        {"b.deep.n3.test", Type::A, Worth::Secure, Status::NoData},
        {"sub.signed.test", Type::Ds, Worth::Secure},
        {"plain.test", Type::Ds, Worth::Secure, Status::NoData},
        // Wildcards: RFC 4035 §5.3.4, RFC 5155 §8.8
        {"x.wild.signed.test", Type::A, Worth::Secure},
        {"x.y.wild.signed.test", Type::A, Worth::Secure},
        {"x.wildalias.signed.test", Type::A, Worth::Secure},
        {"x.wild.signed.test", Type::Tlsa, Worth::Secure, Status::NoData},
        {"x.wild.n3.test", Type::A, Worth::Secure},
        {"x.y.wild.n3.test", Type::A, Worth::Secure},
        {"x.wild.n3.test", Type::Tlsa, Worth::Secure, Status::NoData},
        // Opt-out: RFC 5155 §6
        {"mx.signed.opt", Type::A, Worth::Secure},
        {"mx.plain.opt", Type::A, Worth::Insecure},
        {"nothere.opt", Type::A, Worth::Insecure, Status::NoDomain},
        // Iterations: RFC 9276 §3.2
        {"nothere.iter100.test", Type::A, Worth::Secure, Status::NoDomain},
        {"nothere.iter101.test", Type::A, Worth::Insecure, Status::NoDomain},
        {"mx.iter101.test", Type::A, Worth::Secure},
    };
    Validation v;
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name << " " << static_cast<int>(c.type))
        {
            const auto answer = v.ask(c.name, c.type);
            BOOST_TEST(worth_of(answer) == c.worth, answer->reason);
            BOOST_TEST((answer->status == c.status));
        }
    }
}

BOOST_AUTO_TEST_CASE(forgeries)
{
    struct Case {
        std::string_view what;
        std::string name;
        Type type;
        std::function<void(const Question&, WorldReply&)> tamper;
        Worth worth = Worth::Bogus;
    };
    const auto is = [](const Question& q, std::string_view name, Type type) {
        return q.name == name && q.type == type;
    };
    const Case cases[] = {
        {"another address", "mx.signed.test", Type::A,
         [](auto&, auto& r) { r.replace("192.0.2.1", "192.0.2.66"); }},
        {"a record more", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "mx.signed.test", Type::A))
                 r.answer.push_back("mx.signed.test.\t600\tIN\tA\t192.0.2.66");
         }},
        {"the same record twice", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "mx.signed.test", Type::A))
                 r.answer.push_back("mx.signed.test.\t60\tIN\tA\t192.0.2.1");
         },
         Worth::Secure},
        {"signatures taken away", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "mx.signed.test", Type::A))
                 r.drop("RRSIG");
         }},
        {"all signatures taken away", "mx.signed.test", Type::A,
         [](auto&, auto& r) {
             r.drop("RRSIG");
             r.drop("NSEC");
         }},
        {"the DS taken away", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "signed.test", Type::Ds))
                 r.answer.clear();
         }},
        {"another DS", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "signed.test", Type::Ds))
                 r.replace(" 13 2 ", " 253 2 ");
         }},
        {"no keys", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "signed.test", Type::Dnskey))
                 r.answer.clear();
         }},
        {"a wider wildcard", "mx.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (!is(q, "mx.signed.test", Type::A))
                 return;
             r.answer.clear(); // what *.wild says, under another name
             r.answer.push_back("mx.signed.test.\t600\tIN\tA\t192.0.2.7");
         }},
        {"denied without proof", "_25._tcp.mx.signed.test", Type::Tlsa,
         [&](auto& q, auto& r) {
             if (q.type == Type::Tlsa) {
                 r = WorldReply();
                 r.no_domain = true;
             }
         }},
        {"denied with a SOA alone", "nothere.signed.test", Type::A,
         [](auto& q, auto& r) {
             if (q.type == Type::A)
                 r.drop("NSEC");
         }},
        {"NXDOMAIN without the wildcard's denial", "nothere.signed.test", Type::A,
         [](auto& q, auto& r) {
             if (q.type == Type::A)
                 std::erase_if(r.authority, [](const auto& x) {
                     return x.starts_with("signed.test.") && x.find("NSEC") != std::string::npos;
                 });
         }},
        {"a wildcard without a denial of the name", "x.wild.signed.test", Type::A,
         [](auto& q, auto& r) {
             if (q.type == Type::A)
                 r.authority.clear();
         }},
        {"a hashed wildcard without a denial", "x.wild.n3.test", Type::A,
         [](auto& q, auto& r) {
             if (q.type == Type::A)
                 r.authority.clear();
         }},
        {"a hashed denial without proof", "nothere.n3.test", Type::A,
         [](auto& q, auto& r) {
             if (q.type == Type::A)
                 r.drop("NSEC3");
         }},
        {"an unsigned answer in the place of a signed CNAME", "alias.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (q.name == "alias.signed.test") {
                 r = WorldReply();
                 r.answer.push_back("alias.signed.test.\t600\tIN\tA\t192.0.2.66");
             }
         }},
        {"an RCODE that nobody signed", "mx.signed.test", Type::Tlsa,
         [](auto& q, auto& r) { r.no_domain = r.no_domain || q.type == Type::Tlsa; },
         Worth::Secure},
        {"signed by the zone above", "mx.sub.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "mx.sub.signed.test", Type::A))
                 r.replace(" sub.signed.test. ", " signed.test. ");
         }},
        {"a delegation called unsigned by another's proof", "mx.sub.signed.test", Type::A,
         [&](auto& q, auto& r) {
             if (is(q, "sub.signed.test", Type::Ds))
                 r.answer.clear();
         }},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.what)
        {
            Validation v;
            v.world.tamper = c.tamper;
            const auto answer = v.ask(c.name, c.type);
            BOOST_TEST(worth_of(answer) == c.worth, answer->reason);
            if (c.worth == Worth::Bogus)
                BOOST_TEST(answer->reason.starts_with("DNSSEC: " + c.name));
        }
    }
}

/// RFC 6840 §4.1, §4.4: what stands above a cut proves nothing below it.
BOOST_AUTO_TEST_CASE(proofs_of_the_zone_above)
{
    Validation v;
    WorldReply above;
    v.world.tamper = [&](const Question& q, WorldReply& r) {
        if (q.name == "nothere.test")
            above = r;
    };
    (void)v.ask("nothere.test", Type::A);
    v.world.tamper = [&](const Question& q, WorldReply& r) {
        if (q.type == Type::A || q.type == Type::Mx)
            r = above;
    };
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Bogus);
    BOOST_TEST(worth_of(v.ask("signed.test", Type::Mx)) == Worth::Bogus);
}

/// RFC 4035 §5.3.4: a wildcard's records do not take the place of those that are there.
BOOST_AUTO_TEST_CASE(wildcard_instead_of_the_name)
{
    for (const std::string zone : {"wild.signed.test", "wild.n3.test"}) {
        BOOST_TEST_CONTEXT(zone)
        {
            Validation v;
            WorldReply wild;
            v.world.tamper = [&](const Question& q, WorldReply& r) {
                if (q.name == "fake." + zone)
                    wild = r;
            };
            BOOST_TEST(worth_of(v.ask("fake." + zone, Type::A)) == Worth::Secure);
            BOOST_TEST(worth_of(v.ask("real." + zone, Type::A)) == Worth::Secure);
            wild.replace("fake." + zone, "real." + zone);
            v.world.tamper = [&](const Question& q, WorldReply& r) {
                if (q.name == "real." + zone)
                    r = wild;
            };
            BOOST_TEST(worth_of(v.ask("real." + zone, Type::A)) == Worth::Bogus);
        }
    }
}

BOOST_AUTO_TEST_CASE(clocks)
{
    struct Case {
        std::string_view what;
        milliseconds off;
        Worth worth;
    };
    using std::chrono::hours;
    const milliseconds day = hours(24), hour = hours(1), second = seconds(1);
    const Case cases[] = {
        {"at its end", day, Worth::Secure},
        {"as late as our clock may be wrong", day + hour, Worth::Secure},
        {"too late", day + hour + second, Worth::Bogus},
        {"as early as our clock may be wrong", -day - hour, Worth::Secure},
        {"too early", -day - hour - second, Worth::Bogus},
    };
    Validation v;
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.what)
        {
            v.trust(v.world.anchor());
            v.clock.advance(c.off);
            const auto answer = v.ask("mx.signed.test", Type::A);
            BOOST_TEST(worth_of(answer) == c.worth, answer->reason);
            v.clock.advance(-c.off);
        }
    }
}

/// RFC 4035 §5.3.3: no answer outlives its signature.
BOOST_AUTO_TEST_CASE(times_to_live)
{
    Validation v;
    BOOST_TEST(v.ask("mx.signed.test", Type::A)->ttl.count() == 600);
    BOOST_TEST(v.ask("nothere.signed.test", Type::A)->ttl.count() == 300);
    v.clock.advance(std::chrono::hours(24) - seconds(100));
    BOOST_TEST(v.ask("mx.signed.test", Type::A)->ttl.count() == 100);
}

BOOST_AUTO_TEST_CASE(anchors)
{
    Validation v;
    v.trust(v.world.anchor_ds());
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Secure);
    v.trust("; a comment\n" + v.world.anchor_of("island.test") + "\n");
    BOOST_TEST(worth_of(v.ask("mx.island.test", Type::A)) == Worth::Secure);
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Insecure);
    std::string wrong = v.world.anchor_ds();
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    v.trust(wrong);
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Bogus);
    BOOST_TEST(worth_of(v.ask("mx.plain.test", Type::A)) == Worth::Bogus);

    dns::TrustAnchors read;
    for (const std::string_view bad : {"", "; nothing\n", ". IN A 192.0.2.1\n", "what is this\n"})
        BOOST_TEST((read.add_text(bad).error().code() == Errc::Invalid));
    BOOST_TEST((read.add_file("/nonexistent/root.key").error().code() == Errc::NotFound));
}

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

/// What is bogus is a temporary error, and is asked again after a while only. RFC 4035 §4.7
BOOST_AUTO_TEST_CASE(bogus_is_temporary)
{
    Validation v;
    v.world.tamper = [](const Question&, WorldReply& r) { r.replace("192.0.2.1", "192.0.2.66"); };
    dns::CachingResolver resolver(conf::DnsSettings{}, dns::ZoneSource(), std::move(v.source),
                                  v.clock);
    const auto ask = [&] {
        boost::asio::io_context io;
        std::optional<Result<dns::Answer<std::string>>> result;
        boost::asio::co_spawn(io, resolver.a("mx.signed.test"),
                              [&](std::exception_ptr, Result<dns::Answer<std::string>> value) {
                                  result.emplace(std::move(value));
                              });
        io.run();
        return *result;
    };
    BOOST_TEST((ask().error().code() == Errc::Unavailable));
    const auto questions = v.world.asked.size();
    BOOST_TEST((ask().error().code() == Errc::Unavailable));
    BOOST_TEST(v.world.asked.size() == questions);
    v.world.tamper = nullptr;
    v.clock.advance(dns::kBogusTime);
    const auto answer = ask();
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->secure);
}

BOOST_AUTO_TEST_CASE(looked_up_and_forgotten)
{
    using From = dns::Lookup::From;
    Validation v;
    v.world.tamper = [](const Question& q, WorldReply& r) {
        if (q.name == "signed.test")
            r.drop("RRSIG");
    };
    dns::CachingResolver resolver(conf::DnsSettings{}, dns::ZoneSource(), std::move(v.source),
                                  v.clock);
    const auto look = [&](const char* name) {
        boost::asio::io_context io;
        std::optional<Result<dns::Lookup>> result;
        boost::asio::co_spawn(io, resolver.look_up(name, "A"),
                              [&](std::exception_ptr, Result<dns::Lookup> value) {
                                  result.emplace(std::move(value));
                              });
        io.run();
        return result->value();
    };
    const auto bogus = look("mx.signed.test");
    BOOST_TEST((bogus.status == dns::Lookup::Status::Bogus));
    BOOST_TEST(bogus.reason.starts_with("DNSSEC: mx.signed.test A: "));
    BOOST_TEST((look("mx.signed.test").from == From::Cache));
    v.world.tamper = nullptr;
    BOOST_TEST((look("mx.n3.test").from == From::Server));
    BOOST_TEST(resolver.flush("signed.test") == 1U);
    const auto mended = look("mx.signed.test"); // its keys were forgotten too
    BOOST_TEST((mended.from == From::Server));
    BOOST_TEST(mended.secure);
    BOOST_TEST((look("mx.n3.test").from == From::Cache));
    BOOST_TEST(resolver.flush("") == 2U);
    BOOST_TEST((look("mx.n3.test").from == From::Server));
}

/// The file that the default names, where the package is installed.
BOOST_AUTO_TEST_CASE(anchor_of_the_root)
{
    dns::TrustAnchors read;
    const auto added = read.add_file(conf::DnsSettings().trust_anchor);
    if (!added && added.error().code() == Errc::NotFound)
        return;
    BOOST_REQUIRE(added.has_value());
    BOOST_TEST(read.records_of("") != nullptr);
    BOOST_TEST(*read.zone_above("example.org") == "");
}

/// A server that is down is no forger: no answer is kept from it.
BOOST_AUTO_TEST_CASE(nobody_answers)
{
    Validation v;
    v.world.is_down = true;
    BOOST_TEST((v.ask("mx.signed.test", Type::A).error().code() == Errc::Unavailable));
    v.world.is_down = false;
    BOOST_TEST(worth_of(v.ask("mx.signed.test", Type::A)) == Worth::Secure);
}

BOOST_AUTO_TEST_SUITE_END()
