// mailq: the queue in the layout that scripts know.
#include <ctime>

#include "cmd/sendmail/sendmail.h"
#include "core/base/ascii.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

std::string local_time(Time time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(
            std::chrono::system_clock::time_point(time.time_since_epoch())));
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    char text[64];
    return std::string(text, std::strftime(text, sizeof text, "%a %b %e %H:%M:%S", &parts));
}

std::string padded(std::string text, std::size_t width, bool right)
{
    if (text.size() < width)
        text.insert(right ? 0 : text.size(), width - text.size(), ' ');
    return text;
}

} // namespace

/// As Postfix writes it: "!" behind the id of what is held.
int print_mail_queue(Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    std::uint64_t count = 0, octets = 0;
    store::QueueFilter filter;
    for (;;) {
        const auto entries = ctx.wait((*store)->queue().list(filter));
        if (!entries)
            return ctx.fail(entries.error());
        for (const auto& entry : *entries) {
            if (count++ == 0)
                ctx.write("-Queue ID-           --Size-- ----Arrival Time---- "
                          "-Sender/Recipient-------\n");
            octets += entry.body.octets;
            const std::string id = to_string(entry.id) + (entry.held ? "!" : "");
            ctx.write(padded(id, 20, false) + ' ' +
                      padded(std::to_string(entry.body.octets), 8, true) + ' ' +
                      padded(local_time(entry.arrived), 20, false) + ' ' +
                      (entry.sender.empty() ? "MAILER-DAEMON" : ascii::printable(entry.sender)) +
                      '\n');
            for (const auto& recipient : entry.recipients) {
                const bool done = !recipient.is_waiting() &&
                                  recipient.state != store::QueueRecipient::State::Held;
                if (done)
                    continue;
                if (!recipient.last_reply.empty())
                    ctx.write("  (" + ascii::printable(recipient.last_reply) + ")\n");
                ctx.write(std::string(51, ' ') + ascii::printable(recipient.address) + '\n');
            }
            ctx.write("\n");
        }
        if (entries->size() < filter.limit || ctx.cancelled())
            break;
        filter.after = entries->back().id;
    }
    if (count == 0)
        ctx.write("Mail queue is empty\n");
    else
        ctx.write("-- " + std::to_string((octets + 1023) / 1024) + " Kbytes in " +
                  std::to_string(count) + (count == 1 ? " Request.\n" : " Requests.\n"));
    return EX_OK;
}

} // namespace mailctl::cmd
