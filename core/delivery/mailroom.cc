// Reads the entry's message once, piece by piece, into a body of its own.
#include "core/delivery/mailroom.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/delivery/deliver.h"
#include "core/delivery/resolution.h"
#include "core/delivery/return_path.h"
#include "core/delivery/services.h"
#include "core/dkim/sign_message.h"
#include "core/mime/builder.h"
#include "core/mime/header.h"
#include "core/queue/message_source.h"
#include "core/route/route.h"
#include "core/smtp/header_scan.h"
#include "core/smtp/trace.h"

namespace mailctl::delivery {
namespace {

using queue::Taken;
using store::QueueEntry;
using store::QueueRecipient;

constexpr std::size_t kIdCharacters = 32;
constexpr std::size_t kMaxSubjectOctets = 900; ///< RFC 5322 §2.1.1, with room for what goes before

/// The same for the same work, so that a re-run adds nothing.
std::string delivery_id_of(std::string_view what, const QueueEntry& entry,
                           std::string_view recipient)
{
    const std::string facts = to_string(entry.id) + '\n' + std::string(recipient);
    const std::string digest = crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, facts));
    return std::string(what) + digest.substr(0, kIdCharacters);
}

Error error_of(Refusal refusal)
{
    const std::string text(text_of(refusal));
    switch (refusal) {
    case Refusal::UserSuspended:
    case Refusal::OverQuota:
    case Refusal::DomainOverQuota: return Error(Errc::Busy, text);
    case Refusal::NoSuchUser:
    case Refusal::Blocked: return Error(Errc::NotFound, "no such user");
    default: return Error(Errc::Denied, text);
    }
}

/// The envelope of what the entry holds, for other recipients.
Acceptance acceptance_of(const QueueEntry& entry)
{
    Acceptance out;
    out.sender = entry.sender;
    out.account = entry.account;
    out.peer = entry.peer;
    out.spf = entry.spf;
    out.envelope_id = entry.envelope_id;
    out.return_full = entry.return_full;
    out.return_given = entry.return_given;
    out.require_tls = entry.require_tls;
    out.tls_optional = entry.tls_optional;
    out.mail_class = entry.mail_class;
    out.priority = entry.priority;
    out.smtp_utf8 = entry.smtp_utf8;
    out.body_8bit = entry.body_8bit;
    out.body_binary = entry.body_binary;
    out.prefix = entry.prefix;
    return out;
}

/// The subject as it stands in the header, on one line.
std::string subject_of(std::string_view start)
{
    for (mime::FieldReader reader(start.substr(0, mime::header_octets(start))); reader.next();) {
        if (!reader.field().is("Subject"))
            continue;
        std::string text(ascii::trim(mime::unfold(reader.field().value)));
        if (text.size() > kMaxSubjectOctets)
            break;
        const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
            return static_cast<unsigned char>(c) < 128;
        });
        return plain ? text : mime::encode_header_text(text);
    }
    return "(message)";
}

/// RFC 2046 §5.2.1: the whole message is the one part. RFC 6532 §3.7: message/global where its
/// header is UTF-8.
std::string wrapper(const Services& services, const QueueEntry& entry, const std::string& forwarder,
                    const std::string& to, std::string_view start)
{
    std::string out = "From: <" + forwarder + ">\r\nTo: <" + to + ">\r\nSubject: Fwd: " +
                      subject_of(start) + "\r\nDate: " + smtp::date_time(services.clock->now()) +
                      "\r\nMessage-ID: <" + services.random->token(20) + '@' + services.hostname +
                      ">\r\nAuto-Submitted: auto-generated\r\n";
    if (const unsigned forwards = smtp::scan_header(entry.prefix).forwards; forwards > 0)
        out += "Forward-Count: " + std::to_string(forwards) + "\r\n";
    out += "MIME-Version: 1.0\r\nContent-Type: ";
    out += entry.smtp_utf8 ? "message/global" : "message/rfc822";
    if (entry.body_binary)
        out += "\r\nContent-Transfer-Encoding: binary";
    else if (entry.body_8bit || entry.smtp_utf8)
        out += "\r\nContent-Transfer-Encoding: 8bit";
    return out + "\r\nContent-Disposition: attachment; filename=\"message.eml\"\r\n\r\n";
}

