// Asking from the root down: honest servers, lame and lying ones, loops, and every limit.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <optional>

#include "core/dns/recursion/iterative_source.h"

#include "core/dns/rrset.h" // last

using namespace mailctl;
using dns::NameServer;
using dns::Question;
using dns::RawAnswer;
using dns::Type;

namespace {

using Lines = std::vector<std::string>;

/// What a server says, records in the form of master files.
struct Said {
    bool authoritative = true;
    Lines answer, authority, additional;
    int code = LDNS_RCODE_NOERROR;
    bool is_silent = false;
};

Said answers(Lines records)
{
    Said out;
    out.answer = std::move(records);
    return out;
}

Said refers(Lines servers, Lines glue)
{
    Said out;
    out.authoritative = false;
    out.authority = std::move(servers);
    out.additional = std::move(glue);
    return out;
}

Said fails(int code)
{
    Said out;
    out.code = code;
    return out;
}

Said is_silent()
{
    Said out;
    out.is_silent = true;
    return out;
}

void push(ldns_pkt* packet, ldns_pkt_section section, const Lines& lines)
{
    for (const auto& line : lines) {
        ldns_rr* record = nullptr;
        BOOST_REQUIRE(ldns_rr_new_frm_str(&record, line.c_str(), 3600, nullptr, nullptr) ==
                      LDNS_STATUS_OK);
        ldns_pkt_push_rr(packet, section, record);
    }
}

using Server = std::function<Said(const Question&)>;

/// Servers by address; others are silent.
struct World {
    std::map<std::string, Server> servers;
    std::vector<std::string> asked; ///< "192.0.2.1 example.test A"
    unsigned tcp = 0;
};

class FakeCarrier final : public dns::Carrier {
public:
    explicit FakeCarrier(World& world) : world_(world) {}

    Awaitable<Result<std::string>> carry(dns::ServerAddress server, std::string question) override
    {
        ldns_pkt* parsed = nullptr;
        BOOST_REQUIRE(ldns_wire2pkt(&parsed,
                                    reinterpret_cast<const std::uint8_t*>(question.data()),
                                    question.size()) == LDNS_STATUS_OK);
        const dns::LdnsPacket packet(parsed);
        BOOST_TEST(!ldns_pkt_rd(packet.get())); // RFC 1034 §4.3.1
        const ldns_rr* only = ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0);
        Question asked;
        asked.name = dns::owner_of(only);
        asked.type = static_cast<Type>(ldns_rr_get_type(only));
        world_.asked.push_back(server.address + ' ' + (asked.name.empty() ? "." : asked.name) + ' ' +
                               std::to_string(static_cast<int>(asked.type)));
        const auto found = world_.servers.find(server.address);
        const Said said = found == world_.servers.end() ? is_silent() : found->second(asked);
        if (said.is_silent)
            co_return Error(Errc::Unavailable, "no answer in time");
        ldns_pkt_set_qr(packet.get(), true);
        ldns_pkt_set_aa(packet.get(), said.authoritative);
        ldns_pkt_set_rcode(packet.get(), static_cast<std::uint8_t>(said.code));
        push(packet.get(), LDNS_SECTION_ANSWER, said.answer);
        push(packet.get(), LDNS_SECTION_AUTHORITY, said.authority);
        push(packet.get(), LDNS_SECTION_ADDITIONAL, said.additional);
        std::uint8_t* octets = nullptr;
        std::size_t size = 0;
        BOOST_REQUIRE(ldns_pkt2wire(&octets, packet.get(), &size) == LDNS_STATUS_OK);
        std::string wire(reinterpret_cast<const char*>(octets), size);
        std::free(octets); // NOLINT: ldns allocates with malloc
        co_return wire;
    }

private:
    World& world_;
};

constexpr const char* kRoot = "192.0.2.1";
constexpr const char* kTest = "192.0.2.2";
constexpr const char* kOther = "192.0.2.3";
constexpr const char* kZone = "192.0.2.4";
const Lines kSoa{"example.test. 300 IN SOA ns. host. 1 2 3 4 60"};

