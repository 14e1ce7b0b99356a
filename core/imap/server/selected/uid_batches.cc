// UIDBATCHES: ranges of UIDs that hold about as many messages each.
#include <algorithm>
#include <optional>

#include "core/imap/server/commands.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

constexpr std::uint32_t kLeastBatch = 500; ///< messages: RFC 10022 §3.1.3.2
/// Messages that one command with a range of batches is about. RFC 10022 §3.1.5
constexpr std::uint64_t kMostBatchedMessages = 100'000;

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
/// it is (§3.4). RFC 10022 §3.1.1, but: it may be asked again at any time, as the UIDs are at hand.
Completion on_uid_batches(Session& session, Invocation& invocation)
{
    PARSE_TRY(const auto request, parse_batches(invocation.args));
    if (auto fault = fault_of(request))
        return *std::move(fault);
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
