// DKIM at acceptance: mail that leaves has good signatures before it, and nothing else changes.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include "core/dkim/domain_keys.h"
#include "core/dkim/sign_message.h"
#include "core/dkim/verify.h"
#include "core/mime/header.h"
#include "core/smtp/server/serve.h"
#include "store/dkim_keys.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;

namespace {

Awaitable<> send(std::unique_ptr<net::Stream> stream, std::string text, std::string& out)
{
    stream->set_deadline(std::chrono::seconds(30));
    try {
        co_await stream->write(text);
        std::string buffer(1 << 16, '\0');
        for (;;) {
            const std::size_t octets = co_await stream->read_some(buffer.data(), buffer.size());
            out.append(buffer, 0, octets);
        }
    } catch (const net::Disconnected&) {
        co_return;
    }
}

struct Site {
    explicit Site(bool trusted = true)
        : server([trusted](conf::Config& c) {
              if (trusted)
                  c.access.trusted = {"192.0.2.1"};
          })
    {
    }

    std::string talk(std::string text, conf::Protocol protocol = conf::Protocol::Smtp)
    {
        std::string replies;
        auto connect = server.connect(smtp::serve, fixture::Server::listener(protocol));
        boost::asio::co_spawn(server.io, send(connect(1), std::move(text), replies),
                              boost::asio::detached);
        server.io.restart();
        server.io.run();
        return replies;
    }
    std::string message(const std::string& from, const std::string& to, const std::string& rest)
    {
        return talk("EHLO client.example\r\nMAIL FROM:<" + from + ">\r\nRCPT TO:<" + to +
                    ">\r\nDATA\r\n" + rest + "\r\n.\r\nQUIT\r\n");
    }

    void add_key(const std::string& domain, crypto::SigningKind kind, const std::string& selector,
                 store::DkimState state = store::DkimState::Active)
    {
        dkim::KeyWish wish;
        wish.selector = selector;
        wish.kind = kind;
        const auto key = *dkim::make_key(wish, server.clock.now());
        records[selector + "._domainkey." + domain] = dkim::to_text(dkim::record_of(key));
        const auto change = [&](store::DkimDomain& one) {
            one.keys.push_back(key);
            return dkim::set_state(one, selector, state, server.clock.now());
        };
        BOOST_REQUIRE(server.run(store::dkim_keys(*server.store).update_keys(domain, change)));
    }

    /// "pass example.org", one a signature, of the only entry in the queue.
    std::string verified()
    {
        const auto queue = server.queue();
        BOOST_REQUIRE(queue.size() == 1U);
        const std::string sent = queue[0].prefix + server.queued_body(queue[0]);
        const auto end = mime::header_octets(sent);
        dkim::Verification verification(sent.substr(0, end), server.clock.now());
        verification.feed(std::string_view(sent).substr(end));
        std::vector<dkim::KeyAnswer> answers;
        for (const auto& name : verification.key_names()) {
            answers.emplace_back();
            if (records.contains(name)) {
                answers.back().status = dkim::KeyAnswer::Status::Found;
                answers.back().records = {records[name]};
            }
        }
        std::string out;
        for (const auto& one : verification.finish(answers))
            out += (out.empty() ? "" : "; ") + std::string(dkim::name_of(one.verdict)) + ' ' +
                   one.domain;
        return out;
    }

    fixture::Server server;
    std::map<std::string, std::string> records;
};

constexpr const char* kMessage = "From: Ann <ann@example.org>\r\nSubject: Hi\r\n\r\nHello  there \r\n"
                                 "..stuffed\r\n\r\n";

} // namespace

BOOST_AUTO_TEST_CASE(mail_that_leaves_is_signed_by_every_active_key)
{
    Site site;
    site.add_key("example.org", crypto::SigningKind::Rsa, "r");
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    site.add_key("example.org", crypto::SigningKind::Ed25519, "next", store::DkimState::Pending);
    site.add_key("example.org", crypto::SigningKind::Ed25519, "last", store::DkimState::Retired);
    site.message("carol@example.com", "dave@example.com", kMessage);
    BOOST_TEST(site.verified() == "pass example.org; pass example.org");
}

