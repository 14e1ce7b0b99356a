// SASL exchanges step by step, with a client written out here.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "conf/config.h"
#include "core/auth/sasl.h"
#include "core/auth/scram_messages.h"
#include "core/auth/secrets/other_logins.h"
#include "core/crypto/base64.h"
#include "core/crypto/digest.h"
#include "core/crypto/scram.h"
#include "core/net/memory_stream.h"

using namespace mailctl;
using namespace mailctl::auth;

namespace {

constexpr std::string_view kSalt = "0123456789abcdef";
constexpr std::string_view kFingerprint = "aa11"; ///< of ann@example.org's certificate

/// Knows one user: ann@example.org, "pencil".
class OneUser : public Authenticator, public OtherLogins {
public:
    Awaitable<Result<Login>> check_password(Attempt, std::string name, std::string password) override
    {
        if (name != "ann@example.org" || password != "pencil")
            co_return Error(Errc::Denied, "wrong password");
        co_return login();
    }
    Awaitable<Result<ScramKeys>> scram_keys(Attempt, std::string name) override
    {
        const auto derived = crypto::derive_scram_sha_256("pencil", kSalt, 4096);
        ScramKeys keys;
        keys.iterations = 4096;
        keys.salt = derived->salt;
        keys.stored_key = derived->stored_key;
        keys.server_key = derived->server_key;
        keys.name = name;
        if (name == "ann@example.org")
            keys.user = store::User();
        co_return keys;
    }
    Awaitable<Result<Login>> scram_done(Attempt, ScramKeys keys, bool proof_ok) override
    {
        if (!keys.user || !proof_ok)
            co_return Error(Errc::Denied, "wrong proof");
        co_return login();
    }
    Awaitable<Result<Login>> check_certificate(Attempt, std::string name, std::string fingerprint) override
    {
        if (name != "ann@example.org" || fingerprint != kFingerprint)
            co_return Error(Errc::Denied, "certificate not enrolled");
        co_return login();
    }
    Awaitable<Result<Login>> check_token(Attempt, std::string name, std::string token) override
    {
        if (token == "later")
            co_return Error(Errc::Unavailable, "the endpoint does not answer");
        if (token != "good" || (!name.empty() && name != "ann@example.org"))
            co_return Error(Errc::Denied, "token: no key verifies it");
        co_return login();
    }
    Result<std::unique_ptr<Guard>> admit(const net::Endpoint&, const conf::Listener&) override
    {
        return std::unique_ptr<Guard>();
    }
    bool is_loaded(conf::Protocol) const override { return false; }
    Result<> check_ban(const net::Endpoint&) override { return ok(); }
    void misbehaved(const net::Endpoint&, std::string_view) override {}
    std::vector<Lock> locks() const override { return {}; }
    Result<> unlock(std::string_view) override { return Error(Errc::NotFound, "not locked"); }
    void configure(std::shared_ptr<const conf::Config>) override {}
    void happened(const net::Endpoint&, conf::BanTrigger) override {}
    void keep_bans() override {}
    void stop() override {}

private:
    static Login login()
    {
        Login out;
        out.name = "ann@example.org";
        return out;
    }
};

net::TlsInfo tls_info()
{
    net::TlsInfo tls;
    tls.version = "TLS1.3";
    tls.channel_binding = "exporter octets";
    tls.server_end_point = "end point octets";
    return tls;
}

struct Session {
    explicit Session(bool is_tls)
    {
        net::MemoryStreamOptions options;
        if (is_tls)
            options.tls = tls_info();
        pair = net::memory_stream_pair(io.get_executor(), options);
    }

    std::vector<std::string> offered() { return mechanisms(config, listener, *pair.first); }

    Result<> start(std::string_view mechanism)
    {
        auto started = start_sasl(mechanism, users, Attempt(), config, listener, *pair.first);
        if (!started)
            return started.error();
        exchange = *std::move(started);
        return ok();
    }

