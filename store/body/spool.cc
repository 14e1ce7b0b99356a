// Takes in bodies: small ones in memory, others streamed to the engine.
#include "store/body/spool.h"

#include <algorithm>
#include <utility>

#include "store/keys.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

class EngineSpool final : public Spool {
public:
    EngineSpool(Engine& engine, BlobId blob, BodyOwners owners) : engine_(engine), blob_(blob)
    {
        owners_ = std::move(owners.accounts);
        if (owners.queued)
            owners_.push_back(kQueueOwner);
        std::sort(owners_.begin(), owners_.end());
        owners_.erase(std::unique(owners_.begin(), owners_.end()), owners_.end());
    }

    std::uint64_t octets() const override { return octets_; }

    Awaitable<Result<>> write(std::string_view octets) override
    {
        octets_ += octets.size();
        if (!writer_ && octets_ <= kInlineBodyOctets) {
            small_.append(octets);
            co_return ok();
        }
        if (!writer_) {
            writer_ = engine_.blob_writer(owner(), blob_);
            const auto begun = co_await writer_->write(small_);
            if (!begun)
                co_return begun.error();
            small_ = {};
        }
        co_return co_await writer_->write(octets);
    }

    Awaitable<Result<Stored>> finish() override
    {
        Stored stored;
        stored.body = BodyRef{blob_, is_shared(), octets_};
        if (writer_) {
            const auto finished = co_await writer_->finish();
            if (!finished)
                co_return finished.error();
        } else if (octets_ == 0) {
            co_return Error(Errc::Invalid, "an empty body");
        } else if (owners_.size() <= 1) {
            stored.body.shared = false;
            stored.inline_body = std::move(small_);
            co_return stored;
        }
        if (is_shared()) {
            const auto shared = co_await share_body(engine_, blob_, owners_, std::move(small_));
            if (!shared)
                co_return shared.error();
        }
        co_return stored;
    }

private:
    /// A body of one account is its own; the queue has no partition for bodies.
    bool is_shared() const { return owners_.size() != 1 || owners_.front() == kQueueOwner; }
    Partition owner() const
    {
        return is_shared() ? shared_partition(blob_) : keys::account(owners_.front());
    }

    Engine& engine_;
    const BlobId blob_;
    std::vector<AccountId> owners_;
    std::string small_; ///< what came before it was clear that it is not
    std::unique_ptr<BlobWriter> writer_;
    std::uint64_t octets_ = 0;
};

} // namespace

std::unique_ptr<Spool> make_spool(Engine& engine, const Clock& clock, Random& random,
                                  BodyOwners owners)
{
    return std::make_unique<EngineSpool>(engine, new_blob_id(clock.now(), random),
                                         std::move(owners));
}

} // namespace mailctl::store