BOOST_AUTO_TEST_CASE(a_large_body_in_pieces_is_signed)
{
    Site site;
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    std::string body;
    while (body.size() < 300'000)
        body += "A line of text  with blanks. \r\n";
    site.message("carol@example.com", "dave@example.com", kMessage + body);
    BOOST_TEST(site.verified() == "pass example.org");
}

// RFC 6409 §8: what submission adds is signed too.
BOOST_AUTO_TEST_CASE(submitted_mail_is_signed_as_completed)
{
    Site site(false);
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    auto connect = [&](std::string text) {
        std::string replies;
        auto listener = fixture::Server::listener(conf::Protocol::Submission);
        listener.plaintext_auth = conf::PlaintextAuth::Always;
        auto open = site.server.connect(smtp::serve, listener);
        boost::asio::co_spawn(site.server.io, send(open(1), std::move(text), replies),
                              boost::asio::detached);
        site.server.io.restart();
        site.server.io.run();
        return replies;
    };
    const auto replies = connect(std::string("EHLO c\r\nAUTH PLAIN "
                                             "AGFubkBleGFtcGxlLm9yZwBhbm4tc2VjcmV0\r\n"
                                             "MAIL FROM:<ann@example.org>\r\n"
                                             "RCPT TO:<dave@example.com>\r\nDATA\r\n") +
                                 kMessage + ".\r\nQUIT\r\n");
    BOOST_TEST_CONTEXT(replies) {
        BOOST_TEST(site.verified() == "pass example.org");
    }
    const auto prefix = site.server.queue()[0].prefix;
    BOOST_TEST(prefix.find("Date:Date:") != std::string::npos); // once there, once more
}

BOOST_AUTO_TEST_CASE(copies_for_mailboxes_here_are_not_signed)
{
    Site site;
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    site.talk(std::string("EHLO client.example\r\nMAIL FROM:<carol@example.com>\r\n"
                          "RCPT TO:<bob@example.org>\r\nRCPT TO:<dave@example.com>\r\nDATA\r\n") +
              kMessage + ".\r\nQUIT\r\n");
    BOOST_TEST(site.verified() == "pass example.org");
    const auto local = site.server.messages("bob@example.org");
    BOOST_REQUIRE(local.size() == 1U);
    BOOST_TEST(local[0].find("DKIM-Signature") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_signs)
{
    struct Case {
        std::string_view name;
        const char* header;
        std::string_view verified;
    };
    constexpr Case kCases[] = {
        {"author", "From: ann@example.org\r\n\r\nx\r\n", "pass example.org"},
        {"another name of the domain", "From: ann@example.net\r\n\r\nx\r\n", "pass example.org"},
        {"another name with a key", "From: ann@example.info\r\n\r\nx\r\n", "pass example.info"},
        {"somebody else's name", "From: ann@elsewhere.test\r\n\r\nx\r\n", ""},
        {"two authors", "From: ann@example.org, bob@example.org\r\n\r\nx\r\n", ""},
        {"no author", "Subject: x\r\n\r\nx\r\n", ""},
        {"text without a header", "Hello\r\n", ""},
        {"header alone", "From: ann@example.org\r\n", "pass example.org"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name) {
            Site site;
            auto& directory = site.server.store->directory();
            for (const auto alias : {"example.net", "example.info"})
                BOOST_REQUIRE(site.server.run(directory.add_domain_alias("example.org", alias)));
            site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
            site.add_key("example.info", crypto::SigningKind::Ed25519, "i");
            site.message("carol@example.com", "dave@example.com", c.header);
            BOOST_TEST(site.verified() == c.verified);
        }
    }
}

BOOST_AUTO_TEST_CASE(strangers_are_not_signed_for)
{
    Site site(false);
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    site.server.add_alias("away@example.org", {"dave@example.com"});
    site.message("eve@elsewhere.test", "away@example.org", kMessage);
    BOOST_TEST(site.verified().empty());
}

BOOST_AUTO_TEST_CASE(switched_off)
{
    Site site;
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    const auto off = [](store::DkimDomain& one) {
        one.policy.sign = false;
        return ok();
    };
    BOOST_REQUIRE(site.server.run(store::dkim_keys(*site.server.store).update_keys("example.org", off)));
    site.message("carol@example.com", "dave@example.com", kMessage);
    const auto queue = site.server.queue();
    BOOST_REQUIRE(queue.size() == 1U);
    BOOST_TEST(queue[0].prefix.empty());
}

// For other makers of mail: bounces, the pickup folder.
BOOST_AUTO_TEST_CASE(whole_messages)
{
    Site site;
    auto& store = *site.server.store;
    BOOST_TEST(site.server.run(dkim::sign_message(store, "From: a@example.org\r\n\r\n", "x"))->empty());
    site.add_key("example.org", crypto::SigningKind::Ed25519, "e");
    const auto prefix =
        site.server.run(dkim::sign_message(store, "From: a@example.org\r\n\r\n", "x"));
    BOOST_REQUIRE(prefix);
    BOOST_TEST(prefix->starts_with("DKIM-Signature: v=1; a=ed25519-sha256;"));
}
