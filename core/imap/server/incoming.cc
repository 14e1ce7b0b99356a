// Streams messages into the store, and says no to those that may not come.
#include "core/imap/server/incoming.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/imap/server/flags.h"
#include "core/imap/server/message_part.h"
#include "core/imap/server/progress.h"
#include "core/imap/server/read_command.h"
#include "store/account.h"
#include "store/deleted.h"

namespace mailctl::imap {

namespace {

/// The URL as BADURL may tell it: what would end the response code is left out. RFC 4469 §5
std::string told_url(std::string_view url)
{
    std::string told;
    for (const char c : url)
        if (c > ' ' && c < 0x7F && c != ']')
            told.push_back(c);
    return told;
}

Completion bad_url(std::string_view url, std::string_view why)
{
    return Completion::no("BADURL " + told_url(url), why);
}

Awaitable<> store_octets(Incoming& incoming, std::string_view octets)
{
    incoming.octets += octets.size();
    if (!incoming.stored)
        co_return; // what comes is read to its end all the same
    incoming.builder->feed(octets);
    incoming.stored = co_await incoming.spool->write(octets);
}

/// Makes the body durable: what many messages need until they are filed is little.
Awaitable<> end(Incoming& incoming)
{
    if (incoming.stored) {
        auto body = co_await incoming.spool->finish();
        if (body)
            incoming.body = std::move(*body);
        else
            incoming.stored = body.error();
        incoming.card = std::make_shared<const mime::Card>(incoming.builder->finish());
    }
    incoming.spool.reset();
    incoming.builder.reset();
}

} // namespace

IncomingMessages::IncomingMessages(Session& session, Lexer args, std::optional<Announced> literal,
                                   std::shared_ptr<store::Account> owner, std::size_t most)
    : session_(session), args_(args), literal_(literal), owner_(std::move(owner)), most_(most)
{
}

/// Whether the literal that the line ends with may be sent, behind so many octets of its message.
Completion IncomingMessages::check_literal(std::uint64_t octets_before) const
{
    const auto limit = session_.config().limits.imap_literal_octets;
    if (args_.peek() != '{' || !literal_)
        return Completion::bad(args_.at_end() ? "Missing message literal" : "Malformed argument");
    if (literal_->octets > limit || octets_before > limit - literal_->octets)
        return Completion::no("TOOBIG", "Message too large"); // RFC 7888 §4
    return Completion::ok("");
}

/// What stands against the next message before its first octet.
Awaitable<Completion> IncomingMessages::check(const Result<AppendArguments>& arguments)
{
    if (!arguments)
        co_return Completion::bad(arguments.error());
    if (arguments->in_utf8 && !session_.has_utf8 && !session_.is_rev2)
        co_return Completion::bad("ENABLE UTF8=ACCEPT first");
    if (messages.size() == most_)
        co_return Completion::no("LIMIT", most_ == 1 ? std::string("One message only") : "At most " + std::to_string(most_) + " messages at once");
    if (arguments->catenates)
        co_return Completion::ok("");
    if (auto fault = check_literal(0); fault.kind != Completion::Kind::Ok)
        co_return fault;
    if (literal_->octets == 0) // RFC 3502 §3: one that is empty cancels all of them
        co_return Completion::no("CANNOT", "Message is empty");
    const auto limits = co_await owner_->limits();
    const auto usage = co_await store::usage_of_quota(*owner_);
    if (limits && usage && limits->octets != 0 && most_ > 1 &&
        usage->octets + octets_ + literal_->octets > limits->octets)
        co_return Completion::no("OVERQUOTA", "Quota exceeded"); // RFC 5530 §3
    co_return Completion::ok("");
}

/// Goes on with what the client sends behind a literal.
Awaitable<> IncomingMessages::next_line()
{
    auto line = co_await session_.reader.read_line(kFlushOctets);
    line_ = std::move(line.text);
    literal_ = announced_literal(line_);
    args_ = Lexer(line_, session_.delimiter());
    if (session_.names() == Names::Utf8)
        args_.take_utf8_names();
}

/// Reads all octets of the literal, also where the store fails on the way, and the next line.
Awaitable<> IncomingMessages::take_literal(Incoming& incoming)
{
    if (literal_->synchronizing)
        co_await ask_for_literal(session_);
    for (auto left = literal_->octets; left != 0;) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, kFlushOctets));
        const auto some = co_await session_.reader.read_some(most);
        left -= some.size();
        co_await store_octets(incoming, some);
    }
    co_await next_line();
}

