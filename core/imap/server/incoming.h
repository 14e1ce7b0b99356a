// Messages of APPEND and REPLACE on their way from the client into the store.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/append_arguments.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"
#include "core/mime/card.h"
#include "store/store.h"

namespace mailctl::imap {

/// One message as it arrived.
struct Incoming {
    AppendArguments arguments;
    std::uint64_t octets = 0;
    Result<> stored; ///< what the store said
    store::Spool::Stored body;
    std::shared_ptr<const mime::Card> card;

    std::unique_ptr<store::Spool> spool; ///< while it arrives
    std::unique_ptr<mime::CardBuilder> builder;
};

/// Reads the messages of one command, a literal at a time: of each what stands before it, its
/// octets or the parts that make it, and whether another one follows. Memory is bounded whatever
/// the messages' size. Borrows: the session.
class IncomingMessages {
public:
    /// `args`: up to the first message's arguments. `literal`: where their line ends, if with one.
    /// `owner`: whose they become. `most`: messages that the command may hold.
    IncomingMessages(Session& session, Lexer args, std::optional<Announced> literal,
                     std::shared_ptr<store::Account> owner, std::size_t most);

    /// All of them, or why the command fails: then all that the client sends of it is read.
    Awaitable<Completion> receive();
    std::vector<Incoming> messages; ///< what came, in its order

private:
    Awaitable<Completion> check(const Result<AppendArguments>& arguments);
    Completion check_literal(std::uint64_t octets_before) const;
    Awaitable<Completion> receive_one(AppendArguments arguments);
    Awaitable<> take_literal(Incoming& incoming);
    Awaitable<Completion> catenate(Incoming& incoming);
    Awaitable<Completion> take_text(Incoming& incoming);
    Awaitable<Completion> take_url(Incoming& incoming);
    Awaitable<Result<std::string>> read_url();
    Awaitable<Completion> copy_part(Incoming& incoming, const std::string& text);
    Awaitable<> next_line();

    Session& session_;
    Lexer args_;
    std::string line_; ///< that `args_` walks over, after the first
    std::optional<Announced> literal_;
    std::shared_ptr<store::Account> owner_;
    std::size_t most_;
    std::uint64_t octets_ = 0;
};

/// The mailbox that messages are to go into, with the right to do so.
struct AppendTarget {
    std::optional<Located> mailbox;
    Completion refusal; ///< where there is none
};
Awaitable<AppendTarget> find_append_target(Session& session, std::string name);

/// Makes one ready to be filed: its body is durable, its flags are those that the user may set.
struct Finished {
    store::NewMessage message;
    Completion refusal;
};
Awaitable<Finished> finish(Session& session, const Located& target, Incoming incoming);

/// "APPENDUID 38505 3955:3957", where the user may read the mailbox. RFC 4315 §3
std::string append_uid(const Located& target, const std::vector<store::Appended>& added);
/// The session knows that it made these itself.
void note_made(Session& session, const Located& target, const std::vector<store::Appended>& added);

} // namespace mailctl::imap