    SaslStep step(std::optional<std::string> message)
    {
        SaslStep out;
        boost::asio::co_spawn(io, exchange->step(std::move(message)),
                              [&](std::exception_ptr error, SaslStep result) {
                                  BOOST_TEST((error == nullptr));
                                  out = std::move(result);
                              });
        io.restart();
        io.run();
        return out;
    }

    boost::asio::io_context io;
    conf::Config config;
    conf::Listener listener;
    OneUser users;
    std::pair<std::unique_ptr<net::Stream>, std::unique_ptr<net::Stream>> pair;
    std::unique_ptr<SaslExchange> exchange;
};

/// The client's side of SCRAM.
struct Client {
    std::string header = "n,,";
    std::string name = "ann@example.org";
    std::string password = "pencil";
    std::string binding; ///< octets after the header
    std::string bare, server_first, auth_message;

    std::string first()
    {
        bare = "n=" + name + ",r=clientnonce";
        return header + bare;
    }
    std::string final(const std::string& challenge)
    {
        server_first = challenge;
        const std::string nonce = challenge.substr(2, challenge.find(',') - 2);
        const std::string without = "c=" + crypto::encode_base64(header + binding) + ",r=" + nonce;
        auth_message = bare + ',' + server_first + ',' + without;
        const auto salted = crypto::pbkdf2(crypto::Hash::Sha256, password, kSalt, 4096, 32);
        const auto key = crypto::hmac(crypto::Hash::Sha256, salted, "Client Key");
        std::string proof = crypto::hmac(crypto::Hash::Sha256, crypto::digest(crypto::Hash::Sha256, key), auth_message);
        for (std::size_t i = 0; i < proof.size(); ++i)
            proof[i] = static_cast<char>(proof[i] ^ key[i]);
        return without + ",p=" + crypto::encode_base64(proof);
    }
    std::string server_signature() const
    {
        const auto salted = crypto::pbkdf2(crypto::Hash::Sha256, password, kSalt, 4096, 32);
        const auto key = crypto::hmac(crypto::Hash::Sha256, salted, "Server Key");
        return "v=" + crypto::encode_base64(crypto::hmac(crypto::Hash::Sha256, key, auth_message));
    }
};

SaslStep run_scram(Session& session, std::string_view mechanism, Client& client)
{
    BOOST_REQUIRE(session.start(mechanism).has_value());
    const SaslStep challenge = session.step(client.first());
    if (challenge.kind != SaslStep::Kind::Challenge)
        return challenge;
    return session.step(client.final(challenge.challenge));
}

using Kind = SaslStep::Kind;

} // namespace

// AUTH-02: passwords in the clear under TLS only.
BOOST_AUTO_TEST_CASE(what_is_offered)
{
    const auto text = [](const std::vector<std::string>& names) {
        std::string out;
        for (const auto& name : names)
            out += name + ' ';
        return out;
    };
    Session clear(false);
    BOOST_TEST(text(clear.offered()) == "SCRAM-SHA-256 ");
    BOOST_TEST((clear.start("PLAIN").error().code() == Errc::NotFound));
    clear.listener.plaintext_auth = conf::PlaintextAuth::Always;
    BOOST_TEST(text(clear.offered()) == "SCRAM-SHA-256 PLAIN LOGIN ");
    Session tls(true);
    BOOST_TEST(text(tls.offered()) == "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN ");
    tls.listener.plaintext_auth = conf::PlaintextAuth::Never;
    BOOST_TEST(text(tls.offered()) == "SCRAM-SHA-256-PLUS SCRAM-SHA-256 ");
    tls.config.auth.mechanisms = {"plain", "CRAM-MD5"};
    BOOST_TEST(text(tls.offered()) == "");
    BOOST_TEST((tls.start("CRAM-MD5").error().code() == Errc::NotFound));
}