/// The root refers to test, and that to example.test, whose server has `zone`.
struct Fixture {
    Fixture()
    {
        world.servers[kRoot] = [](const Question& q) {
            if (q.name.ends_with("other"))
                return refers({"other. IN NS ns.other."}, {"ns.other. IN A 192.0.2.3"});
            return refers({"test. IN NS ns.test."}, {"ns.test. IN A 192.0.2.2"});
        };
        world.servers[kTest] = [this](const Question&) { return referral; };
        world.servers[kZone] = [this](const Question& q) { return zone(q); };
    }

    std::unique_ptr<dns::IterativeSource> make(Lines addresses = {kRoot})
    {
        std::vector<NameServer> hints{{"a.root", std::move(addresses)}};
        return std::make_unique<dns::IterativeSource>(
            std::move(hints), std::make_unique<FakeCarrier>(world), random, clock,
            io.get_executor());
    }

    Result<RawAnswer> ask(std::string name, Type type = Type::A)
    {
        if (!source)
            source = make();
        Question question;
        question.name = std::move(name);
        question.type = type;
        std::optional<Result<RawAnswer>> out;
        boost::asio::co_spawn(io, source->ask(std::move(question)),
                              [&](std::exception_ptr failure, Result<RawAnswer> answer) {
                                  BOOST_TEST(!failure);
                                  out = std::move(answer);
                              });
        io.restart();
        io.run();
        BOOST_REQUIRE(out.has_value());
        return *std::move(out);
    }

    std::string why(const std::string& name)
    {
        const auto answer = ask(name);
        return answer ? "answered" : answer.error().detail();
    }

    boost::asio::io_context io{1};
    SeededRandom random{7};
    ManualClock clock{*parse_rfc3339("2026-11-25T12:00:00Z")};
    World world;
    Said referral = refers({"example.test. IN NS ns.example.test."},
                           {"ns.example.test. IN A 192.0.2.4"});
    Server zone = [](const Question& q) {
        return answers({q.name + ". 600 IN A 198.51.100.1"});
    };
    std::unique_ptr<dns::IterativeSource> source;
};

std::string address_in(const Result<RawAnswer>& answer)
{
    if (!answer || answer->records.empty())
        return answer ? "none" : answer.error().detail();
    return dns::address_of(answer->records.front()).value();
}

