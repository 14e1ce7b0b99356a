// mailctl domain dns: the DNS records that a domain needs, from the listeners, settings and keys.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/domain/domain.h"
#include "cmd/hostname.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/autoconfig/dns_records.h"
#include "core/autoconfig/offers.h"
#include "core/dkim/domain_keys.h"
#include "store/dkim_keys.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using autoconfig::DnsRecord;

/// Keys that sign, will, or did: what mail under way is checked with.
Result<std::string> key_lines(Context& ctx, store::Store& store, const std::string& domain,
                              dkim::RecordForm form)
{
    std::string lines;
    TRY(const auto found, ctx.wait(store::dkim_keys(store).find_keys(domain)));
    if (!found)
        return lines;
    for (const auto& key : found->keys) {
        if (key.state == store::DkimState::Disabled)
            continue;
        TRY(const std::string text, dkim::to_text(form, key, domain));
        lines += text;
    }
    return lines;
}

/// "NAME<tab>TEXT" lines as records.
std::vector<DnsRecord> as_records(const std::string& lines)
{
    std::vector<DnsRecord> records;
    std::size_t start = 0;
    while (start < lines.size()) {
        const std::size_t end = std::min(lines.find('\n', start), lines.size());
        const std::string line = lines.substr(start, end - start);
        const std::size_t tab = line.find('\t');
        if (tab != std::string::npos)
            records.push_back({line.substr(0, tab), "TXT", line.substr(tab + 1)});
        start = end + 1;
    }
    return records;
}

void print_zone(Context& ctx, const std::vector<DnsRecord>& records, const std::string& keys)
{
    for (const auto& record : records)
        ctx.write(record.name + ". IN " + record.type + ' ' + record.data + '\n');
    ctx.write(keys);
}

int run(const std::string& name, Context& ctx)
{
    const auto found = chosen_domains(ctx, {name}, {});
    if (!found)
        return ctx.fail(found.error());
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const std::string& domain = found->front().name;
    auto records = autoconfig::domain_records(**config, domain, hostname_of(ctx, **config));
    if (autoconfig::are_all_local(**config))
        ctx.note("nothing is offered to mail programs: all imap, pop3 and submission listeners are "
                 "on loopback addresses or Unix sockets");
    const bool is_zone = ctx.format == Format::Table;
    const auto keys = key_lines(ctx, **store, domain,
                                is_zone ? dkim::RecordForm::Zone : dkim::RecordForm::Plain);
    if (!keys)
        return ctx.fail(keys.error());
    if (is_zone) {
        print_zone(ctx, records, *keys);
        return EX_OK;
    }
    Table table(ctx, {"mailctl.domain.dns/1", {"name", "type", "data"}});
    for (auto& record : as_records(*keys))
        records.push_back(std::move(record));
    for (const auto& record : records)
        table.row(record.name, record.type, record.data);
    return EX_OK;
}

} // namespace

void add_domain_dns(CLI::App& domain, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* dns = domain.add_subcommand(
        "dns", "Print the DNS records that a domain needs, as lines of a zone file");
    dns->add_option("DOMAIN", *name, "Its name or an alias of it")->required();
    dns->callback([name, &ctx] { ctx.action = [name, &ctx] { return run(*name, ctx); }; });
}

} // namespace mailctl::cmd
