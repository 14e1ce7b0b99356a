// Plays every transcript of tests/core/imap/wire, each on a new server.
#include <boost/test/unit_test.hpp>

#include "store/account.h"
#include "tests/core/imap/server/imap_server.h"
#include "tests/wire/player.h"

using namespace mailctl;
using mailctl::imap::test::ImapServer;

namespace {

/// Ann may keep 2 KiB and 5 messages.
Awaitable<> limit(std::shared_ptr<store::Account> account)
{
    store::Usage limits;
    limits.octets = 2048;
    limits.messages = 5;
    const auto done = co_await account->set_limits(limits);
    BOOST_TEST(done.has_value());
}

/// Some transcripts are about a setting; their names say which.
void prepare(ImapServer& server, const std::string& file)
{
    const auto is = [&file](const char* name) { return file.find(name) != std::string::npos; };
    if (is("starttls"))
        server.listener.plaintext_auth = conf::PlaintextAuth::OverTls;
    if (is("require_starttls"))
        server.listener.tls = conf::TlsMode::RequireStartTls;
    if (is("delimiter"))
        server.config.imap.delimiter = ".";
    if (is("session_time"))
        server.config.limits.imap.session = std::chrono::hours(1);
    if (is("quota_limits"))
        server.run(limit(server.account(imap::test::kAnn)));
}

} // namespace

BOOST_AUTO_TEST_CASE(transcripts)
{
    const auto files = wire::transcripts("core/imap/wire");
    BOOST_TEST(!files.empty());
    for (const auto& file : files) {
        BOOST_TEST_CONTEXT(file)
        {
            ImapServer server;
            prepare(server, file);
            wire::Options options;
            options.names = {{"ann", "ann@example.org"},
                             {"bob", "bob@example.org"},
                             {"password", "secret-ann"},
                             {"password_bob", "secret-bob"}};
            options.advance = [&server](std::chrono::milliseconds by) { server.clock.advance(by); };
            wire::play(file, [&server](int) { return server.connect(); }, server.io, options);
        }
    }
}
