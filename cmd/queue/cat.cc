// mailctl queue cat and headers: a queued message as it will be sent.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/columns.h"
#include "cmd/queue/message.h"
#include "cmd/queue/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

Result<store::QueueEntry> named_entry(const std::string& text, Context& ctx)
{
    TRY(const QueueId id, parse_queue_id(text));
    TRY(store::Store* store, ctx.store());
    return ctx.wait(store->queue().find(id));
}

int run_cat(const std::string& id, Context& ctx)
{
    const auto entry = named_entry(id, ctx);
    if (!entry)
        return ctx.fail(entry.error());
    const auto done = write_message(ctx, *entry, [&](std::string_view octets) -> Result<> {
        ctx.write(octets);
        return ok();
    });
    return done ? EX_OK : ctx.fail(done.error());
}

int run_headers(const std::vector<std::string>& ids, Context& ctx)
{
    for (const auto& id : ids) {
        const auto entry = named_entry(id, ctx);
        if (!entry)
            return ctx.fail(entry.error());
        const auto header = queued_header(ctx, *entry);
        if (!header)
            return ctx.fail(header.error());
        ctx.write(*header);
    }
    return EX_OK;
}

} // namespace

Result<> write_message(Context& ctx, const store::QueueEntry& entry,
                       const std::function<Result<>(std::string_view)>& write)
{
    TRY(store::Store* store, ctx.store());
    TRY_VOID(write(entry.prefix));
    for (std::uint64_t offset = 0; offset < entry.body.octets;) {
        TRY(const std::string part,
            ctx.wait(store->queue().read_body(entry, offset, kMessageChunkOctets)));
        if (part.empty())
            return Error(Errc::Corrupt,
                         to_string(entry.id) + ": the body is shorter than its entry says");
        const std::size_t skipped = offset == 0 ? return_path_octets(part) : 0;
        TRY_VOID(write(std::string_view(part).substr(skipped)));
        offset += part.size();
        if (ctx.cancelled())
            return ok();
    }
    return ok();
}

void add_queue_cat(CLI::App& queue, Context& ctx)
{
    auto id = std::make_shared<std::string>();
    auto* cat = queue.add_subcommand("cat", "Write a queued message as it will be sent");
    cat->add_option("ID", *id, "Its id, q_...")->required();
    cat->callback([=, &ctx] { ctx.action = [=, &ctx] { return run_cat(*id, ctx); }; });
}

void add_queue_headers(CLI::App& queue, Context& ctx)
{
    auto ids = std::make_shared<std::vector<std::string>>();
    auto* headers = queue.add_subcommand("headers", "Write the headers of queued messages");
    headers->add_option("ID", *ids, "Their ids, q_...")->required();
    headers->callback([=, &ctx] { ctx.action = [=, &ctx] { return run_headers(*ids, ctx); }; });
}

} // namespace mailctl::cmd
