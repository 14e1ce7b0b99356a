// Makes services over a store of their own.
#include "core/delivery/wiped.h"

#include <utility>

#include "store/engine/memory_engine.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

/// Order: the services borrow the store, and what they were made of has to outlive both.
struct Holder {
    std::shared_ptr<const Services> full;
    std::unique_ptr<store::Store> store;
    Services services;
};

/// Nothing of the real user but its address and what it may do.
store::User bare(const store::User& user)
{
    store::User out;
    out.address = user.address;
    out.rights = user.rights;
    out.state = store::UserState::ReadOnly;
    return out;
}

} // namespace

Awaitable<Result<Wiped>> wiped(std::shared_ptr<const Services> services, store::User user)
{
    auto holder = std::make_shared<Holder>();
    holder->store = store::make_store(std::make_unique<store::MemoryEngine>(), *services->clock,
                                      *services->random);
    holder->services = *services;
    holder->services.store = holder->store.get();
    holder->services.fts = nullptr;
    holder->full = std::move(services);
    store::Directory& directory = holder->store->directory();
    store::Domain domain;
    domain.name = user.address.domain;
    CO_TRY_VOID(co_await directory.add_domain(std::move(domain)));
    Wiped out;
    out.user = bare(user);
    CO_TRY(out.user.account, co_await directory.add_user(out.user));
    out.services = std::shared_ptr<const Services>(holder, &holder->services);
    co_return out;
}

} // namespace mailctl::delivery