// RFC 4616 §4
BOOST_AUTO_TEST_CASE(plain)
{
    using namespace std::string_literals;
    struct Case {
        std::string name, message;
        Kind kind;
        Errc code;
    };
    const Case kCases[] = {
        {"good", "\0ann@example.org\0pencil"s, Kind::Success, {}},
        {"same authzid", "ann@example.org\0ann@example.org\0pencil"s, Kind::Success, {}},
        {"other authzid", "bob@example.org\0ann@example.org\0pencil"s, Kind::Failure, Errc::Denied},
        {"wrong", "\0ann@example.org\0pen"s, Kind::Failure, Errc::Denied},
        {"no password", "\0ann@example.org\0"s, Kind::Failure, Errc::Invalid},
        {"one part", "ann@example.org", Kind::Failure, Errc::Invalid},
        {"four parts", "\0a\0b\0c"s, Kind::Failure, Errc::Invalid},
        {"empty", "", Kind::Failure, Errc::Invalid},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Session session(true);
            BOOST_REQUIRE(session.start("plain").has_value());
            BOOST_TEST((session.step(std::nullopt).kind == Kind::Challenge));
            const SaslStep step = session.step(c.message);
            BOOST_TEST((step.kind == c.kind));
            if (c.kind == Kind::Failure)
                BOOST_TEST((step.error.code() == c.code));
            else
                BOOST_TEST(step.login.value().name == "ann@example.org");
        }
    }
}

BOOST_AUTO_TEST_CASE(login_mechanism)
{
    Session session(true);
    BOOST_REQUIRE(session.start("LOGIN").has_value());
    BOOST_TEST(session.step(std::nullopt).challenge == "Username:");
    BOOST_TEST(session.step("ann@example.org").challenge == "Password:");
    BOOST_TEST((session.step("pencil").kind == Kind::Success));
    // With the name as initial response.
    BOOST_REQUIRE(session.start("LOGIN").has_value());
    BOOST_TEST(session.step("ann@example.org").challenge == "Password:");
    BOOST_TEST((session.step("pen").kind == Kind::Failure));
}

// RFC 5802 §3, RFC 7677 §3
BOOST_AUTO_TEST_CASE(scram)
{
    Session session(false);
    Client client;
    const SaslStep done = run_scram(session, "SCRAM-SHA-256", client);
    BOOST_TEST((done.kind == Kind::Success));
    BOOST_TEST(done.challenge == client.server_signature());
    BOOST_TEST(done.login.value().name == "ann@example.org");

    Client wrong;
    wrong.password = "pen";
    BOOST_TEST((run_scram(session, "SCRAM-SHA-256", wrong).error.code() == Errc::Denied));
    Client unknown;
    unknown.name = "nobody@example.org";
    BOOST_TEST((run_scram(session, "SCRAM-SHA-256", unknown).error.code() == Errc::Denied));
    Client other;
    other.header = "n,a=bob@example.org,";
    BOOST_TEST((run_scram(session, "SCRAM-SHA-256", other).error.code() == Errc::Denied));
}

// RFC 9266 §2, RFC 5929 §4
BOOST_AUTO_TEST_CASE(scram_plus)
{
    struct Case {
        std::string_view name, mechanism, header, binding;
        Kind kind;
    };
    constexpr Case kCases[] = {
        {"exporter", "SCRAM-SHA-256-PLUS", "p=tls-exporter,,", "exporter octets", Kind::Success},
        {"end point", "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,", "end point octets", Kind::Success},
        {"another TLS session", "SCRAM-SHA-256-PLUS", "p=tls-exporter,,", "others' octets!", Kind::Failure},
        {"tls-unique is gone", "SCRAM-SHA-256-PLUS", "p=tls-unique,,", "", Kind::Failure},
        {"PLUS without binding", "SCRAM-SHA-256-PLUS", "n,,", "", Kind::Failure},
        {"binding without PLUS", "SCRAM-SHA-256", "p=tls-exporter,,", "exporter octets", Kind::Failure},
        {"plain, client cannot bind", "SCRAM-SHA-256", "n,,", "", Kind::Success},
        {"downgraded on the way", "SCRAM-SHA-256", "y,,", "", Kind::Failure}, // RFC 5802 §6
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Session session(true);
            Client client;
            client.header = c.header;
            client.binding = c.binding;
            BOOST_TEST((run_scram(session, c.mechanism, client).kind == c.kind));
        }
    }
    Session clear(false);
    Client client;
    client.header = "y,,";
    BOOST_TEST((run_scram(clear, "SCRAM-SHA-256", client).kind == Kind::Success));
}

