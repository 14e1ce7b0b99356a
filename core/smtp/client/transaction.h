// One message on a session: MAIL, RCPT, DATA or BDAT, and what the replies make of the recipients.
// For core/smtp/client only.
#pragma once

#include <string>
#include <vector>

#include "core/smtp/client/plan.h"
#include "core/smtp/client/session.h"

namespace mailctl::smtp {

/// Borrows: all that it is made of.
class ClientTransaction {
public:
    ClientTransaction(ClientSession& session, const Envelope& envelope, const Plan& plan,
                      Outcome& outcome);

    /// Sends the message. Throws Disconnected: then call broken().
    Awaitable<> send(MessageSource& message);
    /// Asks for the recipients alone, and takes them back.
    Awaitable<> ask();
    /// Settles what is open after Disconnected.
    void broken(const net::Disconnected& why);

private:
    enum class Command : std::uint8_t { Reset, Mail, Rcpt, Tail };
    /// What follows the recipients in the same go.
    enum class Tail : std::uint8_t { Nothing, Data, Reset };

    Awaitable<> converse(Tail tail);
    Command command_at(std::size_t number) const;
    std::size_t recipient_at(std::size_t number) const;
    void append_batch();
    bool may_append(Command command) const;
    void append_command(std::size_t number);
    void on_reply(std::size_t number, PeerReply reply);
    void on_mail_reply(PeerReply reply);
    void on_rcpt_reply(std::size_t recipient, PeerReply reply);
    void on_tail_reply(PeerReply reply);

    Awaitable<> send_data(MessageSource& message);
    Awaitable<> send_chunks(MessageSource& message);
    Awaitable<> take_chunk_replies(std::size_t left_open);
    Awaitable<> end_without_recipients();
    Awaitable<> read_final_replies();

    void give_up(const Error& why);
    void settle(std::size_t recipient, Stage stage, const PeerReply& reply);
    void settle_accepted(Stage stage, const PeerReply& reply);
    void settle_rest(Stage stage, const PeerReply& reply);

    ClientSession& session_;
    const Envelope& envelope_;
    const Plan& plan_;
    Outcome& outcome_;
    Tail tail_ = Tail::Nothing;
    Stage stage_ = Stage::Mail;
    std::vector<bool> settled_;
    std::vector<std::size_t> accepted_; ///< recipients, in order
    std::size_t sent_ = 0, answered_ = 0, count_ = 0; ///< commands
    std::size_t open_chunks_ = 0;
    bool resets_first_ = false;
    bool mail_failed_ = false, data_begun_ = false, all_is_sent_ = false, is_over_ = false;
    std::string block_;
};

} // namespace mailctl::smtp
