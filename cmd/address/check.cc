// mailctl address check: one word on what an address is.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/address/address.h"
#include "cmd/arguments.h"
#include "cmd/table.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Verdict {
    std::string code, detail;
    int status = kExitNo;
};

bool is_reserved(const address::Address& address)
{
    return address.local_part == "postmaster" || address.local_part == "abuse"; // RFC 2142 §4
}

Result<Verdict> judge(const std::string& text, Context& ctx)
{
    auto address = parse_address_argument(text);
    if (!address)
        return Verdict{"bad", address.error().detail(), EX_DATAERR};
    TRY(store::Store* store, ctx.store());
    store::Directory& directory = store->directory();
    const auto domain = ctx.wait(directory.find_domain(address->domain));
    if (!domain && domain.error().code() == Errc::NotFound)
        return Verdict{"elsewhere", address->domain + " is no domain of this server", EX_NOHOST};
    if (!domain)
        return domain.error();
    address->domain = domain->name;
    const auto entry = ctx.wait(directory.find(*address));
    if (!entry && entry.error().code() != Errc::NotFound)
        return entry.error();
    if (entry) {
        const auto* user = std::get_if<store::User>(&*entry);
        if (!user)
            return Verdict{"alias", "", kExitNo};
        return user->state == store::UserState::Removed
                   ? Verdict{"user", "removed; mailctl user restore brings it back", kExitNo}
                   : Verdict{"user", "", kExitNo};
    }
    if (is_reserved(*address))
        return Verdict{"reserved", "goes to the postmaster unless it is made", EX_OK};
    const auto wild = ctx.wait(directory.find_wildcard(*address));
    if (wild)
        return Verdict{"free", "mail for it goes by " + to_string(wild->address), EX_OK};
    return Verdict{"free", "", EX_OK};
}

int run(const std::string& text, Context& ctx)
{
    const auto verdict = judge(text, ctx);
    if (!verdict)
        return ctx.fail(verdict.error());
    Table table(ctx, {"mailctl.address.check/1", {"address", "code", "detail"}});
    table.row(text, verdict->code, verdict->detail);
    return verdict->status;
}

} // namespace

void add_address_check(CLI::App& address, Context& ctx)
{
    auto text = std::make_shared<std::string>();
    auto* check = address.add_subcommand(
        "check", "Tell what an address is: free, user, alias, reserved, elsewhere or bad");
    check->add_option("ADDRESS", *text, "The address")->required();
    check->callback([text, &ctx] { ctx.action = [text, &ctx] { return run(*text, ctx); }; });
}

} // namespace mailctl::cmd
