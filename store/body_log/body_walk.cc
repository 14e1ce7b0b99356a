// Reading a segment of the body log from end to end, past whatever is damaged.
#include <algorithm>

#include "store/body_log/body_log.h"

namespace mailctl::store {
namespace {

constexpr std::size_t kWindowOctets = 1 << 20;

/// A moving view of a file that always holds at least one whole record, where there is one.
class Window {
public:
    Window(DiskFile& file, std::uint64_t end) : file_(file), end_(end) {}

    std::uint64_t offset() const { return start_ + used_; }
    std::string_view rest() const { return std::string_view(octets_).substr(used_); }
    void skip(std::size_t octets) { used_ += octets; }

    /// Reads on where less than the longest record is left.
    Result<> fill()
    {
        constexpr std::size_t kEnough = kBodyRecordHeadOctets + 255 + kBlobChunkOctets;
        if (rest().size() >= kEnough || start_ + octets_.size() >= end_)
            return ok();
        octets_.erase(0, used_);
        start_ += used_;
        used_ = 0;
        const std::uint64_t at = start_ + octets_.size();
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kWindowOctets, end_ - at));
        TRY_VOID(file_.read_at(at, wanted, octets_));
        if (start_ + octets_.size() < at + wanted)
            end_ = start_ + octets_.size();
        return ok();
    }

private:
    DiskFile& file_;
    std::uint64_t end_;
    std::uint64_t start_ = 0; ///< of octets_ in the file
    std::size_t used_ = 0;
    std::string octets_;
};

/// The checked record at the window's start, or nothing.
std::optional<BodyRecordHead> record_at(std::string_view octets)
{
    const auto head = peek_body_record(octets);
    if (!head || head->record_octets() > octets.size())
        return std::nullopt;
    auto checked = check_body_record(octets.substr(0, head->record_octets()));
    if (!checked)
        return std::nullopt;
    return std::move(*checked);
}

/// How far to the next octets that may start a record, from the second octet on.
std::size_t next_candidate(std::string_view octets)
{
    const auto at = octets.find(kBodyRecordMagic, 1);
    if (at != std::string_view::npos)
        return at;
    // The magic may be cut by the window's end.
    return octets.size() > kBodyRecordMagic.size() ? octets.size() - kBodyRecordMagic.size() + 1
                                                   : octets.size();
}

} // namespace

Result<> walk_body_segment(
    DiskFile& file, std::uint64_t end,
    const std::function<Result<>(const BodyRecordHead&, std::uint64_t offset,
                                 std::string_view record)>& on_record,
    const std::function<void(const BodyGap&)>& on_gap)
{
    Window window(file, end);
    BodyGap gap;
    const auto end_gap = [&] {
        if (gap.octets > 0)
            on_gap(gap);
        gap = {};
    };
    for (;;) {
        TRY_VOID(window.fill());
        const auto rest = window.rest();
        if (rest.empty())
            break;
        if (const auto head = record_at(rest)) {
            end_gap();
            TRY_VOID(on_record(*head, window.offset(), rest.substr(0, head->record_octets())));
            window.skip(head->record_octets());
            continue;
        }
        const auto skipped = next_candidate(rest);
        if (gap.octets == 0)
            gap = BodyGap{window.offset(), 0, true};
        gap.octets += skipped;
        gap.zeros = gap.zeros &&
                    rest.substr(0, skipped).find_first_not_of('\0') == std::string_view::npos;
        window.skip(skipped);
    }
    end_gap();
    return ok();
}

} // namespace mailctl::store
