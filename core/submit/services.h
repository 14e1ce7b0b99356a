// What a session needs, where no server runs around it.
#pragma once

#include <memory>

#include "core/delivery/services.h"

namespace mailctl::submit {

/// Borrows: all but the settings.
std::shared_ptr<const delivery::Services> make_services(std::shared_ptr<const conf::Config> config,
                                                        store::Store& store,
                                                        auth::Authenticator& authenticator,
                                                        delivery::Sending& sending);

} // namespace mailctl::submit
