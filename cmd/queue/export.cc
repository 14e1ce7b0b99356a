// mailctl queue export: messages and their envelopes, as a tar archive.
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "cmd/queue/columns.h"
#include "cmd/queue/message.h"
#include "cmd/queue/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

namespace json = boost::json;

constexpr std::size_t kBlockOctets = 512;

struct Options {
    QueueChoice choice;
    std::string file;
};

/// Writes files one after the other in POSIX's ustar form (IEEE Std 1003.1, pax, "ustar
/// Interchange Format").
class Archive {
public:
    explicit Archive(int file) : file_(file) {}

    Result<> begin(const std::string& name, std::uint64_t octets, Time modified)
    {
        std::array<char, kBlockOctets> head{};
        const auto put = [&](std::size_t at, std::size_t width, const char* form, auto value) {
            std::array<char, 32> text{};
            std::snprintf(text.data(), text.size(), form, value);
            std::copy_n(text.data(), std::min(width, text.size()), head.data() + at);
        };
        std::copy_n(name.data(), std::min<std::size_t>(name.size(), 100), head.data());
        put(100, 8, "%07o", 0600u);
        put(108, 8, "%07o", 0u);
        put(116, 8, "%07o", 0u);
        put(124, 12, "%011llo", static_cast<unsigned long long>(octets));
        const auto seconds =
            std::chrono::duration_cast<std::chrono::seconds>(modified.time_since_epoch()).count();
        put(136, 12, "%011llo", static_cast<unsigned long long>(std::max<std::int64_t>(seconds, 0)));
        std::fill_n(head.data() + 148, 8, ' '); // the sum is made with blanks in its place
        head[156] = '0';
        std::copy_n("ustar\00000", 8, head.data() + 257);
        unsigned sum = 0;
        for (const char c : head)
            sum += static_cast<unsigned char>(c);
        put(148, 7, "%06o", sum);
        left_ = octets;
        padding_ = (kBlockOctets - octets % kBlockOctets) % kBlockOctets;
        return write_all({head.data(), head.size()});
    }
    Result<> write(std::string_view octets)
    {
        if (octets.size() > left_)
            return Error(Errc::Corrupt, "a message is longer than its entry says");
        left_ -= octets.size();
        return write_all(octets);
    }
    Result<> end() { return write_all(std::string(padding_, '\0')); }
    Result<> finish() { return write_all(std::string(2 * kBlockOctets, '\0')); }

private:
    Result<> write_all(std::string_view octets)
    {
        while (!octets.empty()) {
            const auto done = ::write(file_, octets.data(), octets.size());
            if (done < 0 && errno == EINTR)
                continue;
            if (done <= 0)
                return Error(Errc::Unavailable, "cannot write the archive");
            octets.remove_prefix(static_cast<std::size_t>(done));
        }
        return ok();
    }

    int file_;
    std::uint64_t left_ = 0;
    std::size_t padding_ = 0;
};

json::array recipients_of(const store::QueueEntry& entry)
{
    json::array all;
    for (const auto& recipient : entry.recipients)
        all.push_back({{"address", recipient.address},
                       {"state", name_of(recipient.state)},
                       {"notify", recipient.notify},
                       {"original_recipient", recipient.original_recipient},
                       {"attempts", recipient.attempts},
                       {"next_attempt", recipient.is_pending()
                                            ? json::value(to_rfc3339(recipient.next_attempt))
                                            : json::value()},
                       {"last_reply", recipient.last_reply},
                       {"last_host", recipient.last_host}});
    return all;
}

std::string envelope_of(const store::QueueEntry& entry)
{
    const json::object envelope{{"id", to_string(entry.id)},
                                {"sender", entry.sender},
                                {"recipients", recipients_of(entry)},
                                {"account", entry.account},
                                {"peer", entry.peer},
                                {"spf", entry.spf},
                                {"envelope_id", entry.envelope_id},
                                {"return_full", entry.return_full},
                                {"smtp_utf8", entry.smtp_utf8},
                                {"require_tls", entry.require_tls},
                                {"arrived", to_rfc3339(entry.arrived)},
                                {"held", entry.held},
                                {"hold_reason", entry.hold_reason},
                                {"priority", entry.priority}};
    return json::serialize(envelope) + "\n";
}

Result<> put(Context& ctx, Archive& archive, const store::QueueEntry& entry)
{
    // How long the message is, is known when its start is.
    TRY(store::Store* store, ctx.store());
    TRY(const std::string start,
        ctx.wait(store->queue().read_body(entry, 0, kMessageChunkOctets)));
    const auto octets = entry.prefix.size() + entry.body.octets - return_path_octets(start);
    TRY_VOID(archive.begin(to_string(entry.id) + ".eml", octets, entry.arrived));
    TRY_VOID(write_message(ctx, entry,
                           [&](std::string_view part) { return archive.write(part); }));
    TRY_VOID(archive.end());
    const std::string envelope = envelope_of(entry);
    TRY_VOID(archive.begin(to_string(entry.id) + ".json", envelope.size(), entry.arrived));
    TRY_VOID(archive.write(envelope));
    return archive.end();
}

int run(const Options& options, Context& ctx)
{
    const auto chosen = read_queue_choice(ctx, options.choice);
    if (!chosen)
        return ctx.fail(chosen.error());
    if (options.file == "-" && ctx.streams().out_is_terminal)
        return ctx.usage("an archive is nothing for a terminal: name a file, or use a pipe");
    const auto file = ctx.open_output(options.file);
    if (!file)
        return ctx.fail(file.error());
    Archive archive(*file);
    std::uint64_t count = 0;
    Result<> written = ok();
    auto done = each_entry(ctx, *chosen, [&](store::QueueEntry& entry) {
        written = put(ctx, archive, entry);
        count += written ? 1 : 0;
        return written.has_value();
    });
    if (done && written)
        written = archive.finish();
    if (options.file != "-")
        ::close(*file);
    if (!done || !written)
        return ctx.fail(done ? written.error() : done.error());
    ctx.note("exported " + messages(count));
    return EX_OK;
}

} // namespace

void add_queue_export(CLI::App& queue, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* out = queue.add_subcommand(
        "export", "Write messages and their envelopes into a tar archive, as ID.eml and ID.json");
    add_output_file(*out, ctx, "FILE", options->file, "The archive; - is standard output")
        ->required();
    add_queue_choice(*out, ctx, options->choice, ChoiceUse::Look);
    out->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