BOOST_AUTO_TEST_CASE(scram_refuses_a_changed_nonce)
{
    Session session(false);
    Client client;
    BOOST_REQUIRE(session.start("SCRAM-SHA-256").has_value());
    std::string challenge = session.step(client.first()).challenge;
    challenge[5] = challenge[5] == 'x' ? 'y' : 'x';
    BOOST_TEST((session.step(client.final(challenge)).kind == Kind::Failure));
}

// RFC 5802 §7
BOOST_AUTO_TEST_CASE(scram_messages)
{
    const auto first = parse_scram_client_first("p=tls-exporter,a=x=2Cy,n=a=3Db,r=nonce,e=ext");
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(first->binding_name == "tls-exporter");
    BOOST_TEST(first->authzid == "x,y");
    BOOST_TEST(first->name == "a=b");
    BOOST_TEST(first->nonce == "nonce");
    BOOST_TEST(first->header == "p=tls-exporter,a=x=2Cy,");
    for (const std::string_view bad :
         {"", "n", "n,,", "n,,n=a", "n,,r=a,n=b", "x,,n=a,r=b", "n,,n=a=,r=b", "n,,n=a=2c,r=b", "n,,n=,r=b",
          "n,,n=a,r=", "n,,m=x,n=a,r=b", "n,b=x,n=a,r=b", "p=,,n=a,r=", "n,,n=a,r=b c"})
        BOOST_TEST(parse_scram_client_first(bad).has_error(), bad);
    const auto last = parse_scram_client_final("c=biws,r=nonce,x=1,p=AAAA");
    BOOST_REQUIRE(last.has_value());
    BOOST_TEST(last->channel_binding == "n,,");
    BOOST_TEST(last->without_proof == "c=biws,r=nonce,x=1");
    for (const std::string_view bad : {"", "c=biws,r=nonce", "c=biws,p=AAAA", "r=nonce,c=biws,p=AAAA",
                                       "c=!,r=nonce,p=AAAA", "c=biws,r=nonce,p=A"})
        BOOST_TEST(parse_scram_client_final(bad).has_error(), bad);
}

// RFC 4422 Appendix A: the certificate that TLS verified the key of is the login.
BOOST_AUTO_TEST_CASE(external_takes_the_certificate_of_the_session)
{
    const auto session_with = [](const std::string& fingerprint, const std::string& address) {
        auto session = std::make_unique<Session>(false);
        net::MemoryStreamOptions options;
        options.tls = tls_info();
        options.tls->peer_fingerprint = fingerprint;
        options.tls->peer_address = address;
        session->pair = net::memory_stream_pair(session->io.get_executor(), options);
        session->config.auth.client_certificates = true;
        return session;
    };
    const auto offers = [](Session& session) {
        const auto names = session.offered();
        return std::find(names.begin(), names.end(), "EXTERNAL") != names.end();
    };
    auto without = session_with("", "");
    BOOST_TEST(!offers(*without));
    BOOST_TEST(!without->start("EXTERNAL").has_value());
    auto unasked = session_with("aa11", "");
    unasked->config.auth.client_certificates = false;
    BOOST_TEST(!offers(*unasked));

    struct Case {
        std::string_view name, fingerprint, address, message;
        bool is_good;
    };
    const Case cases[] = {
        {"the user named", "aa11", "", "ann@example.org", true},
        {"the user of the certificate", "aa11", "ann@example.org", "", true},
        {"nobody named", "aa11", "", "", false},
        {"another user", "aa11", "ann@example.org", "bob@example.org", false},
        {"another certificate", "bb22", "ann@example.org", "", false},
        {"a NUL", "aa11", "", std::string_view("ann@example.org\0x", 17), false},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            auto session = session_with(std::string(c.fingerprint), std::string(c.address));
            BOOST_REQUIRE(offers(*session));
            BOOST_REQUIRE(session->start("external").has_value());
            BOOST_TEST((session->step(std::nullopt).kind == SaslStep::Kind::Challenge));
            const auto step = session->step(std::string(c.message));
            BOOST_TEST((step.kind == SaslStep::Kind::Success) == c.is_good);
        }
    }
}

