// A message while it comes in: the steps after DATA work on this.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/dkim/sign_message.h"
#include "core/mime/card.h"
#include "core/smtp/data_decoder.h"
#include "core/smtp/header_scan.h"
#include "core/smtp/replies.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::smtp {

class Session;
struct Transaction;

/// Takes a message's octets to the store as they come. The header is held until it is whole, so
/// that fields can go before it; the body passes straight on.
/// Borrows: the session, whose transaction it belongs to. Threads: as its session.
class Incoming {
public:
    enum class From { Data, Bdat };
    Incoming(Session& session, From from);

    /// Takes octets from the reader's buffer; gives how many are done with. Awaits the store only.
    Awaitable<std::size_t> take(std::string_view input);
    /// BDAT: the last octets, of which take() left a CR.
    Awaitable<> take_rest(std::string_view held);
    bool is_at_end() const { return decoder.is_done(); } ///< of DATA: CRLF "." CRLF was read

    /// Runs the last steps; afterwards the replies are there: one, or one a recipient (LMTP).
    Awaitable<> finish();
    const std::vector<Reply>& replies() const { return replies_; }

    // For the steps ---------------------------------------------------------------------------
    /// The first refusal stays; the rest of the message is read and dropped.
    void refuse(Say key);
    bool is_refused() const { return refused_.has_value(); }
    Say refusal() const { return refused_.value_or(Say::Ok); }
    void answer(Reply reply) { replies_.push_back(std::move(reply)); }
    Transaction& transaction();

    Session& session;
    DataDecoder decoder;
    std::string id;            ///< in Received, in the reply and in the log
    std::uint64_t octets = 0;  ///< of the message as sent
    std::string header;        ///< until it is whole
    HeaderScan scan;           ///< of the whole header
    std::string return_path, delivered_to, received, completed; ///< fields that go before it
    std::string subject;       ///< unfolded
    bool on_behalf = false;    ///< of somebody in From: Sender has to say who sends it. AUTH-07
    bool tls_optional = false; ///< "TLS-Required: No"
    store::MailClass mail_class = store::MailClass::Normal; ///< by its header
    mime::CardBuilder card;
    std::unique_ptr<dkim::MessageSigning> signing; ///< nullptr: it is not signed
    std::string signatures; ///< what goes before it on its way to other servers
    std::unique_ptr<store::Spool> spool; ///< from the header's end on
    std::unique_ptr<store::Spool> sent;  ///< the same for the sender's Sent; nullptr: none is kept
    std::string held_cr; ///< BDAT: a CR at the end of a chunk waits here for the next

private:
    Awaitable<> take_runs(const std::vector<std::string_view>& runs);
    Awaitable<> take_run(std::string_view run);
    Awaitable<> end_header();
    Awaitable<> put_body(std::string_view octets);
    Awaitable<> put(std::string_view octets);

    bool binary_;
    bool in_header_ = true;
    std::optional<Say> refused_;
    std::vector<std::string_view> runs_;
    std::vector<Reply> replies_;
};

} // namespace mailctl::smtp
