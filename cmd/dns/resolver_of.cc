// Makes resolvers for one command.
#include "cmd/dns/resolver_of.h"

#include "cmd/read_input.h"
#include "conf/config.h"
#include "core/base/random.h"
#include "core/dns/make_resolver.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxZoneOctets = 64ULL << 20;

} // namespace

Result<std::unique_ptr<dns::Resolver>> resolver_of(Context& ctx, const std::string& zone_file)
{
    if (!zone_file.empty()) {
        TRY(const std::string text, read_input(ctx, zone_file, kMaxZoneOctets));
        return dns::make_zone_resolver(text);
    }
    const auto config = ctx.config();
    if (!config && config.error().code() != Errc::NotFound)
        return config.error();
    dns::ResolverParts parts;
    if (config) // else the system's servers
        parts.settings = (*config)->dns;
    parts.clock = &system_clock();
    parts.random = &system_random();
    parts.executor = ctx.executor();
    return dns::make_resolver(std::move(parts));
}

} // namespace mailctl::cmd