Awaitable<Completion> IncomingMessages::receive_one(AppendArguments arguments)
{
    Incoming incoming;
    store::BodyOwners owners;
    owners.accounts.push_back(owner_->id());
    incoming.spool = session_.services->store->spool(std::move(owners));
    incoming.builder = std::make_unique<mime::CardBuilder>();
    incoming.arguments = std::move(arguments);
    if (incoming.arguments.catenates) {
        auto verdict = co_await catenate(incoming);
        if (verdict.kind != Completion::Kind::Ok)
            co_return verdict;
    } else {
        co_await take_literal(incoming);
    }
    if (incoming.arguments.in_utf8 && !args_.accept(')'))
        co_return Completion::bad("Nothing may follow the message");
    octets_ += incoming.octets;
    co_await end(incoming);
    messages.push_back(std::move(incoming));
    co_return Completion::ok("");
}

/// cat-part *(SP cat-part) ")". RFC 4469 §3: where one fails, nothing is appended.
Awaitable<Completion> IncomingMessages::catenate(Incoming& incoming)
{
    do {
        Completion verdict;
        if (args_.accept_word("TEXT"))
            verdict = co_await take_text(incoming);
        else if (args_.accept_word("URL"))
            verdict = co_await take_url(incoming);
        else
            verdict = Completion::bad("Malformed argument");
        if (verdict.kind != Completion::Kind::Ok)
            co_return verdict;
    } while (args_.accept(' '));
    if (!args_.accept(')'))
        co_return Completion::bad("Malformed argument");
    if (incoming.octets == 0)
        co_return Completion::no("CANNOT", "Message is empty");
    co_return Completion::ok("");
}

/// "TEXT" SP literal
Awaitable<Completion> IncomingMessages::take_text(Incoming& incoming)
{
    CO_PARSE_TRY_VOID(args_.space());
    args_.accept('~');
    auto verdict = check_literal(incoming.octets);
    if (verdict.kind == Completion::Kind::Ok)
        co_await take_literal(incoming);
    co_return verdict;
}

/// An astring, whose literal is still to come. Errors: Invalid.
Awaitable<Result<std::string>> IncomingMessages::read_url()
{
    if (args_.peek() != '{')
        co_return args_.astring();
    if (!literal_ || literal_->octets > kUrlOctets)
        co_return Error(Errc::Invalid, "URL too long");
    if (literal_->synchronizing)
        co_await ask_for_literal(session_);
    std::string url;
    while (url.size() < literal_->octets) {
        const auto left = static_cast<std::size_t>(literal_->octets - url.size());
        const auto some = co_await session_.reader.read_some(left);
        url += some;
    }
    co_await next_line();
    co_return url;
}

/// "URL" SP astring
Awaitable<Completion> IncomingMessages::take_url(Incoming& incoming)
{
    CO_PARSE_TRY_VOID(args_.space());
    const auto text = co_await read_url();
    if (!text)
        co_return Completion::bad(text.error());
    co_return co_await copy_part(incoming, *text);
}

