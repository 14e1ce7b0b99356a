// Reads counts of TLS sessions.
#include "cmd/tlsrpt/reports.h"

#include "core/address/address.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {

Result<std::vector<tls_rpt::Report>> tls_reports(Context& ctx, const std::string& domain,
                                                 const std::string& day)
{
    tls_rpt::Choice choice;
    if (!domain.empty()) {
        TRY(choice.domain, address::canonical_domain(domain));
    }
    if (!day.empty()) {
        TRY(choice.day, tls_rpt::parse_day(day));
    }
    if (ctx.server())
        TRY_VOID(ctx.wait(ctx.server()->tls_reports().flush()));
    TRY(store::Store * store, ctx.store());
    return ctx.wait(tls_rpt::read_reports(store->engine(), std::move(choice)));
}

} // namespace mailctl::cmd
