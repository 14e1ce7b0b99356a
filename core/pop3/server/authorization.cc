// USER, PASS, STLS, UTF8, CAPA and QUIT. RFC 1939 §4, RFC 2449, RFC 2595 §4, RFC 6856
#include <utility>

#include "conf/config.h"
#include "core/activity/activity.h"
#include "core/base/log.h"
#include "core/crypto/secret.h"
#include "core/pop3/limits.h"
#include "core/pop3/server/commands.h"
#include "core/pop3/server/session.h"

namespace mailctl::pop3 {
namespace {

bool allows_password(const Session& s)
{
    return auth::allows_plaintext(s.listener, s.stream);
}

Reply tls_first(const Session& s)
{
    if (s.may_start_tls())
        return Reply::error("Use STLS before you send a password").bad();
    return Reply::error("Passwords are not accepted in the clear here").bad();
}

} // namespace

Reply on_user(Session& s, std::string_view argument)
{
    if (!allows_password(s))
        return tls_first(s);
    if (argument.empty())
        return Reply::error("USER needs a name").bad();
    s.user = std::string(argument);
    return Reply::ok("Send PASS"); // the same whether or not there is such a user: RFC 1939 §13
}

Awaitable<Reply> on_pass(Session& s, std::string_view argument)
{
    if (!allows_password(s))
        co_return tls_first(s);
    if (s.user.empty())
        co_return Reply::error("USER first").bad();
    std::string name = std::exchange(s.user, {});
    std::string password(argument); // RFC 1939 §7: spaces belong to it
    const crypto::WipeAtEnd wipe_password(password);
    auth::Attempt attempt = s.attempt();
    auto login = co_await s.services->authenticator->check_password(std::move(attempt), std::move(name), password);
    if (!login)
        co_return refusal_of(login.error());
    co_return co_await open_maildrop(s, *std::move(login));
}

Awaitable<Reply> on_stls(Session& s, std::string_view argument)
{
    if (!argument.empty())
        co_return Reply::error("STLS takes no argument").bad();
    if (s.is_tls())
        co_return Reply::error("TLS is active already").bad();
    if (!s.may_start_tls())
        co_return Reply::error("TLS is not available here").bad();
    s.say(Reply::ok("Begin TLS"));
    co_await s.flush();
    // RFC 2595 §4: what came before, also in the same packet, counts for nothing.
    s.reader.discard();
    s.user.clear();
    s.utf8 = false;
    co_await s.stream.start_tls(s.services->tls);
    s.info->set_tls(s.stream.tls());
    co_return Reply();
}

// RFC 6856 §2.1, but: messages with UTF-8 headers are given as they are without it too; a client
// that did not ask still wants its mail.
Reply on_utf8(Session& s, std::string_view argument)
{
    if (!argument.empty())
        return Reply::error("UTF8 takes no argument").bad();
    s.utf8 = true;
    return Reply::ok("UTF-8 it is");
}

namespace {

/// RFC 2449 §6.7: before a login the server's, with USER, as users may have their own.
std::string expire_line(const Session& s)
{
    const conf::Pop3Settings& settings = s.login ? s.own : s.config().pop3;
    std::string line = "EXPIRE NEVER";
    if (settings.delete_retrieved)
        line = "EXPIRE 0";
    else if (settings.keep_retrieved.count() > 0)
        line = "EXPIRE " + std::to_string(std::chrono::ceil<std::chrono::days>(settings.keep_retrieved).count());
    return line + (s.login ? "\r\n" : " USER\r\n");
}

/// What the settings remove beside what the client marked. RFC 1939 §8
void apply_settings(Session& s)
{
    if (!s.login->user.may_change_mail())
        return;
    if (s.own.delete_retrieved)
        s.drop.delete_retrieved();
    if (s.own.keep_retrieved.count() > 0)
        s.drop.delete_fetched_before(s.now() - s.own.keep_retrieved);
}

} // namespace

Reply on_capa(Session& s, std::string_view argument)
{
    if (!argument.empty())
        return Reply::error("CAPA takes no argument").bad();
    std::string list = "+OK Capabilities follow\r\nTOP\r\nUIDL\r\n";
    if (allows_password(s))
        list += "USER\r\n";
    const auto offered = auth::mechanisms(s.config(), s.listener, s.stream);
    if (!offered.empty()) {
        list += "SASL";
        for (const std::string& mechanism : offered)
            list += ' ' + mechanism;
        list += "\r\n";
    }
    if (s.may_start_tls())
        list += "STLS\r\n";
    list += "RESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUTF8 USER\r\n" + expire_line(s);
    const auto delay = std::chrono::ceil<seconds>(s.config().pop3.login_delay).count();
    if (delay > 0)
        list += "LOGIN-DELAY " + std::to_string(delay) + "\r\n";
    s.out += list + ".\r\n";
    return Reply();
}

/// From TRANSACTION through UPDATE: the marked messages go in one commit. RFC 1939 §6
Awaitable<Reply> on_quit(Session& s, std::string_view argument)
{
    if (!argument.empty())
        co_return Reply::error("QUIT takes no argument").bad();
    if (!s.login)
        co_return Reply::ok("Goodbye").closing();
    apply_settings(s);
    const std::size_t marked = s.drop.size() - s.drop.count();
    const bool throws_away = s.own_user.deletes == conf::DeleteMail::Trash; // IMA-07
    const auto removal = throws_away ? Maildrop::Removal::ThrowAway : Maildrop::Removal::Expunge;
    auto updated = co_await s.drop.update(removal);
    if (!updated) {
        log::error("pop3", "messages not removed",
                   {{"user", s.login->name}, {"why", to_string(updated.error())}});
        co_return Reply::error(Code::SysTemp, "The deleted messages were not removed").closing();
    }
    log::info("pop3", "quit",
              {{"user", s.login->name}, {"retrieved", s.retrieved.size()}, {"removed", marked}});
    if (marked > 0 && s.own_user.activity_log) {
        store::Activity deletion;
        deletion.kind = store::ActivityKind::Delete;
        deletion.what = throws_away ? "thrown away" : "expunged";
        deletion.service = "pop3";
        deletion.peer = s.stream.peer().address;
        deletion.mailbox = "INBOX";
        deletion.messages = marked;
        deletion.octets = s.drop.deleted_octets();
        co_await activity::record(*s.services->store, s.login->user.account, std::move(deletion));
    }
    co_return Reply::ok("Goodbye").closing();
}

} // namespace mailctl::pop3
