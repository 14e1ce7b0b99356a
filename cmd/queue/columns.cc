// The columns of queue lists.
#include "cmd/queue/columns.h"

#include <algorithm>
#include <set>

#include "cmd/queue/queue.h"
#include "core/base/ascii.h"
#include "core/mime/header.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using State = store::QueueRecipient::State;

constexpr std::uint64_t kHeaderOctets = 256 * 1024;

std::vector<std::string> recipients_of(const store::QueueEntry& entry)
{
    std::vector<std::string> all;
    for (const auto& recipient : entry.recipients)
        all.push_back(recipient.address);
    return all;
}

/// "1/3": so many of its recipients are done with.
std::string done_of(const store::QueueEntry& entry)
{
    const auto open = std::count_if(entry.recipients.begin(), entry.recipients.end(),
                                    [](const auto& recipient) { return recipient.is_open(); });
    const auto all = entry.recipients.size();
    return std::to_string(all - static_cast<std::size_t>(open)) + "/" + std::to_string(all);
}

unsigned attempts_of(const store::QueueEntry& entry)
{
    unsigned most = 0;
    for (const auto& recipient : entry.recipients)
        most = std::max(most, recipient.attempts);
    return most;
}

std::string last_reply_of(const store::QueueEntry& entry)
{
    std::string last;
    for (const auto& recipient : entry.recipients) {
        if (!recipient.last_reply.empty() && (last.empty() || recipient.is_open()))
            last = recipient.last_reply;
    }
    return last;
}

/// The domains of recipients that are not done with.
std::vector<std::string> destinations_of(const store::QueueEntry& entry)
{
    std::set<std::string> domains;
    for (const auto& recipient : entry.recipients) {
        if (recipient.is_open())
            domains.insert(ascii::lower(recipient.address.substr(recipient.address.rfind('@') + 1)));
    }
    return {domains.begin(), domains.end()};
}

Cell next_attempt_of(const store::QueueEntry& entry)
{
    const bool any = std::any_of(entry.recipients.begin(), entry.recipients.end(),
                                 [](const auto& recipient) { return recipient.is_pending(); });
    return any && !entry.held ? Cell(entry.next_attempt) : Cell();
}

std::string_view class_of(const store::QueueEntry& entry)
{
    switch (entry.mail_class) {
    case store::MailClass::Normal: return "normal";
    case store::MailClass::List: return "list";
    case store::MailClass::Large: return "large";
    case store::MailClass::Bounce: return "bounce";
    case store::MailClass::AutoReply: return "auto_reply";
    case store::MailClass::Report: return "report";
    case store::MailClass::Event: return "event";
    }
    return "unknown";
}

} // namespace

std::size_t return_path_octets(std::string_view message)
{
    mime::FieldReader reader(message);
    return reader.next() && reader.field().is("Return-Path") ? reader.field().raw.size() : 0;
}

std::string sender_of(const store::QueueEntry& entry)
{
    return entry.sender.empty() ? "<>" : entry.sender;
}

std::string_view name_of(State state)
{
    switch (state) {
    case State::Waiting: return "waiting";
    case State::Delivered: return "delivered";
    case State::Failed: return "failed";
    case State::Held: return "held";
    case State::Relayed: return "relayed";
    case State::Expired: return "expired";
    case State::Dropped: return "dropped";
    }
    return "unknown";
}

std::string_view state_of(const store::QueueEntry& entry)
{
    const auto any = [&](auto test) {
        return std::any_of(entry.recipients.begin(), entry.recipients.end(), test);
    };
    if (entry.held)
        return "held";
    if (any([](const auto& recipient) { return recipient.is_waiting(); }))
        return attempts_of(entry) == 0 ? "waiting" : "retry";
    return any([](const auto& recipient) { return recipient.notice_due; }) ? "failing" : "held";
}

const Properties<EntryView>& queue_properties()
{
    using V = const EntryView&;
    static const Properties<EntryView> all{
        {"id", true, [](V v) { return Cell(to_string(v.entry.id)); }},
        {"arrived", true, [](V v) { return Cell(v.entry.arrived); }},
        {"age", false,
         [](V v) {
             return Cell(to_text(std::chrono::floor<std::chrono::seconds>(v.now - v.entry.arrived)));
         }},
        {"size", true, [](V v) { return Cell(Octets{v.entry.body.octets}); }},
        {"sender", true, [](V v) { return Cell(sender_of(v.entry)); }},
        {"recipients", true, [](V v) { return Cell(recipients_of(v.entry)); }},
        {"done", true, [](V v) { return Cell(done_of(v.entry)); }},
        {"state", true, [](V v) { return Cell(v.is_delivering ? "delivering" : state_of(v.entry)); }},
        {"attempts", true, [](V v) { return Cell(attempts_of(v.entry)); }},
        {"last_attempt", false, [](V v) { return Cell(v.last_attempt); }},
        {"next_attempt", true, [](V v) { return next_attempt_of(v.entry); }},
        {"priority", true, [](V v) { return Cell(static_cast<unsigned>(v.entry.priority)); }},
        {"destination", true, [](V v) { return Cell(destinations_of(v.entry)); }},
        {"last_reply", true, [](V v) { return Cell(last_reply_of(v.entry)); }},
        {"account", false, [](V v) { return Cell(v.entry.account); }},
        {"peer", false, [](V v) { return Cell(v.entry.peer); }},
        {"hold_reason", false, [](V v) { return Cell(v.entry.hold_reason); }},
        {"class", false, [](V v) { return Cell(class_of(v.entry)); }},
        {"route", false, [](V v) { return Cell(v.entry.route); }},
        {"expires", false, [](V v) { return Cell(v.entry.expires); }},
        {"subject", false, [](V v) { return Cell(v.subject); }},
    };
    return all;
}

Result<std::string> queued_header(Context& ctx, const store::QueueEntry& entry)
{
    TRY(store::Store* store, ctx.store());
    TRY(const std::string start, ctx.wait(store->queue().read_body(entry, 0, kHeaderOctets)));
    std::string_view message = start;
    message.remove_prefix(return_path_octets(message));
    return entry.prefix + std::string(message.substr(0, mime::header_octets(message)));
}

} // namespace mailctl::cmd
