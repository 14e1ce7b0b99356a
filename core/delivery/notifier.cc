// Makes a notice, finds where it goes, and accepts it.
#include "core/delivery/notifier.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/delivery/deliver.h"
#include "core/delivery/mail_class.h"
#include "core/delivery/mass_mail.h"
#include "core/delivery/services.h"
#include "core/dkim/sign_message.h"
#include "core/mime/header.h"
#include "core/smtp/trace.h"
#include "store/engine.h"

namespace mailctl::delivery {
namespace {

using queue::Notice;
using queue::NoticeRecipient;
using store::QueueEntry;

constexpr std::uint64_t kReadHeaderOctets = 256 * 1024;
constexpr std::size_t kIdCharacters = 32;

/// The same for the same news, so that a re-run adds nothing.
std::string delivery_id_of(const QueueEntry& entry, Notice notice,
                           const std::vector<NoticeRecipient>& recipients)
{
    std::string facts = to_string(entry.id) + std::to_string(static_cast<int>(notice));
    for (const auto& one : recipients) {
        facts += '\n' + one.recipient.address;
        if (notice == Notice::Delay) // queue.delay_notices may have each attempt told
            facts += ' ' + std::to_string(one.recipient.next_attempt.time_since_epoch().count());
    }
    const std::string digest = crypto::encode_hex(crypto::digest(crypto::Hash::Sha256, facts));
    return "notice-" + digest.substr(0, kIdCharacters);
}

class StoreNotifier final : public queue::Notifier {
public:
    StoreNotifier(store::Store& store, std::function<std::shared_ptr<const Services>()> services)
        : store_(store), services_(std::move(services))
    {}

    Awaitable<Result<>> notify(QueueEntry entry, Notice notice,
                               std::vector<NoticeRecipient> recipients) override
    {
        const auto services = services_();
        const conf::Config& config = *services->config;
        auto message = co_await read_message(entry, config);
        if (!message)
            co_return message.error();
        const std::string_view whole = message->octets;
        const std::string_view header = whole.substr(0, mime::header_octets(whole));
        const std::optional<std::string_view> body =
            message->is_full ? std::optional(whole) : std::nullopt;
        const auto made =
            queue::make_notice(config, services->hostname, store_.clock().now(), entry, notice,
                               recipients, header, body, store_.random());
        std::vector<std::string> to{made.to};
        if (notice == Notice::Failure && !config.bounce.copy.empty() &&
            config.bounce.copy != made.to)
            to.push_back(config.bounce.copy);
        Acceptance out;
        auto found = co_await find_targets(*services, to, entry, out);
        if (!found)
            co_return found;
        if (out.local.empty() && out.remote.empty()) {
            log::warn("queue", "a notice has nowhere to go",
                      {{"id", to_string(entry.id)}, {"to", made.to}});
            co_return ok();
        }
        out.delivery_id = delivery_id_of(entry, notice, recipients);
        out.smtp_utf8 = made.smtp_utf8;
        out.mail_class = store::MailClass::Bounce;
        out.priority = priority_of(config.queue, out.mail_class, "");
        const bool tells_return_path = !out.local.empty() && config.smtp.return_path;
        auto sent = co_await send(std::move(out), tells_return_path, made.message);
        const auto account = address::parse(entry.account);
        if (sent && account && notice == Notice::Failure)
            co_await count_bounce(*services, *account, recipients.size());
        co_return sent;
    }

private:
    struct Message {
        std::string octets; ///< without Return-Path
        bool is_full = false;
    };

    /// RFC 3461 §4.3: RET decides; without it, the size.
    Awaitable<Result<Message>> read_message(const QueueEntry& entry, const conf::Config& config)
    {
        Message message;
        const bool fits = entry.body.octets <= config.bounce.full_octets;
        message.is_full = fits && (entry.return_full || !entry.return_given);
        const std::uint64_t most =
            message.is_full ? entry.body.octets : std::min(entry.body.octets, kReadHeaderOctets);
        if (!entry.inline_body.empty()) {
            message.octets = entry.inline_body.substr(0, most);
        }
        while (message.octets.size() < most) {
            auto part = co_await store_.queue().read_body(
                entry, message.octets.size(),
                std::min<std::uint64_t>(store::kBlobChunkOctets, most - message.octets.size()));
            if (!part)
                co_return part.error();
            if (part->empty())
                break;
            message.octets += *part;
        }
        if (ascii::starts_with_ignoring_case(message.octets, "Return-Path:"))
            message.octets.erase(0, message.octets.find("\r\n") + 2);
        co_return message;
    }

    Awaitable<Result<>> find_targets(const Services& services, const std::vector<std::string>& to,
                                     const QueueEntry& entry, Acceptance& out)
    {
        for (const auto& text : to) {
            const auto parsed = address::parse(text);
            if (!parsed) {
                log::warn("queue", "a notice has no address",
                          {{"id", to_string(entry.id)}, {"to", text}});
                continue;
            }
            Router::Question question;
            question.recipient = *parsed;
            question.may_relay = true;
            auto resolution = co_await services.router->resolve(std::move(question));
            if (!resolution)
                co_return resolution.error();
            for (auto& target : resolution->local)
                if (std::none_of(out.local.begin(), out.local.end(), [&](const auto& other) {
                        return other.account == target.account;
                    }))
                    out.local.push_back(std::move(target));
            for (const auto& remote : resolution->remote) {
                store::QueueRecipient recipient;
                recipient.address = to_string(remote.address);
                recipient.notify = static_cast<std::uint8_t>(store::DsnNotify::Never);
                out.remote.push_back(std::move(recipient));
            }
        }
        co_return ok();
    }

    /// The null reverse-path is told where it ends in a mailbox here: RFC 5321 §4.4
    Awaitable<Result<>> send(Acceptance out, bool tells_return_path, const std::string& message)
    {
        const std::string octets = (tells_return_path ? smtp::return_path_field({}) : "") + message;
        store::BodyOwners owners;
        for (const auto& target : out.local)
            owners.accounts.push_back(target.account);
        owners.queued = !out.remote.empty();
        if (owners.queued) {
            const std::size_t header = mime::header_octets(message);
            auto prefix =
                co_await dkim::sign_message(store_, std::string_view(message).substr(0, header),
                                            std::string_view(message).substr(header));
            if (prefix)
                out.prefix = std::move(*prefix);
            else
                log::warn("queue", "a notice is not signed", {{"why", prefix.error().detail()}});
        }
        auto spool = store_.spool(std::move(owners));
        auto written = co_await spool->write(octets);
        if (!written)
            co_return written;
        auto stored = co_await spool->finish();
        if (!stored)
            co_return stored.error();
        auto card = mime::make_card(octets);
        out.body_8bit = card.has_8bit;
        out.card = std::make_shared<const mime::Card>(std::move(card));
        out.stored = std::move(*stored);
        const auto accepted = co_await accept(store_, std::move(out));
        co_return accepted ? ok() : Result<>(accepted.error());
    }

    store::Store& store_;
    std::function<std::shared_ptr<const Services>()> services_;
};

} // namespace

std::unique_ptr<queue::Notifier> make_notifier(
    store::Store& store, std::function<std::shared_ptr<const Services>()> services)
{
    return std::make_unique<StoreNotifier>(store, std::move(services));
}

} // namespace mailctl::delivery
