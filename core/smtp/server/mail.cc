// MAIL FROM: starts a transaction. RFC 5321 §4.1.1.2.
#include "conf/config.h"
#include "core/base/log.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/sender.h"
#include "core/smtp/server/sending.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

/// Order and limits of the session, before the arguments are looked at.
Say check_order(Session& s)
{
    if (s.hello.empty())
        return Say::HelloFirst; // RFC 5321 §4.1.4
    if (s.is_submission() && !s.login && !s.local)
        return Say::AuthenticationRequired; // RFC 6409 §4.3
    if (s.transaction)
        return Say::NestedMail; // RFC 5321 §4.1.4
    const unsigned limit = s.config().limits.message.messages_per_session;
    if (++s.mails > limit && limit > 0) // RFC 9422 §4.1: every MAIL counts
        return Say::TooManyMessages;
    return Say::Ok;
}

Say check_size(const Session& s, const MailCommand& mail)
{
    const std::uint64_t limit = s.message_limit();
    return limit > 0 && mail.size > limit ? Say::MessageTooLarge : Say::Ok; // RFC 1870 §6.1
}

/// HOLDFOR as a time; one that has passed asks for nothing.
void settle_release(MailCommand& mail, Time now)
{
    if (mail.hold_for_seconds > 0)
        mail.hold_until = now + std::chrono::seconds(mail.hold_for_seconds);
    if (mail.hold_until && *mail.hold_until <= now)
        mail.hold_until.reset();
}

} // namespace

/// Checks run cheapest first: order, syntax, size, then who may send as whom, which asks the
/// directory.
Awaitable<Reply> on_mail(Session& s, std::string_view arguments)
{
    if (const Say said = check_order(s); said != Say::Ok) {
        Reply reply = make_reply(said);
        co_return said == Say::TooManyMessages ? std::move(reply).closing() : std::move(reply);
    }
    auto mail = parse_mail(arguments, s.offered);
    if (!mail)
        co_return make_reply(mail.error());
    if (const Say said = check_size(s, *mail); said != Say::Ok)
        co_return make_reply(said);

    Say said = co_await check_sender(s, mail->sender);
    if (said == Say::Ok)
        said = check_size(s, *mail); // the login's limits were read again
    if (said == Say::Ok)
        said = co_await begin_sending(s, mail->sender);
    if (said != Say::Ok) {
        log::info(s.area(), "sender refused",
                  {{"peer", s.stream.peer().address},
                   {"from", mail->sender ? to_string(*mail->sender) : std::string("<>")},
                   {"why", row_of(said).name}});
        co_return make_reply(said);
    }
    s.transaction.emplace();
    s.transaction->mail = *std::move(mail);
    settle_release(s.transaction->mail, s.now());
    const auto& from = s.transaction->mail.sender;
    s.info->set_sender(from ? to_string(*from) : std::string("<>"));
    co_return make_reply(Say::SenderAccepted);
}

} // namespace mailctl::smtp