BOOST_FIXTURE_TEST_CASE(down_from_the_root, Fixture)
{
    const auto answer = ask("www.example.test");
    BOOST_TEST(address_in(answer) == "198.51.100.1");
    BOOST_TEST(answer->from_root);
    BOOST_TEST(!answer->secure);
    BOOST_TEST((answer->ttl == seconds(600)));
    BOOST_TEST((world.asked == Lines{"192.0.2.1 www.example.test 1", "192.0.2.2 www.example.test 1",
                                     "192.0.2.4 www.example.test 1"}));
    // The zones' servers are known now, for as long as their records last.
    world.asked.clear();
    ask("mx.example.test");
    BOOST_TEST((world.asked == Lines{"192.0.2.4 mx.example.test 1"}));
    world.asked.clear();
    clock.advance(seconds(3601));
    ask("mx.example.test");
    BOOST_TEST(world.asked.size() == 3U);
    world.asked.clear();
    source->forget("example.test");
    ask("mx.example.test");
    BOOST_TEST(world.asked.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(denials, Fixture)
{
    zone = [](const Question& q) {
        Said said;
        said.authority = kSoa;
        said.code = q.name == "no.example.test" ? LDNS_RCODE_NXDOMAIN : LDNS_RCODE_NOERROR;
        return said;
    };
    const auto none = ask("no.example.test");
    BOOST_REQUIRE(none.has_value());
    BOOST_TEST((none->status == RawAnswer::Status::NoDomain));
    BOOST_TEST((none->ttl == seconds(60)));
    const auto other = ask("www.example.test", Type::Mx);
    BOOST_REQUIRE(other.has_value());
    BOOST_TEST((other->status == RawAnswer::Status::NoData));
    // The SOA of another zone says nothing about how long.
    zone = [](const Question&) {
        Said said;
        said.authority = {"other. 300 IN SOA ns. host. 1 2 3 4 60"};
        return said;
    };
    const auto lied = ask("x.example.test");
    BOOST_REQUIRE(lied.has_value());
    BOOST_TEST((lied->ttl == seconds(0)));
}

BOOST_FIXTURE_TEST_CASE(cnames, Fixture)
{
    zone = [](const Question& q) {
        if (q.name == "alias.example.test")
            return answers({"alias.example.test. IN CNAME www.other.",
                            "www.other. IN A 203.0.113.66"}); // not its to say
        return answers({q.name + ". IN A 198.51.100.1"});
    };
    world.servers[kOther] = [](const Question& q) {
        return answers({q.name + ". IN A 198.51.100.9"});
    };
    const auto answer = ask("alias.example.test");
    BOOST_TEST(address_in(answer) == "198.51.100.9");
    BOOST_TEST(answer->name == "www.other");
}

BOOST_FIXTURE_TEST_CASE(ten_cnames_and_one_more, Fixture)
{
    zone = [](const Question& q) {
        const int n = std::stoi(q.name.substr(1));
        if (n == 0)
            return answers({q.name + ". IN A 198.51.100.1"});
        return answers({q.name + ". IN CNAME c" + std::to_string(n - 1) + ".example.test."});
    };
    BOOST_TEST(address_in(ask("c10.example.test")) == "198.51.100.1");
    BOOST_TEST(address_in(ask("c11.example.test")).starts_with("DNS: a chain of CNAMEs"));
}

BOOST_FIXTURE_TEST_CASE(lame_servers_are_passed_over, Fixture)
{
    referral = refers({"example.test. IN NS ns1.example.test.", "example.test. IN NS ns2.example.test.",
                       "example.test. IN NS ns3.example.test.", "example.test. IN NS ns4.example.test.",
                       "example.test. IN NS ns5.example.test."},
                      {"ns1.example.test. IN A 192.0.2.11", "ns2.example.test. IN A 192.0.2.12",
                       "ns3.example.test. IN A 192.0.2.13", "ns4.example.test. IN A 192.0.2.4",
                       "ns5.example.test. IN A 192.0.2.15"});
    world.servers["192.0.2.11"] = [](const Question&) { return fails(LDNS_RCODE_REFUSED); };
    world.servers["192.0.2.12"] = [](const Question&) { // upwards
        return refers({". IN NS a.root."}, {"a.root. IN A 192.0.2.1"});
    };
    world.servers["192.0.2.13"] = [](const Question& q) { // from a cache
        Said said = answers({q.name + ". IN A 203.0.113.66"});
        said.authoritative = false;
        return said;
    };
    for (int i = 0; i < 8; ++i) { // in whatever order they are asked
        random = SeededRandom(static_cast<std::uint64_t>(i));
        BOOST_TEST(address_in(ask("h" + std::to_string(i) + ".example.test")) == "198.51.100.1");
    }
    zone = [](const Question&) { return fails(LDNS_RCODE_SERVFAIL); };
    const std::string all = why("x.example.test");
    BOOST_TEST(all.starts_with("DNS, from the root: x.example.test A: DNS server 192.0.2."), all);
}

BOOST_FIXTURE_TEST_CASE(glue_of_others_is_not_believed, Fixture)
{
    // test's server has nothing to say about ns.other, nor about names that nobody asked for.
    referral = refers({"example.test. IN NS ns.other."},
                      {"ns.other. IN A 203.0.113.66", "www.example.test. IN A 203.0.113.66"});
    world.servers["203.0.113.66"] = [](const Question& q) {
        return answers({q.name + ". IN A 203.0.113.66"});
    };
    world.servers[kOther] = [](const Question& q) {
        if (q.type == Type::A && q.name == "ns.other")
            return answers({"ns.other. IN A 192.0.2.4"});
        return fails(LDNS_RCODE_REFUSED);
    };
    BOOST_TEST(address_in(ask("www.example.test")) == "198.51.100.1");
    for (const auto& line : world.asked)
        BOOST_TEST(!line.starts_with("203.0.113.66"), line);
    // The address that was looked up is known from then on.
    world.asked.clear();
    BOOST_TEST(address_in(ask("mx.example.test")) == "198.51.100.1");
    BOOST_TEST((world.asked == Lines{"192.0.2.4 mx.example.test 1"}));
}

BOOST_FIXTURE_TEST_CASE(only_referrals_that_lead_nearer, Fixture)
{
    referral = refers({"other. IN NS ns.evil.test."}, {"ns.evil.test. IN A 203.0.113.66"});
    BOOST_TEST(why("www.example.test").find("no authority for test") != std::string::npos);
    // ... and nothing of them was kept.
    world.servers[kOther] = [](const Question& q) {
        return answers({q.name + ". IN A 198.51.100.9"});
    };
    BOOST_TEST(address_in(ask("www.other")) == "198.51.100.9");
}

BOOST_FIXTURE_TEST_CASE(servers_that_wait_for_each_other, Fixture)
{
    // a.test's server is in b.test, and b.test's in a.test.
    world.servers[kTest] = [](const Question& q) {
        return q.name.ends_with("a.test") ? refers({"a.test. IN NS ns.b.test."}, {})
                                          : refers({"b.test. IN NS ns.a.test."}, {});
    };
    BOOST_TEST(why("www.a.test").find("no server of a.test has an address") != std::string::npos);
    BOOST_TEST(world.asked.size() < 20U);
    // A zone whose only server is in itself, without glue.
    world.servers[kTest] = [](const Question&) { return refers({"c.test. IN NS ns.c.test."}, {}); };
    BOOST_TEST(why("www.c.test").find("no server of c.test has an address") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(servers_in_other_zones_up_to_a_depth, Fixture)
{
    // The server of zN.test is in zN-1.test; z0.test has glue.
    world.servers[kTest] = [](const Question& q) {
        const auto at = q.name.rfind("z");
        const int n = std::stoi(q.name.substr(at + 1));
        const std::string cut = "z" + std::to_string(n) + ".test.";
        if (n == 0)
            return refers({cut + " IN NS ns." + cut}, {"ns." + cut + " IN A 192.0.2.4"});
        return refers({cut + " IN NS ns.z" + std::to_string(n - 1) + ".test."}, {});
    };
    zone = [](const Question& q) {
        return answers({q.name + (q.name.starts_with("ns") ? ". IN A 192.0.2.4"
                                                           : ". IN A 198.51.100.1")});
    };
    const auto depth = static_cast<int>(dns::kMaxServerDepth);
    BOOST_TEST(address_in(ask("www.z" + std::to_string(depth) + ".test")) == "198.51.100.1");
    source->forget("");
    BOOST_TEST(why("www.z" + std::to_string(depth + 1) + ".test").find("has an address") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(referrals_up_to_a_limit, Fixture)
{
    // Each label is a zone of its own.
    const auto down = [](const Question& q) {
        if (q.name.starts_with("host"))
            return answers({q.name + ". IN A 198.51.100.1"});
        return fails(LDNS_RCODE_SERVFAIL);
    };
    unsigned zones = 0;
    const auto refer = [&zones, down](const Question& q) {
        const auto parts = static_cast<unsigned>(std::count(q.name.begin(), q.name.end(), '.'));
        if (zones >= parts)
            return down(q);
        ++zones;
        std::size_t at = q.name.size();
        for (unsigned i = 0; i < zones; ++i)
            at = q.name.rfind('.', at - 1);
        const std::string cut = q.name.substr(at + 1) + ".";
        return refers({cut + " IN NS ns." + cut}, {"ns." + cut + " IN A 192.0.2.1"});
    };
    world.servers[kRoot] = refer;
    const auto name_of_depth = [](unsigned depth) {
        std::string name = "host";
        for (unsigned i = 0; i < depth; ++i)
            name += ".z" + std::to_string(i);
        return name;
    };
    BOOST_TEST(address_in(ask(name_of_depth(dns::kMaxReferrals))) == "198.51.100.1");
    zones = 0;
    source->forget("");
    BOOST_TEST(why(name_of_depth(dns::kMaxReferrals + 1)).find("over 16 referrals") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(questions_up_to_a_limit, Fixture)
{
    // Servers that refuse, each with four addresses: 2 questions go before them.
    unsigned refusing = 0;
    world.servers[kTest] = [&](const Question&) {
        Lines servers, glue;
        for (unsigned i = 0; i * 4 < refusing; ++i) {
            const std::string name = "ns" + std::to_string(i) + ".test.";
            servers.push_back("example.test. IN NS " + name);
            for (unsigned k = 0; k < 4 && i * 4 + k < refusing; ++k)
                glue.push_back(name + " IN A 198.18." + std::to_string(i) + "." + std::to_string(k));
        }
        return refers(servers, glue);
    };
    for (unsigned i = 0; i < 13; ++i)
        for (unsigned k = 0; k < 4; ++k)
            world.servers["198.18." + std::to_string(i) + "." + std::to_string(k)] =
                [](const Question&) { return fails(LDNS_RCODE_REFUSED); };
    refusing = 52;
    BOOST_TEST(why("www.example.test").find("REFUSED") != std::string::npos);
    BOOST_TEST(world.asked.size() == 54U); // 13 servers of 4 addresses, and no more of any
    // A chain of CNAMEs goes on counting.
    world.asked.clear();
    world.servers[kOther] = [](const Question& q) {
        if (q.name.starts_with("c"))
            return answers({q.name + ". IN CNAME www.example.test."});
        return answers({q.name + ". IN CNAME c1.other."});
    };
    source->forget("");
    BOOST_TEST(why("c.other").find("REFUSED") != std::string::npos);
    BOOST_TEST(world.asked.size() == 56U);
}

BOOST_FIXTURE_TEST_CASE(sixty_four_questions_and_one_more, Fixture)
{
    // Each server's address has to be looked up, at a server that refuses: 2 questions each.
    unsigned servers = 0;
    world.servers[kTest] = [&](const Question& q) {
        if (!q.name.ends_with("example.test"))
            return fails(LDNS_RCODE_REFUSED);
        Lines lines;
        for (unsigned i = 0; i < servers; ++i)
            lines.push_back("example.test. IN NS ns" + std::to_string(i) + ".other.");
        return refers(lines, {});
    };
    world.servers[kOther] = [](const Question&) {
        Said said;
        for (int i = 0; i < 4; ++i)
            said.answer.push_back("x.other. IN A 192.0.2.9");
        said.code = LDNS_RCODE_REFUSED;
        return said;
    };
    servers = 13;
    BOOST_TEST(why("www.example.test").find("no server of example.test has an address") !=
               std::string::npos);
    const std::size_t first = world.asked.size();
    BOOST_TEST(first < dns::kMaxQuestions);
    // With the addresses of four servers that refuse behind each, it is too much.
    world.servers[kOther] = [](const Question& q) {
        Said said;
        for (int i = 0; i < 4; ++i)
            said.answer.push_back(q.name + ". IN A 198.18.0." + std::to_string(i));
        return said;
    };
    for (int i = 0; i < 4; ++i)
        world.servers["198.18.0." + std::to_string(i)] = [](const Question&) {
            return fails(LDNS_RCODE_REFUSED);
        };
    world.asked.clear();
    source->forget("");
    BOOST_TEST(why("www.example.test").find("takes over 64 questions") != std::string::npos);
    BOOST_TEST(world.asked.size() == dns::kMaxQuestions);
}

BOOST_FIXTURE_TEST_CASE(eight_silent_servers_and_one_more, Fixture)
{
    const auto with_silent = [](unsigned count) {
        Lines servers, glue;
        for (unsigned i = 0; i < count; ++i) {
            const std::string name = "ns" + std::to_string(i) + ".test.";
            servers.push_back("example.test. IN NS " + name);
            glue.push_back(name + " IN A 198.18.1." + std::to_string(i));
        }
        return refers(servers, glue);
    };
    referral = with_silent(dns::kMaxUnanswered);
    BOOST_TEST(why("www.example.test").find("no answer in time") != std::string::npos);
    source->forget("");
    referral = with_silent(dns::kMaxUnanswered + 1);
    BOOST_TEST(why("www.example.test").find("over 8 questions that nobody answers") !=
               std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(this_machine_is_not_asked_for_others, Fixture)
{
    referral = refers({"example.test. IN NS ns.example.test."},
                      {"ns.example.test. IN A 127.0.0.1", "ns.example.test. IN AAAA ::1"});
    world.servers["127.0.0.1"] = world.servers["::1"] = [this](const Question& q) { return zone(q); };
    BOOST_TEST(why("www.example.test").find("no server of example.test") != std::string::npos);
    // ... but where the root itself is there.
    world.servers["127.0.0.2"] = world.servers[kRoot];
    source = make({"127.0.0.2"});
    BOOST_TEST(address_in(ask("www.example.test")) == "198.51.100.1");
}

BOOST_FIXTURE_TEST_CASE(ds_records_are_the_parents, Fixture)
{
    world.servers[kTest] = [this](const Question& q) {
        if (q.type == Type::Ds)
            return answers({"example.test. IN DS 1 13 2 "
                            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"});
        return referral;
    };
    ask("www.example.test"); // the zone's own server is known now
    world.asked.clear();
    const auto answer = ask("example.test", Type::Ds);
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->records.size() == 1U);
    BOOST_TEST((world.asked == Lines{"192.0.2.2 example.test 43"}));
}

BOOST_AUTO_TEST_CASE(hints)
{
    const auto built_in = dns::built_in_root_hints();
    BOOST_TEST(built_in.size() == 13U);
    for (const auto& server : built_in)
        BOOST_TEST(server.addresses.size() == 2U);
    const auto own = dns::parse_root_hints(";  a comment\n"
                                           ".   3600000   NS   A.ROOT.\n"
                                           "A.ROOT.  3600000  A  192.0.2.1\n"
                                           "A.ROOT.  3600000  AAAA  2001:db8::1\n"
                                           ".   3600000   NS   B.ROOT.\n");
    BOOST_REQUIRE(own.has_value());
    BOOST_TEST((*own == std::vector<NameServer>{{"a.root", {"192.0.2.1", "2001:db8::1"}}}));
    for (const std::string text : {"", ". NS a.root.\n", "a.root. A 192.0.2.1\n", ". NS\n"})
        BOOST_TEST(!dns::parse_root_hints(text).has_value(), text);
    BOOST_TEST((dns::read_root_hints("/nonexistent").error().code() == Errc::NotFound));
}

BOOST_AUTO_TEST_CASE(answers_to_a_question)
{
    Question question;
    question.name = "www.example.test";
    const std::string asked = dns::make_question(question, 0x1234, dns::Asked::Plain).value();
    std::string message = asked;
    BOOST_TEST(!dns::is_answer_to(message, asked)); // a question itself
    message[2] = static_cast<char>(message[2] | 0x80);
    BOOST_TEST(dns::is_answer_to(message, asked));
    std::string upper = message;
    upper[13] = 'W';
    BOOST_TEST(dns::is_answer_to(upper, asked));
    std::string other_id = message;
    other_id[0] = 0;
    BOOST_TEST(!dns::is_answer_to(other_id, asked));
    std::string other_name = message;
    other_name[13] = 'x';
    BOOST_TEST(!dns::is_answer_to(other_name, asked));
    for (std::size_t size = 0; size < 12 + 22; ++size)
        BOOST_TEST(!dns::is_answer_to(message.substr(0, size), asked));
}

} // namespace
