// Shares the reading of a list of bodies between the caller and a thread of the engine.
#include "store/bodies_ahead.h"

#include <algorithm>
#include <atomic>
#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "store/account/mail_account.h"
#include "store/body/shared_body.h"

namespace mailctl::store {
namespace {

enum class Stage : std::uint8_t { Free, Begun, Done };

struct Slot {
    explicit Slot(BodyRef which) : body(which) {}

    /// Whoever gets true reads it.
    bool claim()
    {
        auto free = Stage::Free;
        return stage.compare_exchange_strong(free, Stage::Begun, std::memory_order_acquire);
    }
    bool is_done() const { return stage.load(std::memory_order_acquire) == Stage::Done; }
    void finish()
    {
        stage.store(Stage::Done, std::memory_order_release);
        stage.notify_all();
    }

    const BodyRef body;
    std::atomic<Stage> stage{Stage::Free};
    std::optional<std::string> octets; ///< of whoever claimed it until it is done, then of the caller
};

/// However the reading ends, nobody waits for it after that.
struct Finish {
    Slot& slot;
    ~Finish() { slot.finish(); }
};

} // namespace

struct BodiesAhead::State {
    State(Engine& its_engine, Partition its_owner) : engine(its_engine), owner(std::move(its_owner)) {}

    Awaitable<> read(Slot& slot)
    {
        const Finish finish{slot};
        auto partition = slot.body.shared ? shared_partition(slot.body.blob) : owner;
        auto octets = co_await read_body_of(engine, std::move(partition), slot.body, 0, slot.body.octets);
        if (octets)
            slot.octets = *std::move(octets);
    }

    /// Borrows nothing but the engine, whose thread runs it.
    static Awaitable<> read_all(std::shared_ptr<State> state)
    {
        for (auto& slot : state->slots) {
            if (state->is_dropped)
                break;
            if (slot.claim())
                co_await state->read(slot);
        }
    }

    Engine& engine;
    const Partition owner;
    std::deque<Slot> slots; ///< stay where they are
    std::atomic<bool> is_dropped{false};
};

BodiesAhead::BodiesAhead(Account& account, const std::vector<BodyRef>& bodies)
{
    // Behind a view of another's account nothing is read but by its rules.
    auto* const itself = dynamic_cast<MailAccount*>(&account);
    if (itself == nullptr || bodies.size() < 2)
        return;
    state_ = std::make_shared<State>(itself->engine(), itself->partition());
    std::uint64_t octets = 0;
    for (const auto& body : bodies) {
        auto& slot = state_->slots.emplace_back(body);
        if (body.octets > kAheadBodyOctets || octets + body.octets > kAheadOctets)
            slot.finish();
        else
            octets += body.octets;
    }
    if (const auto reader = itself->engine().reader())
        boost::asio::co_spawn(reader, State::read_all(state_), boost::asio::detached);
}

BodiesAhead::~BodiesAhead()
{
    if (state_)
        state_->is_dropped = true;
}

BodiesAhead& BodiesAhead::operator=(BodiesAhead&& other) noexcept
{
    std::swap(state_, other.state_);
    std::swap(at_, other.at_);
    return *this;
}

Awaitable<std::optional<std::string>> BodiesAhead::next()
{
    if (!state_ || at_ == state_->slots.size())
        co_return std::nullopt;
    auto& slot = state_->slots[at_++];
    if (slot.claim())
        co_await state_->read(slot);
    // While the thread reads this one, the caller reads others: nobody sleeps as long as there are any.
    for (auto ahead = at_; !slot.is_done() && ahead < state_->slots.size(); ++ahead) {
        auto& other = state_->slots[ahead];
        if (other.claim())
            co_await state_->read(other);
    }
    slot.stage.wait(Stage::Begun, std::memory_order_acquire);
    co_return std::move(slot.octets);
}

} // namespace mailctl::store
