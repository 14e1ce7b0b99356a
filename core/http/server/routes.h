// Which paths are answered, and how: client auto-configuration. DOM-15
#pragma once

#include <memory>

#include "core/base/awaitable.h"
#include "core/http/server/message.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::http {

/// What the answer depends on besides the request.
struct Place {
    std::shared_ptr<const delivery::Services> services;
    std::string hostname; ///< of the address that was reached
    bool is_tls = false;
    Place() = default;
};

/// Answers by the domain alone: nobody learns whether an address exists.
Awaitable<Response> answer(Place place, Request request);

} // namespace mailctl::http
