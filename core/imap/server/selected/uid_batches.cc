// UIDBATCHES: ranges of UIDs that hold about as many messages each.
#include <algorithm>
#include <limits>
#include <optional>

#include "core/imap/server/commands.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

constexpr std::uint32_t kLeastBatch = 500; ///< messages: RFC 10022 §3.1.3.2
/// Messages that one command with a range of batches is about. RFC 10022 §3.1.5
constexpr std::uint64_t kMostBatchedMessages = 100'000;
/// Commands that ask again, in one selection, for what was told, while little has changed. By
/// RFC 10022 §3.1.1 there are none; a client that forgot what it was told, or wants batches of
/// another size, is still answered.
constexpr unsigned kMostResends = 10;

struct BatchRequest {
    std::uint32_t size = 0;
    struct Range {
        std::uint32_t first = 0, last = 0;
    };
    std::optional<Range> range; ///< nullopt: all
};

/// SP nz-number [SP nz-number ":" nz-number]. RFC 10022 §4
Result<BatchRequest> parse_batches(Lexer& args)
{
    BatchRequest request;
    TRY_VOID(args.space());
    TRY(request.size, args.nz_number());
    if (args.accept(' ')) {
        request.range.emplace();
        TRY(request.range->first, args.nz_number());
        TRY_VOID(args.expect(':'));
        TRY(request.range->last, args.nz_number());
    }
    TRY_VOID(args.end());
    return request;
}

/// Why it is not answered. RFC 10022 §3.1.3.2, §3.1.5
std::optional<Completion> fault_of(const BatchRequest& request)
{
    const auto& range = request.range;
    if (range && range->first > range->last)
        return Completion(Completion::Kind::Bad, "CLIENTBUG", "Batches are counted upwards");
    if (request.size < kLeastBatch)
        return Completion::no("TOOFEW", "Minimum batch size is " + std::to_string(kLeastBatch));
    if (range && (std::uint64_t{range->last} - range->first + 1) * request.size > kMostBatchedMessages)
        return Completion::no("TOOMANY", "Ask for " + std::to_string(kMostBatchedMessages) +
                                             " messages at most");
    return std::nullopt;
}

std::uint64_t gone_from(const View& view)
{
    return view.gone() + view.lost().size();
}

/// Batches behind those that were told, as a client asks for them that goes through a large mailbox.
bool goes_on(const View& view, const BatchRequest& request)
{
    const auto& told = view.batches;
    return told.size == request.size && request.range && request.range->first > told.last;
}

/// RFC 10022 §3.1.1: it was told already, and no more than half a batch came or went since.
bool is_resend(const View& view, const BatchRequest& request)
{
    const auto& told = view.batches;
    const std::uint64_t half = request.size / 2;
    return told.size != 0 && !goes_on(view, request) && view.come() - told.come <= half &&
           gone_from(view) - told.gone <= half;
}

/// False: it was asked for too often.
bool count_batches(View& view, const BatchRequest& request)
{
    auto& told = view.batches;
    const bool resends = is_resend(view, request);
    if (resends && told.resends == kMostResends)
        return false;
    const bool begins = !resends && !goes_on(view, request);
    if (begins) {
        told.come = view.come();
        told.gone = gone_from(view);
        told.resends = 0;
    }
    told.resends += resends ? 1 : 0;
    told.size = request.size;
    told.last = request.range ? request.range->last : std::numeric_limits<std::uint32_t>::max();
    return true;
}

/// " 215295:99696,99695:20351": from the newest message on. The last batch of a mailbox ends with
/// UID 1, by which the client knows it (RFC 10022 §3.1.4).
void put_batches(std::string& out, const std::vector<Uid>& uids, const BatchRequest& request)
{
    const std::uint64_t first = request.range ? request.range->first - 1 : 0;
    const std::uint64_t past = request.range ? request.range->last : uids.size();
    char before = ' ';
    for (auto batch = first; batch < past && batch * request.size < uids.size(); ++batch) {
        const auto newest = uids.size() - 1 - batch * request.size;
        const bool is_last = newest < request.size;
        const auto oldest = is_last ? 0 : newest - request.size + 1;
        const auto end = is_last ? 1U : value_of(uids[oldest]);
        out += before;
        out.append(std::to_string(value_of(uids[newest]))).append(":").append(std::to_string(end));
        before = ',';
    }
}

} // namespace

/// RFC 10022 §3.1. Messages that are expunged and not told so yet count for nothing; "$" stays what
/// it is (§3.4).
Completion on_uid_batches(Session& session, Invocation& invocation)
{
    PARSE_TRY(const auto request, parse_batches(invocation.args));
    if (auto fault = fault_of(request))
        return *std::move(fault);
    if (!count_batches(*session.view, request))
        return Completion::no("LIMIT", "Ask again when half a batch of messages came or went");
    std::vector<Uid> uids;
    std::set_difference(session.view->uids().begin(), session.view->uids().end(),
                        session.view->lost().begin(), session.view->lost().end(),
                        std::back_inserter(uids));
    session.out += "* UIDBATCHES (TAG ";
    put_string(session.out, invocation.tag);
    session.out += ')';
    put_batches(session.out, uids, request);
    session.out += "\r\n";
    return Completion::ok("UIDBATCHES completed");
}

} // namespace mailctl::imap
