// Plays every transcript of tests/core/imap/wire, each on a new server.
#include <boost/test/unit_test.hpp>

#include "store/account.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/sent_copies.h"
#include "store/store.h"
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

/// Whoever reads Ann's INBOX beside her has a \Seen of his own.
Awaitable<> share_seen_apart(std::shared_ptr<store::Account> account)
{
    const auto inbox = co_await account->find_mailbox("INBOX");
    BOOST_REQUIRE(inbox.has_value());
    const auto set = co_await account->acls().set_own_seen(inbox->id, true);
    BOOST_TEST(set.has_value());
}

/// Cid neither shares nor is shared with. FLD-03
Awaitable<> leave_out(store::Directory& directory)
{
    const address::Address cid{"cid", "example.org"};
    std::function<Result<>(store::User&)> change = [](store::User& user) {
        user.settings = {"sharing.users=false"};
        return ok();
    };
    const auto done = co_await directory.update_user(cid, std::move(change));
    BOOST_TEST(done.has_value());
}

/// Ann let Bob send as her when she was allowed to; Bob himself may let nobody. AUTH-07
Awaitable<> delegate(store::Directory& directory)
{
    std::function<Result<>(store::User&)> give = [](store::User& user) {
        user.delegates = {"u_0000000000000002 send-as 2026-11-20T00:00:00Z"};
        return ok();
    };
    const address::Address ann{"ann", "example.org"}, bob{"bob", "example.org"};
    const auto given = co_await directory.update_user(ann, std::move(give));
    BOOST_TEST(given.has_value());
    std::function<Result<>(store::User&)> forbid = [](store::User& user) {
        user.settings = {"user.delegation=off"};
        return ok();
    };
    const auto forbidden = co_await directory.update_user(bob, std::move(forbid));
    BOOST_TEST(forbidden.has_value());
}

/// The server put two of Ann's messages into Sent, as it does for what she submits.
Awaitable<> keep_sent(store::Store* store, std::shared_ptr<store::Account> account)
{
    const auto sent = co_await account->mailbox_by_role(store::SpecialUse::Sent);
    BOOST_REQUIRE(sent.has_value());
    for (const std::string id : {"<one@example.org>", "<two@example.org>"}) {
        const auto begun = co_await store::begin_sent_copy(*store, account->id(), id);
        BOOST_REQUIRE((begun && *begun));
        store::NewMessage message;
        message.inline_body = "Message-ID: " + id + "\r\n\r\nx\r\n";
        const auto added = co_await account->append(sent->id, std::move(message));
        BOOST_REQUIRE(added.has_value());
        const store::SentCopy copy{sent->id, added->uid};
        const auto ended = co_await store::end_sent_copy(*store, account->id(), id, copy);
        BOOST_REQUIRE((ended && *ended));
    }
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
    if (is("extensions_off"))
        server.config.imap.disabled_extensions = {"LITERAL+", "sasl-ir"};
    if (is("session_time"))
        server.config.limits.imap.session = std::chrono::hours(1);
    if (is("metadata")) {
        server.config.sharing.server_comment = "A quiet place";
        server.config.sharing.server_admin = "mailto:root@example.org";
    }
    if (is("urlauth"))
        server.config.imap.submit_servers = {"cid@example.org"};
    if (is("public"))
        server.config.sharing.public_owner = "public";
    if (is("sharing_off"))
        server.run(leave_out(server.store->directory()));
    if (is("own_seen"))
        server.run(share_seen_apart(server.account(imap::test::kAnn)));
    if (is("delegation"))
        server.config.user.delegation = conf::Delegation::SendAs;
    if (is("delegation_off")) {
        server.config.user.delegation = conf::Delegation::OnBehalf;
        server.run(delegate(server.store->directory()));
    }
    if (is("delete_trash"))
        server.config.user.deletes = conf::DeleteMail::Trash;
    if (is("delete_expunge"))
        server.config.user.deletes = conf::DeleteMail::Expunge;
    if (is("sent_copies")) {
        server.config.user.save_sent = true;
        server.run(keep_sent(server.store.get(), server.account(imap::test::kAnn)));
    }
    if (is("fuzzy"))
        server.make_indexes();
    if (is("quota_limits"))
        server.run(limit(server.account(imap::test::kAnn)));
}

void play(const std::string& file, bool has_indexes)
{
    BOOST_TEST_CONTEXT(file)
    {
        ImapServer server;
        prepare(server, file);
        if (has_indexes)
            server.make_indexes();
        wire::Options options;
        options.names = {{"ann", "ann@example.org"},
                         {"bob", "bob@example.org"},
                         {"password", "secret-ann"},
                         {"password_bob", "secret-bob"},
                         {"cid", "cid@example.org"},
                         {"password_cid", "secret-cid"},
                         {"public", "public@example.org"},
                         {"password_public", "secret-public"},
                         {"root", "root@example.org"},
                         {"password_root", "secret-root"},
                         {"dora", "dora@example.net"},
                         {"password_dora", "secret-dora"}};
        options.advance = [&server](std::chrono::milliseconds by) { server.clock.advance(by); };
        wire::play(file, [&server](int) { return server.connect(); }, server.io, options);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(transcripts)
{
    const auto files = wire::transcripts("core/imap/wire");
    BOOST_TEST(!files.empty());
    for (const auto& file : files)
        play(file, false);
}

// What is found is the same.
BOOST_AUTO_TEST_CASE(searches_with_an_index)
{
    for (const auto& file : wire::transcripts("core/imap/wire"))
        if (file.find("search") != std::string::npos || file.find("sort") != std::string::npos)
            play(file, true);
}