/// A body on its way into the store, with its card.
class Writing {
public:
    Writing(store::Store& store, store::BodyOwners owners) : spool_(store.spool(std::move(owners)))
    {}

    Awaitable<Result<>> write(std::string_view octets)
    {
        card_.feed(octets);
        co_return co_await spool_->write(octets);
    }

    Awaitable<Result<>> finish(Acceptance& out)
    {
        auto stored = co_await spool_->finish();
        if (!stored)
            co_return stored.error();
        out.stored = *std::move(stored);
        out.card = std::make_shared<const mime::Card>(card_.finish());
        co_return ok();
    }

private:
    std::unique_ptr<store::Spool> spool_;
    mime::CardBuilder card_;
};

class StoreMailroom final : public queue::Mailroom {
public:
    StoreMailroom(store::Store& store, std::function<std::shared_ptr<const Services>()> services)
        : store_(store), services_(std::move(services))
    {}

    Awaitable<Result<Taken>> take(std::shared_ptr<const QueueEntry> entry,
                                  std::uint32_t recipient) override
    {
        const QueueRecipient& to = entry->recipients[recipient];
        const std::string& by = to.route.empty() ? entry->route : to.route;
        if (by.starts_with(route::kAttachRoute))
            co_return co_await attach(entry, to, by.substr(route::kAttachRoute.size()));
        co_return co_await deliver(entry, to);
    }

private:
    using Entry = std::shared_ptr<const QueueEntry>;

    Awaitable<Result<Taken>> deliver(Entry entry, const QueueRecipient& to)
    {
        const auto services = services_();
        const auto parsed = address::parse(to.address, address::Utf8::Yes);
        if (!parsed)
            co_return Error(Errc::Invalid, "no address");
        Router::Question question;
        question.recipient = *parsed;
        question.message_octets = entry->body.octets;
        question.may_relay = true; // who sent it was asked then
        auto reached = co_await services->router->resolve(std::move(question));
        if (!reached)
            co_return reached.error();
        if (reached->refusal != Refusal::None)
            co_return error_of(reached->refusal);
        Acceptance out = acceptance_of(*entry);
        out.local = reached->local;
        std::vector<std::string> forwarders;
        for (const auto& remote : reached->remote) {
            QueueRecipient queued;
            queued.address = to_string(remote.address);
            queued.notify = to.notify;
            queued.original_recipient = to.original_recipient;
            out.remote.push_back(std::move(queued));
            forwarders.push_back(remote.forwarder);
        }
        auto named = co_await set_return_paths(*services, out, std::move(forwarders));
        if (!named)
            co_return named.error();
        auto copied = co_await copy(*services, entry, out);
        if (!copied)
            co_return copied.error();
        co_return co_await accept_both(*entry, to, std::move(out));
    }

    /// One id for all recipients of an entry keeps a mailbox that several of them reach from having
    /// it twice.
    Awaitable<Result<Taken>> accept_both(const QueueEntry& entry, const QueueRecipient& to,
                                         Acceptance out)
    {
        Acceptance outside = out;
        outside.local.clear();
        outside.delivery_id = delivery_id_of("here-", entry, to.address);
        out.remote.clear();
        out.delivery_id = delivery_id_of("here-", entry, "");
        const Taken taken = out.local.empty() ? Taken::SentOn : Taken::Kept;
        if (!out.local.empty()) {
            const auto kept = co_await accept(store_, std::move(out));
            if (!kept)
                co_return kept.error();
            for (const auto& outcome : kept->local)
                if (!outcome.result)
                    co_return outcome.result.error();
        }
        if (!outside.remote.empty()) {
            const auto queued = co_await accept(store_, std::move(outside));
            if (!queued)
                co_return queued.error();
        }
        co_return taken;
    }

