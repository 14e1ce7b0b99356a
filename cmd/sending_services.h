// What commands that send mail need: the running server's services, or some around the store.
#pragma once

#include <memory>

#include "cmd/context.h"

namespace mailctl::auth {
class Authenticator; // core/auth/authenticator.h
}
namespace mailctl::delivery {
class Sending;   // core/delivery/sending.h
struct Services; // core/delivery/services.h
} // namespace mailctl::delivery

namespace mailctl::cmd {

/// Order: goes before the context.
class SendingServices {
public:
    /// Errors: those of the settings and of the store.
    static Result<SendingServices> open(Context& ctx);
    SendingServices();
    ~SendingServices();
    SendingServices(SendingServices&&) noexcept;
    SendingServices& operator=(SendingServices&&) noexcept;

    const std::shared_ptr<const delivery::Services>& get() const { return services_; }
    /// What a server does from time to time: writes the counters of sending limits.
    void finish(Context& ctx);

private:
    std::unique_ptr<auth::Authenticator> authenticator_; ///< nullptr: the server's is used
    std::unique_ptr<delivery::Sending> sending_;
    std::shared_ptr<const delivery::Services> services_;
};

} // namespace mailctl::cmd
