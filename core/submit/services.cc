// As the server makes it, without TLS.
#include "core/submit/services.h"

#include <unistd.h>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/delivery/router.h"

namespace mailctl::submit {

std::shared_ptr<const delivery::Services> make_services(std::shared_ptr<const conf::Config> config,
                                                        store::Store& store,
                                                        auth::Authenticator& authenticator,
                                                        delivery::Sending& sending)
{
    auto made = std::make_shared<delivery::Services>();
    made->hostname = config->server.hostname;
    if (char name[256] = {}; made->hostname.empty() && ::gethostname(name, sizeof name - 1) == 0)
        made->hostname = name;
    made->router = delivery::make_router(store, config);
    made->store = &store;
    made->sending = &sending;
    made->authenticator = &authenticator;
    made->clock = &system_clock();
    made->random = &system_random();
    made->config = std::move(config);
    return made;
}

} // namespace mailctl::submit