// RFC 7628 §3.1, §3.2.2; XOAUTH2
BOOST_AUTO_TEST_CASE(bearer_tokens)
{
    const std::string end = "\x01\x01";
    struct Case {
        std::string_view name, mechanism;
        std::string message;
        std::string_view outcome; ///< success, failure, or an error that the client reads first
    };
    const Case cases[] = {
        {"as the RFC has it", "OAUTHBEARER", "n,a=ann@example.org,\x01host=a\x01port=143\x01" "auth=Bearer good" + end, "success"},
        {"without a name", "OAUTHBEARER", "n,,\x01" "auth=bearer good" + end, "success"},
        {"an escaped name", "OAUTHBEARER", "n,a=ann=2Cx,\x01" "auth=Bearer good" + end, "error"},
        {"another user", "OAUTHBEARER", "n,a=bob@example.org,\x01" "auth=Bearer good" + end, "error"},
        {"a bad token", "OAUTHBEARER", "n,,\x01" "auth=Bearer bad" + end, "error"},
        {"nobody can tell", "OAUTHBEARER", "n,,\x01" "auth=Bearer later" + end, "failure"},
        {"channel binding", "OAUTHBEARER", "p=tls-exporter,,\x01" "auth=Bearer good" + end, "failure"},
        {"another scheme", "OAUTHBEARER", "n,,\x01" "auth=Basic good" + end, "failure"},
        {"no end", "OAUTHBEARER", "n,,\x01" "auth=Bearer good", "failure"},
        {"bad escape", "OAUTHBEARER", "n,a=ann=,\x01" "auth=Bearer good" + end, "failure"},
        {"nothing", "OAUTHBEARER", "", "failure"},
        {"XOAUTH2", "XOAUTH2", "user=ann@example.org\x01" "auth=Bearer good" + end, "success"},
        {"XOAUTH2 refused", "XOAUTH2", "user=ann@example.org\x01" "auth=Bearer bad" + end, "error"},
        {"XOAUTH2 without a user", "XOAUTH2", "auth=Bearer good" + end, "failure"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Session session(true);
            session.config.oauth.keys = "keys.pem";
            session.config.oauth.scopes = {"mail"};
            session.config.oauth.configuration_url = "https://id.example.org/x";
            BOOST_REQUIRE(session.start(c.mechanism).has_value());
            auto step = session.step(c.message);
            if (c.outcome == "error") {
                BOOST_REQUIRE((step.kind == SaslStep::Kind::Challenge));
                BOOST_TEST(step.challenge ==
                           (c.mechanism == "XOAUTH2"
                                ? R"({"status":"401","schemes":"bearer","scope":"mail"})"
                                : R"({"status":"invalid_token","scope":"mail","openid-configuration":"https://id.example.org/x"})"));
                step = session.step("\x01");
                BOOST_TEST((step.kind == SaslStep::Kind::Failure));
                BOOST_TEST((step.error.code() == Errc::Denied));
                continue;
            }
            BOOST_TEST((step.kind == SaslStep::Kind::Success) == (c.outcome == "success"));
        }
    }
    Session clear(false);
    clear.config.oauth.keys = "keys.pem";
    BOOST_TEST(!clear.start("OAUTHBEARER").has_value());
    Session unset(true);
    BOOST_TEST(!unset.start("XOAUTH2").has_value());
}
