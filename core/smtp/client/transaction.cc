// The commands of a transaction, in as few writes as the peer allows. RFC 5321 §3.3, RFC 2920 §3.1
#include "core/smtp/client/transaction.h"

#include <algorithm>

namespace mailctl::smtp {
namespace {

constexpr std::size_t kMostCommandsAWrite = 100; ///< replies wait in the peer's and our buffers
constexpr std::size_t kCommandOctets = 64;       ///< what one takes, about

Outcome::Recipient::State state_for(const PeerReply& reply)
{
    using State = Outcome::Recipient::State;
    const bool is_own = reply.code == 0;
    const bool is_permanent = is_own ? reply.enhanced.starts_with('5') : reply.is_permanent();
    return is_permanent ? State::Failed : State::Deferred;
}

/// RFC 5321 §4.5.3.1.10: 552 to a further recipient may mean that there are too many for one
/// transaction, unless the peer says that it is the mailbox.
bool means_too_many(const PeerReply& reply, std::size_t accepted)
{
    if (reply.code != 552)
        return false;
    return reply.enhanced == "5.5.3" || (accepted > 0 && !reply.enhanced.starts_with("5.2."));
}

} // namespace

ClientTransaction::ClientTransaction(ClientSession& session, const Envelope& envelope,
                                     const Plan& plan, Outcome& outcome)
    : session_(session),
      envelope_(envelope),
      plan_(plan),
      outcome_(outcome),
      settled_(envelope.recipients.size())
{
    for (const auto& refused : plan.refused)
        settle(refused.recipient, Stage::Rcpt, refused.reply);
}

Awaitable<> ClientTransaction::send(MessageSource& message)
{
    const Tail tail = plan_.chunks ? Tail::Nothing : Tail::Data;
    co_await converse(tail);
    if (is_over_)
        co_return;
    if (data_begun_ && accepted_.empty())
        co_await end_without_recipients();
    else if (data_begun_)
        co_await send_data(message);
    else if (plan_.chunks && !accepted_.empty())
        co_await send_chunks(message);
}

Awaitable<> ClientTransaction::ask()
{
    co_await converse(Tail::Reset);
}

/// Everything up to the message itself.
Awaitable<> ClientTransaction::converse(Tail tail)
{
    tail_ = tail;
    resets_first_ = session_.needs_reset;
    count_ = (resets_first_ ? 1 : 0) + 1 + plan_.recipients.size() + (tail == Tail::Nothing ? 0 : 1);
    accepted_.reserve(plan_.recipients.size());
    const std::size_t size_hint = std::min<std::size_t>(envelope_.octets, 16 * 1024);
    block_.reserve(std::max(size_hint + 256, std::min(count_, kMostCommandsAWrite) * kCommandOctets));
    PeerReply reply;
    for (append_batch(); sent_ > answered_; append_batch()) {
        session_.connection.expect(session_.options.timeouts.command);
        co_await session_.connection.stream().write(block_);
        while (answered_ < sent_ && !is_over_) {
            stage_ = command_at(answered_) == Command::Rcpt   ? Stage::Rcpt
                     : command_at(answered_) == Command::Tail ? Stage::Data
                                                              : Stage::Mail;
            while (!session_.connection.try_take(reply))
                co_await session_.connection.fill();
            on_reply(answered_++, std::move(reply));
            if (answered_ < sent_)
                session_.connection.expect(session_.options.timeouts.command);
        }
        if (is_over_)
            co_return;
    }
}

ClientTransaction::Command ClientTransaction::command_at(std::size_t number) const
{
    const std::size_t mail = resets_first_ ? 1 : 0;
    if (number < mail)
        return Command::Reset;
    if (number == mail)
        return Command::Mail;
    return number <= mail + plan_.recipients.size() ? Command::Rcpt : Command::Tail;
}

std::size_t ClientTransaction::recipient_at(std::size_t number) const
{
    return plan_.recipients[number - 1 - (resets_first_ ? 1 : 0)];
}

/// As many commands as go in one write: one where the peer does not pipeline. Nothing more where
/// the replies so far end the transaction.
void ClientTransaction::append_batch()
{
    block_.clear();
    const std::size_t most = session_.extensions.pipelining ? kMostCommandsAWrite : 1;
    for (std::size_t n = 0; n < most && sent_ < count_ && may_append(command_at(sent_)); ++n)
        append_command(sent_++);
}

bool ClientTransaction::may_append(Command command) const
{
    if (mail_failed_)
        return false;
    // Replies that are not here yet may accept somebody: then DATA goes with the recipients.
    const bool is_hopeless = answered_ == sent_ && accepted_.empty() && tail_ == Tail::Data;
    return command != Command::Tail || !is_hopeless;
}

void ClientTransaction::append_command(std::size_t number)
{
    switch (command_at(number)) {
        case Command::Reset:
            block_ += "RSET\r\n";
            break;
        case Command::Mail:
            append_mail(block_, envelope_.sender, plan_.mail);
            break;
        case Command::Rcpt: {
            const Envelope::Recipient& recipient = envelope_.recipients[recipient_at(number)];
            RcptParameters parameters;
            if (plan_.dsn) {
                parameters.notify = recipient.notify;
                parameters.original_recipient = recipient.original_recipient;
            }
            append_rcpt(block_, recipient.address, parameters);
            break;
        }
        case Command::Tail:
            block_ += tail_ == Tail::Data ? "DATA\r\n" : "RSET\r\n";
    }
}

void ClientTransaction::on_reply(std::size_t number, PeerReply reply)
{
    if (reply.code == 421) { // RFC 5321 §3.8: the peer closes
        is_over_ = session_.is_over = true;
        settle_rest(stage_, reply);
        return;
    }
    switch (command_at(number)) {
        case Command::Reset:
            session_.needs_reset = false;
            break;
        case Command::Mail:
            on_mail_reply(std::move(reply));
            break;
        case Command::Rcpt:
            if (!mail_failed_)
                on_rcpt_reply(recipient_at(number), std::move(reply));
            break;
        case Command::Tail:
            on_tail_reply(std::move(reply));
    }
}

void ClientTransaction::on_mail_reply(PeerReply reply)
{
    mail_failed_ = reply.code / 100 != 2;
    session_.needs_reset = !mail_failed_;
    if (mail_failed_)
        settle_rest(Stage::Mail, reply);
}

void ClientTransaction::on_rcpt_reply(std::size_t recipient, PeerReply reply)
{
    if (reply.code / 100 == 2) {
        accepted_.push_back(recipient);
        if (tail_ == Tail::Reset) { // asked for no more than this
            settle(recipient, Stage::Rcpt, reply);
            outcome_.recipients[recipient].state = Outcome::Recipient::State::Delivered;
        }
        return;
    }
    const bool too_many = means_too_many(reply, accepted_.size());
    settle(recipient, Stage::Rcpt, reply);
    if (too_many)
        outcome_.recipients[recipient].state = Outcome::Recipient::State::Deferred;
}

void ClientTransaction::on_tail_reply(PeerReply reply)
{
    if (tail_ == Tail::Reset) {
        session_.needs_reset = false;
        return;
    }
    data_begun_ = reply.code == 354;
    if (data_begun_)
        return;
    if (reply.is_positive()) { // neither side knows any more where it is
        is_over_ = session_.is_over = true;
        reply = own_words("4.5.0", "the peer answered DATA with " + std::to_string(reply.code));
    }
    settle_accepted(Stage::Data, reply);
}

void ClientTransaction::broken(const net::Disconnected& why)
{
    session_.is_over = true;
    auto said = session_.connection.last_words();
    if (said && said->is_positive())
        said.reset();
    outcome_.in_doubt = all_is_sent_ && !said &&
                        std::any_of(accepted_.begin(), accepted_.end(),
                                    [this](std::size_t i) { return !settled_[i]; });
    PeerReply reply = own_words("4.4.2", "connection lost (" + std::string(name_of(stage_)) +
                                             "): " + why.what());
    settle_rest(stage_, said.value_or(std::move(reply)));
}

/// The message cannot be read to its end: the peer must not take what it has for all of it.
void ClientTransaction::give_up(const Error& why)
{
    is_over_ = session_.is_over = true;
    settle_rest(stage_, own_words("4.3.0", "the message cannot be read: " + why.detail()));
}

void ClientTransaction::settle(std::size_t recipient, Stage stage, const PeerReply& reply)
{
    using State = Outcome::Recipient::State;
    if (settled_[recipient])
        return;
    settled_[recipient] = true;
    Outcome::Recipient& out = outcome_.recipients[recipient];
    out.stage = stage;
    out.reply = reply;
    out.state = state_for(reply);
    if (stage != Stage::FinalDot || reply.code / 100 != 2)
        return;
    // RFC 3461 §5.2.2: nobody further on will say that it arrived.
    const bool asked = (envelope_.recipients[recipient].notify & kNotifySuccess) != 0;
    out.state = asked && !plan_.dsn ? State::Relayed : State::Delivered;
    out.peer_tells = asked && plan_.dsn;
}

void ClientTransaction::settle_accepted(Stage stage, const PeerReply& reply)
{
    for (const std::size_t recipient : accepted_)
        settle(recipient, stage, reply);
}

void ClientTransaction::settle_rest(Stage stage, const PeerReply& reply)
{
    for (const std::size_t recipient : plan_.recipients)
        settle(recipient, stage, reply);
}

} // namespace mailctl::smtp
