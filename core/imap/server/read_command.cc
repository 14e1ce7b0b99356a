// Reads one whole command with bounded memory.
#include "core/imap/server/read_command.h"

#include <algorithm>

#include "conf/config.h"
#include "core/imap/append_arguments.h"
#include "core/imap/limits.h"

namespace mailctl::imap {
namespace {

constexpr const char* kTooLong = "Command too long";

/// What one command may still take.
struct Allowance {
    std::uint64_t octets = 0;
    std::uint64_t literal_octets = 0;
};

Allowance allowance(const Session& session)
{
    if (!session.is_authenticated())
        return {kPreAuthCommandOctets, kPreAuthLiteralOctets};
    const auto octets = session.config().limits.imap_command_octets;
    return {octets, octets};
}

constexpr std::uint64_t kMinusLiteralOctets = 4096; ///< LITERAL-: RFC 7888 §5

/// A literal that comes unasked although the client was not told that it may.
bool is_unwanted(const Session& session, const Announced& literal)
{
    const bool may_be_small = session.offers(Extension::LiteralMinus) &&
                              literal.octets <= kMinusLiteralOctets;
    return !literal.synchronizing && !session.offers(Extension::LiteralPlus) && !may_be_small;
}

/// Refuses a literal. A synchronizing one is never sent by a client that gets no "+"; another one
/// comes in any case: it is dropped where it is small enough, with the rest of the command, so
/// that nothing in it is taken for a command (RFC 7888 §4).
Awaitable<> refuse_literal(Session& session, Command& command, Announced literal)
{
    command.fault = "Literal too large";
    while (!literal.synchronizing) {
        if (literal.octets > kDroppedLiteralOctets) {
            command.is_fatal = true;
            co_return;
        }
        co_await drop_octets(session, literal.octets);
        const auto line = co_await session.reader.read_line(kFlushOctets);
        const auto next = announced_literal(line.text);
        if (line.end == net::Line::End::TooLong)
            command.is_fatal = true;
        if (!next || command.is_fatal)
            co_return;
        literal = *next;
    }
}

Awaitable<> read_literal(Session& session, std::string& text, Announced literal)
{
    if (literal.synchronizing)
        co_await ask_for_literal(session);
    text += "\r\n";
    auto left = literal.octets;
    while (left != 0) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, kFlushOctets));
        const auto some = co_await session.reader.read_some(most);
        text += some;
        left -= some.size();
    }
}

} // namespace

Awaitable<Command> read_command(Session& session)
{
    Command command;
    auto left = allowance(session);
    while (true) {
        auto line = co_await session.reader.read_line(left.octets);
        command.text += line.text;
        if (line.end == net::Line::End::TooLong) {
            command.fault = kTooLong;
            co_return command;
        }
        left.octets -= line.text.size();
        const auto literal = announced_literal(line.text);
        if (!literal)
            co_return command;
        if (is_unwanted(session, *literal)) {
            co_await refuse_literal(session, command, *literal);
            co_return command;
        }
        const bool may_replace = session.state == State::Selected;
        if (session.is_authenticated() && is_append_message(command.text, may_replace)) {
            command.message = literal;
            co_return command;
        }
        if (literal->octets > std::min(left.octets, left.literal_octets)) {
            co_await refuse_literal(session, command, *literal);
            co_return command;
        }
        left.octets -= literal->octets;
        left.literal_octets -= literal->octets;
        co_await read_literal(session, command.text, *literal);
    }
}

Awaitable<> drop_message(Session& session, std::optional<Announced> literal)
{
    const auto limit =
        std::max(session.config().limits.imap_literal_octets, kDroppedLiteralOctets);
    while (literal && !literal->synchronizing) {
        if (literal->octets > limit) {
            put_bye(session, "Literal too large");
            session.state = State::Logout;
            co_return;
        }
        co_await drop_octets(session, literal->octets);
        const auto line = co_await session.reader.read_line(kFlushOctets);
        literal = announced_literal(line.text);
    }
}

} // namespace mailctl::imap