    Awaitable<Result<>> copy(const Services& services, Entry entry, Acceptance& out)
    {
        store::BodyOwners owners;
        for (const auto& target : out.local)
            owners.accounts.push_back(target.account);
        std::sort(owners.accounts.begin(), owners.accounts.end());
        owners.queued = !out.remote.empty();
        auto bare = std::make_shared<QueueEntry>(*entry);
        bare->prefix.clear(); // goes with it where it leaves this server
        queue::EntrySource source(store_.queue(), std::move(bare));
        auto prepared = co_await source.prepare();
        if (!prepared)
            co_return prepared;
        Writing writing(store_, std::move(owners));
        if (!out.local.empty() && services.config->smtp.return_path) {
            const std::string field = smtp::return_path_field(entry->sender);
            auto written = co_await writing.write(field);
            if (!written)
                co_return written;
        }
        for (;;) {
            const auto piece = co_await source.next();
            if (!piece)
                co_return piece.error();
            if (piece->empty())
                break;
            auto written = co_await writing.write(*piece);
            if (!written)
                co_return written;
        }
        co_return co_await writing.finish(out);
    }

    /// RFC 5321 §4.5.5: mail with the null reverse-path keeps it.
    Awaitable<Result<Taken>> attach(Entry entry, const QueueRecipient& to, std::string forwarder)
    {
        const auto services = services_();
        Acceptance out = acceptance_of(*entry);
        out.prefix.clear();
        out.envelope_id.clear();
        out.spf.clear(); // of another sender
        out.return_given = out.return_full = false;
        out.account = forwarder;
        if (!out.sender.empty())
            out.sender = forwarder;
        QueueRecipient queued;
        queued.address = to.address;
        out.remote.push_back(std::move(queued));
        out.delivery_id = delivery_id_of("attach-", *entry, to.address);
        auto wrapped = co_await wrap(*services, entry, forwarder, out);
        if (!wrapped)
            co_return wrapped.error();
        auto accepted = co_await accept(store_, std::move(out));
        if (!accepted)
            co_return accepted.error();
        co_return Taken::SentOn;
    }

    Awaitable<Result<>> wrap(const Services& services, Entry entry, std::string forwarder,
                             Acceptance& out)
    {
        auto bare = std::make_shared<QueueEntry>(*entry);
        bare->prefix.clear();
        queue::EntrySource source(store_.queue(), std::move(bare));
        auto prepared = co_await source.prepare();
        if (!prepared)
            co_return prepared;
        store::BodyOwners owners;
        owners.queued = true;
        Writing writing(store_, std::move(owners));
        std::unique_ptr<dkim::MessageSigning> signing;
        for (bool first = true;; first = false) {
            const auto piece = co_await source.next();
            if (!piece)
                co_return piece.error();
            if (first) {
                const std::string header =
                    wrapper(services, *entry, forwarder, out.remote.front().address, *piece);
                auto started = co_await dkim::start_signing(store_, header);
                if (!started)
                    co_return started.error();
                signing = std::move(*started);
                auto written = co_await writing.write(header);
                if (!written)
                    co_return written;
            }
            if (piece->empty())
                break;
            if (signing)
                signing->feed(*piece);
            auto written = co_await writing.write(*piece);
            if (!written)
                co_return written;
        }
        if (signing) {
            auto signatures = signing->finish();
            if (!signatures)
                co_return signatures.error();
            out.prefix = *std::move(signatures);
        }
        co_return co_await writing.finish(out);
    }

    store::Store& store_;
    std::function<std::shared_ptr<const Services>()> services_;
};

} // namespace

std::unique_ptr<queue::Mailroom> make_mailroom(
    store::Store& store, std::function<std::shared_ptr<const Services>()> services)
{
    return std::make_unique<StoreMailroom>(store, std::move(services));
}

} // namespace mailctl::delivery
