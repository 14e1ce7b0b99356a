// Takes them from the server, or makes them.
#include "cmd/sending_services.h"

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/base/log.h"
#include "core/delivery/sending.h"
#include "core/delivery/services.h"
#include "core/server/server.h"
#include "core/submit/services.h"
#include "store/store.h"

namespace mailctl::cmd {

SendingServices::SendingServices() = default;
SendingServices::~SendingServices() = default;
SendingServices::SendingServices(SendingServices&&) noexcept = default;
SendingServices& SendingServices::operator=(SendingServices&&) noexcept = default;

Result<SendingServices> SendingServices::open(Context& ctx)
{
    SendingServices made;
    if (ctx.server()) {
        made.services_ = ctx.server()->services();
        return made;
    }
    TRY(const auto config, ctx.config());
    TRY(store::Store* store, ctx.store());
    log::set_level("submission", log::Level::Warn); // standard error is the calling program's
    made.authenticator_ = auth::make_authenticator(*store, config, ctx.executor());
    made.sending_ = std::make_unique<delivery::Sending>(*store);
    made.services_ = submit::make_services(config, *store, *made.authenticator_, *made.sending_);
    return made;
}

void SendingServices::finish(Context& ctx)
{
    if (!sending_)
        return;
    if (const auto written = ctx.wait(sending_->flush()); !written)
        ctx.complain("sending limits: " + written.error().detail());
}

} // namespace mailctl::cmd
