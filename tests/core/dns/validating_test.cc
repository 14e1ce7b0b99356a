// Answers checked down from a trust anchor: honest ones, and forged ones of every kind.
#include "validation.h"

#include "core/dns/caching_resolver.h"
#include "core/dns/signature.h" // last

using namespace mailctl;
using namespace mailctl::dns::test;
using dns::Question;
using dns::RawAnswer;
using dns::Type;
using dns::WorldReply;

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

// OUT-08: who answered is told of what was checked, too.
BOOST_AUTO_TEST_CASE(who_answered)
{
    Validation v;
    const auto is_from_root = [&v](const std::string& name) {
        return v.ask(name, Type::A)->from_root;
    };
    BOOST_TEST(!is_from_root("mx.signed.test"));
    v.world.is_root = true;
    BOOST_TEST(is_from_root("mx.signed.test"));
    BOOST_TEST(is_from_root("nothere.test"));
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
