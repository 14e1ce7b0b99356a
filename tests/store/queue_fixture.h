// A queue over an engine in memory, for tests.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/engine/memory_engine.h"
#include "store/queue/engine_queue.h"
#include "tests/store/run.h"

namespace mailctl::tests {

class SharedBodies : public store::QueuedBodies {
public:
    Awaitable<Result<std::string>> read_shared(store::BodyRef, std::uint64_t offset,
                                               std::uint64_t length) override
    {
        co_return std::string("shared body").substr(offset, length);
    }
    Awaitable<Result<>> release_shared(store::BodyRef body) override
    {
        if (fail)
            co_return Error(Errc::Unavailable, "disk");
        released.insert(body.blob);
        co_return ok();
    }
    std::set<BlobId> released;
    bool fail = false;
};

struct QueueSite {
    QueueSite() = default;
    /// On what another one left: a restart.
    QueueSite(std::shared_ptr<store::MemoryDisk> disk, Time now)
        : engine(std::move(disk)), clock(now)
    {}
    store::MemoryEngine engine;
    SharedBodies bodies;
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{11};
    store::EngineQueue queue{engine, bodies, clock, random};

    /// Arrived now, due at once; the clock goes on a little.
    store::QueueEntry entry(const std::string& sender, const std::vector<std::string>& recipients)
    {
        store::QueueEntry entry;
        entry.sender = sender;
        entry.arrived = entry.next_attempt = clock.now();
        entry.inline_body = "Subject: hello\r\n\r\nworld\r\n";
        entry.body.octets = entry.inline_body.size();
        for (const auto& recipient : recipients) {
            store::QueueRecipient one;
            one.address = recipient;
            entry.recipients.push_back(one);
        }
        clock.advance(milliseconds(5));
        return entry;
    }
    std::size_t rows() const
    {
        std::size_t sum = 0;
        for (const auto& [partition, held] : engine.disk()->rows)
            sum += held.size();
        return sum;
    }
    std::vector<std::string> senders(store::QueueFilter filter)
    {
        std::vector<std::string> all;
        for (const auto& found : must(queue.list(std::move(filter))))
            all.push_back(found.sender);
        return all;
    }
};

} // namespace mailctl::tests
