// Header first, fields before it, then the body straight through.
#include "core/smtp/server/data/incoming.h"

#include <algorithm>
#include <set>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

DataDecoder decoder_for(const Session& s, Incoming::From from)
{
    const bool fix = s.config().smtp.bare_newline == conf::BareNewline::Fix;
    return DataDecoder(fix ? DataDecoder::Bare::Fix : DataDecoder::Bare::Keep,
                       from == Incoming::From::Data ? DataDecoder::Framing::Dots
                                                    : DataDecoder::Framing::None);
}

/// Everyone a body is for. What waits is in the queue alone.
store::BodyOwners owners_of(const Transaction& transaction)
{
    store::BodyOwners owners;
    owners.queued = transaction.mail.hold_until.has_value();
    if (owners.queued)
        return owners;
    for (const auto& recipient : transaction.recipients) {
        for (const auto& target : recipient.resolution.local)
            owners.accounts.push_back(target.account);
        owners.queued = owners.queued || !recipient.resolution.remote.empty();
    }
    std::sort(owners.accounts.begin(), owners.accounts.end());
    const auto last = std::unique(owners.accounts.begin(), owners.accounts.end());
    owners.accounts.erase(last, owners.accounts.end());
    return owners;
}

void run_reading_steps(Incoming& message)
{
    for (const Step& step : reading_steps()) {
        if (!message.is_refused())
            step.plain(message);
    }
}

} // namespace

Incoming::Incoming(Session& session_in, From from)
    : session(session_in),
      decoder(decoder_for(session_in, from)),
      id(session_in.local && !session_in.local->delivery_id.empty()
             ? session_in.local->delivery_id
             : session_in.services->random->token(16)),
      binary_(transaction().mail.body == Body::BinaryMime)
{
}

Transaction& Incoming::transaction()
{
    return *session.transaction;
}

Awaitable<std::size_t> Incoming::take(std::string_view input)
{
    runs_.clear();
    std::size_t used = input.size();
    if (binary_)
        runs_.push_back(input); // RFC 3030 §3: any octets
    else
        used = decoder.feed(input, runs_);
    co_await take_runs(runs_);
    co_return used;
}

Awaitable<> Incoming::take_rest(std::string_view held)
{
    runs_.clear();
    decoder.finish(held, runs_);
    co_await take_runs(runs_);
}

Awaitable<> Incoming::take_runs(const std::vector<std::string_view>& runs)
{
    for (const auto run : runs)
        octets += run.size();
    run_reading_steps(*this);
    for (const auto run : runs) {
        if (is_refused())
            co_return;
        co_await take_run(run);
    }
}

Awaitable<> Incoming::take_run(std::string_view run)
{
    if (!in_header_) {
        co_await put_body(run);
        co_return;
    }
    const std::size_t before = header.size();
    header += run;
    const auto end = find_header_end(header, before);
    if (end == std::string::npos) {
        if (header.size() > mime::kMaxHeaderOctets)
            refuse(Say::HeaderTooLarge);
        co_return;
    }
    header.resize(end);
    co_await end_header();
    if (!is_refused() && end < before + run.size())
        co_await put_body(run.substr(end - before));
}

/// The header is whole: judge it, then write what goes before it, and itself.
Awaitable<> Incoming::end_header()
{
    in_header_ = false;
    scan = scan_header(header);
    co_await run_steps(header_steps(), *this);
    if (is_refused())
        co_return;
    spool = session.services->store->spool(owners_of(transaction()));
    start_sent_copy(*this);
    // RFC 7208 §9.1: Received-SPF stands above the Received of its server.
    std::string heading =
        return_path + delivered_to + transaction().received_spf + received + completed;
    if (!scan.starts_with_field)
        heading += "\r\n"; // text without a header stays text
    heading += header;
    std::string().swap(header);
    co_await put(heading);
}

Awaitable<> Incoming::put_body(std::string_view piece)
{
    if (signing)
        signing->feed(piece);
    co_await put(piece);
}

Awaitable<> Incoming::put(std::string_view piece)
{
    card.feed(piece);
    const auto written = co_await spool->write(piece);
    if (!written) {
        log::error("store", "cannot write a message", {{"id", id}, {"why", written.error().detail()}});
        refuse(Say::LocalError);
    }
    if (!sent)
        co_return;
    const auto kept = co_await sent->write(piece);
    if (!kept) { // the message itself goes on
        log::warn("store", "no copy in Sent", {{"id", id}, {"why", kept.error().detail()}});
        sent.reset();
    }
}

void Incoming::refuse(Say key)
{
    if (refused_)
        return;
    refused_ = key;
    spool.reset(); // leaves nothing behind
    sent.reset();
    std::string().swap(header);
}

Awaitable<> Incoming::finish()
{
    if (in_header_ && !is_refused())
        co_await end_header();
    co_await run_steps(final_steps(), *this);
    if (!refused_)
        co_return;
    log::info(session.area(), "message refused",
              {{"id", id},
               {"peer", session.stream.peer().address},
               {"login", session.login ? session.login->name : std::string()},
               {"octets", octets},
               {"why", row_of(*refused_).name}});
    // RFC 2033 §4.2: LMTP answers for every recipient.
    replies_.assign(session.is_lmtp() ? transaction().recipients.size() : 1, make_reply(*refused_));
}

} // namespace mailctl::smtp
