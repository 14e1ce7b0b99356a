// Plain text through the router, as any message.
#include "core/delivery/notice.h"

#include "conf/config.h"
#include "core/delivery/deliver.h"
#include "core/delivery/mail_class.h"
#include "core/delivery/services.h"
#include "core/mime/builder.h"
#include "core/mime/card.h"
#include "core/smtp/trace.h"

namespace mailctl::delivery {

namespace {

Awaitable<Result<Resolution>> find_way(const Services& services, const Notice& notice,
                                       address::Address to)
{
    if (notice.mailbox != AccountId{}) {
        LocalTarget target{notice.mailbox, std::move(to), "", true};
        Resolution straight;
        straight.local.push_back(std::move(target));
        co_return straight;
    }
    Router::Question question;
    question.recipient = std::move(to);
    question.may_relay = true;
    co_return co_await services.router->resolve(std::move(question));
}

} // namespace

Awaitable<Result<>> send_notice(const Services& services, Notice notice)
{
    const auto to = address::parse(notice.to);
    if (!to)
        co_return to.error();
    auto reached = co_await find_way(services, notice, *to);
    if (!reached)
        co_return reached.error();
    if (reached->refusal != Refusal::None)
        co_return Error(Errc::Invalid, notice.to + ": nobody there");
    Acceptance out;
    out.delivery_id = notice.id.empty() ? services.random->token(16) : notice.id;
    out.mail_class = store::MailClass::Event;
    out.priority = priority_of(services.config->queue, out.mail_class, "");
    std::string text;
    if (!reached->local.empty() && services.config->smtp.return_path)
        text = smtp::return_path_field({}); // RFC 5321 §4.4
    text += "From: MAILER-DAEMON@" + services.hostname + "\r\nTo: " + to_string(*to) +
                       "\r\nSubject: " + mime::encode_header_text(notice.subject) +
                       "\r\nDate: " + smtp::date_time(services.clock->now()) + "\r\nMessage-ID: <" +
                       out.delivery_id + '@' + services.hostname +
                       ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
                       notice.text;
    store::BodyOwners owners;
    for (const auto& target : reached->local)
        owners.accounts.push_back(target.account);
    owners.queued = !reached->remote.empty();
    auto spool = services.store->spool(std::move(owners));
    auto written = co_await spool->write(text);
    if (!written)
        co_return written.error();
    auto stored = co_await spool->finish();
    if (!stored)
        co_return stored.error();
    out.stored = *std::move(stored);
    out.card = std::make_shared<const mime::Card>(mime::make_card(text));
    out.local = reached->local;
    for (const auto& remote : reached->remote) {
        store::QueueRecipient recipient;
        recipient.address = to_string(remote.address);
        out.remote.push_back(std::move(recipient));
    }
    auto accepted = co_await accept(*services.store, std::move(out));
    if (!accepted)
        co_return accepted.error();
    co_return ok();
}

} // namespace mailctl::delivery
