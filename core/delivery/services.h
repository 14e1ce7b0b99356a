// What every protocol session is handed: the whole server as seen from one connection.
#pragma once

#include <memory>
#include <string>

namespace mailctl {
class Clock;  // core/base/clock.h
class Random; // core/base/random.h
} // namespace mailctl
namespace mailctl::auth {
class Authenticator; // core/auth/authenticator.h
}
namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::fts {
class Indexes; // core/fts/indexes.h
}
namespace mailctl::dns {
class Resolver; // core/dns/resolver.h
}
namespace mailctl::net {
class TlsContext; // core/net/tls.h
}
namespace mailctl::queue {
class Runner; // core/queue/runner.h
}
namespace mailctl::smtp {
class Callouts; // core/smtp/server/callout.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::delivery {

class Router;  // core/delivery/router.h
class Sending; // core/delivery/sending.h

/// One generation of settings with what was built from them; a reload makes a new one, and a
/// session keeps the one it started with. Owned by the server, outlives every session.
struct Services {
    std::shared_ptr<const conf::Config> config;
    std::shared_ptr<const net::TlsContext> tls; ///< nullptr: no certificate, STARTTLS not offered
    std::shared_ptr<Router> router;
    store::Store* store = nullptr;
    Sending* sending = nullptr; ///< nullptr: no sending limits
    fts::Indexes* fts = nullptr; ///< nullptr: text is sought without an index
    auth::Authenticator* authenticator = nullptr;
    dns::Resolver* resolver = nullptr;
    queue::Runner* runner = nullptr; ///< nullptr: nothing is sent out
    smtp::Callouts* callouts = nullptr; ///< nullptr: recipients of routes are not asked for
    const Clock* clock = nullptr;
    Random* random = nullptr;
    std::string hostname;
};

} // namespace mailctl::delivery
