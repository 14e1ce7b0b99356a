// The lists. Checks come before changes, changes before delivery.
#include "core/smtp/server/data/steps.h"

#include "core/smtp/server/data/incoming.h"

namespace mailctl::smtp {
namespace {

constexpr Step kReading[] = {
    {.name = "size", .plain = check_size},
    {.name = "line endings", .plain = check_line_endings},
    {.name = "line length", .plain = check_line_length},
};

constexpr Step kHeader[] = {
    {.name = "hops", .plain = check_hops},
    {.name = "forwards", .plain = check_forwards},
    {.name = "sender match", .waiting = check_sender_match},
    {.name = "kind", .plain = note_kind},
    {.name = "bulk", .plain = mark_bulk},
    {.name = "complete header", .plain = complete_header},
    {.name = "rewrite", .plain = rewrite},
    {.name = "identity", .plain = add_identity},
    {.name = "received", .plain = add_received},
    {.name = "delivered to", .plain = add_delivered_to},
    {.name = "return path", .plain = add_return_path},
    {.name = "start signing", .waiting = start_signing},
};

constexpr Step kFinal[] = {
    {.name = "sign", .plain = sign},
    {.name = "deliver", .waiting = deliver},
};

} // namespace

std::span<const Step> reading_steps()
{
    return kReading;
}

std::span<const Step> header_steps()
{
    return kHeader;
}

std::span<const Step> final_steps()
{
    return kFinal;
}

Awaitable<> run_steps(std::span<const Step> steps, Incoming& message)
{
    for (const Step& step : steps) {
        if (message.is_refused())
            co_return;
        if (step.plain != nullptr)
            step.plain(message);
        else
            co_await step.waiting(message);
    }
}

} // namespace mailctl::smtp
