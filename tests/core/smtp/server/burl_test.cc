// BURL: messages from signed URLs of this server. RFC 4468
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "core/imap/message_url.h"
#include "core/smtp/server/serve.h"
#include "core/urls/url_authority.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;

namespace {

constexpr std::size_t kMessageOctets = 4096; ///< what the listener takes

Awaitable<std::string> sign(const fixture::Server& server, std::string rump)
{
    const auto url = imap::parse_message_url(rump);
    BOOST_REQUIRE(url.has_value());
    const auto owner = co_await urls::find_viewer(*server.services, "", url->user);
    BOOST_REQUIRE(owner.has_value());
    const auto token = co_await urls::url_token(*owner, *url);
    BOOST_REQUIRE(token.has_value());
    co_return rump + ":INTERNAL:" + *token;
}

std::string url_of(fixture::Server& server, const std::string& user, const std::string& rest)
{
    return server.run(
        sign(server, "imap://" + user + "%40example.org@mx.example.org/INBOX/;uid=" + rest));
}

bool holds(const std::vector<std::string>& messages, const std::string& text)
{
    return std::any_of(messages.begin(), messages.end(), [&text](const auto& message) {
        return message.find(text) != std::string::npos;
    });
}

} // namespace

BOOST_AUTO_TEST_CASE(messages_from_urls)
{
    fixture::Server server([](conf::Config& config) {
        config.limits.message.message_octets = kMessageOctets;
        config.limits.message.submission_octets = kMessageOctets;
    });
    const std::string head = "From: ann@example.org\r\nSubject: here\r\n\r\n";
    server.append("ann@example.org", "INBOX", head + "from Ann\r\n");
    server.append("ann@example.org", "INBOX", head + std::string(kMessageOctets, 'x') + "\r\n");
    server.append("bob@example.org", "INBOX", head + "from Bob\r\n");

    auto options = server.options();
    options.names["mine"] = url_of(server, "ann", "1;urlauth=submit+ann%40example.org");
    options.names["text"] = url_of(server, "ann", "1/;section=text;urlauth=submit+ann");
    options.names["bobs"] = url_of(server, "bob", "1;urlauth=submit+ann%40example.org");
    options.names["for_bob"] = url_of(server, "ann", "1;urlauth=submit+bob%40example.org");
    options.names["large"] = url_of(server, "ann", "2;urlauth=submit+ann%40example.org");
    options.names["forged"] = options.names["mine"];
    auto& last = options.names["forged"].back();
    last = last == '0' ? '1' : '0';

    auto listener = fixture::Server::listener(conf::Protocol::Submission);
    net::MemoryStreamOptions stream;
    stream.tls = net::TlsInfo{"TLS1.3", "TLS_AES_256_GCM_SHA384", "", "", ""};
    const auto connect = server.connect(smtp::serve, listener, stream);
    for (const auto& file : wire::transcripts("core/smtp/burl"))
        wire::play(file, connect, server.io, options);

    const auto messages = server.messages("bob@example.org");
    BOOST_TEST(messages.size() == 3U);
    BOOST_TEST(holds(messages, "\r\n\r\nSee this:from Ann\r\nfrom Ann\r\n"));
    BOOST_TEST(holds(messages, "Subject: here\r\n\r\nfrom Bob\r\n"));
}