/// Reads what the URL names, a chunk at a time.
Awaitable<Completion> IncomingMessages::copy_part(Incoming& incoming, const std::string& text)
{
    const auto url = parse_message_url(text);
    if (!url)
        co_return bad_url(text, "Malformed URL");
    const auto part = co_await find_message_part(session_, *url);
    if (!part)
        co_return bad_url(text, "No such message");
    const auto limit = session_.config().limits.imap_literal_octets;
    if (part->octets() > limit || incoming.octets > limit - part->octets())
        co_return Completion::no("TOOBIG", "Message too large");
    for (std::uint64_t at = 0; at < part->octets();) {
        const auto chunk = co_await read_part(*part, at);
        if (!chunk && chunk.error().code() != Errc::NotFound)
            co_return refuse(chunk.error());
        if (!chunk || chunk->empty()) // expunged meanwhile
            co_return bad_url(text, "No such message");
        at += chunk->size();
        co_await store_octets(incoming, *chunk);
    }
    co_return Completion::ok("");
}

Awaitable<Completion> IncomingMessages::receive()
{
    while (true) {
        auto arguments = parse_append_message(args_);
        auto verdict = co_await check(arguments);
        if (verdict.kind == Completion::Kind::Ok)
            verdict = co_await receive_one(std::move(*arguments));
        if (session_.progress->advance())
            co_await session_.progress->tell();
        if (verdict.kind == Completion::Kind::Ok && args_.at_end())
            co_return verdict;
        const bool may_go_on = session_.offers(Extension::MultiAppend);
        if (verdict.kind == Completion::Kind::Ok && !(may_go_on && args_.accept(' ')))
            verdict = Completion::bad("Nothing may follow the message");
        if (verdict.kind != Completion::Kind::Ok) {
            co_await drop_message(session_, literal_);
            co_return verdict;
        }
    }
}

Awaitable<AppendTarget> find_append_target(Session& session, std::string name)
{
    AppendTarget target;
    auto found = co_await find_mailbox(session, std::move(name), store::MailboxRight::Insert);
    if (found)
        target.mailbox = std::move(*found);
    else if (found.error().code() == Errc::NotFound)
        target.refusal = Completion::no("TRYCREATE", "No such mailbox"); // RFC 3501 §6.3.11
    else
        target.refusal = refuse(found.error());
    co_return target;
}

Awaitable<Finished> finish(Session& session, const Located& target, Incoming incoming)
{
    Finished finished;
    if (!incoming.stored) {
        finished.refusal = refuse(incoming.stored.error());
        co_return finished;
    }
    auto& arguments = incoming.arguments;
    if (!target.rights.has(store::MailboxRight::Write)) // RFC 4314 §4: not set, and no failure
        arguments.flags.keywords.clear();
    const auto flags = co_await intern_flags(*target.account, std::move(arguments.flags));
    if (!flags) {
        finished.refusal = flags.error().code() == Errc::OverQuota
                               ? Completion::no("LIMIT", "Too many keywords")
                               : refuse(flags.error());
        co_return finished;
    }
    auto& message = finished.message;
    message.body = incoming.body.body;
    message.inline_body = std::move(incoming.body.inline_body);
    message.card = std::move(incoming.card);
    message.flags = permitted_flags(target.rights, *flags);
    const auto now = ZonedTime(session.services->clock->now());
    const auto date = arguments.date.value_or(now);
    message.internal_date = date.time;
    message.date_zone = date.zone;
    co_return finished;
}

std::string append_uid(const Located& target, const std::vector<store::Appended>& added)
{
    if (!target.rights.has(store::MailboxRight::Read) || added.empty())
        return "";
    std::vector<std::uint32_t> uids;
    for (const auto& one : added)
        uids.push_back(value_of(one.uid));
    auto code = "APPENDUID " + std::to_string(added.front().uid_validity) + " ";
    put_number_set(code, uids);
    return code;
}

void note_made(Session& session, const Located& target, const std::vector<store::Appended>& added)
{
    if (!session.view || session.view->account().id() != target.account->id() ||
        session.view->mailbox() != target.mailbox.id)
        return;
    for (const auto& one : added)
        session.view->made.push_back(one.uid);
}

} // namespace mailctl::imap
