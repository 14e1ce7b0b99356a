// What a session needs, where no server runs around it.
#pragma once

#include <memory>

#include "core/delivery/services.h"

namespace mailctl::submit {

/// Borrows: the store and the authenticator.
std::shared_ptr<const delivery::Services> make_services(std::shared_ptr<const conf::Config> config,
                                                        store::Store& store,
                                                        auth::Authenticator& authenticator);

} // namespace mailctl::submit
