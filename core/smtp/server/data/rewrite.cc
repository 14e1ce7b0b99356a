// Rewrite: other addresses in the header of mail from here, as [[rewrite]] says. OUT-22
#include <optional>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/smtp/server/data/address_spans.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

constexpr std::string_view kFields[] = {"From", "Sender", "Reply-To", "To", "Cc"};

/// What "*" of the pattern stands for; nullopt: the text does not match. Case ignored.
std::optional<std::string_view> matched(std::string_view pattern, std::string_view text)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return ascii::equals_ignoring_case(pattern, text) ? std::optional(std::string_view())
                                                          : std::nullopt;
    const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
    if (text.size() < before.size() + after.size() ||
        !ascii::equals_ignoring_case(text.substr(0, before.size()), before) ||
        !ascii::equals_ignoring_case(text.substr(text.size() - after.size()), after))
        return std::nullopt;
    return text.substr(before.size(), text.size() - before.size() - after.size());
}

/// Where a message's recipients are.
struct Reach {
    bool remote = false, local = false;

    bool is_of(conf::RewriteScope scope) const
    {
        return scope == conf::RewriteScope::Remote  ? remote
               : scope == conf::RewriteScope::Local ? local
                                                    : remote || local;
    }
};

/// The address in the place of this one; nullopt: it stays. The first table that matches decides.
std::optional<std::string> rewritten(const conf::Config& config, const Reach& reach,
                                     std::string_view text, bool envelope)
{
    for (const auto& rule : config.rewrites) {
        if ((envelope && !rule.envelope) || !reach.is_of(rule.scope))
            continue;
        const auto part = matched(rule.from, text);
        if (!part)
            continue;
        std::string to = rule.to;
        if (const auto star = to.find('*'); star != std::string::npos)
            to.replace(star, 1, *part);
        if (address::parse(to))
            return to;
    }
    return std::nullopt;
}

/// Of mail from one of our own people or programs; of other mail, nowhere.
Reach reach_of(Incoming& message)
{
    const Session& s = message.session;
    Reach reach;
    if (!s.login && !s.trusted && !s.local)
        return reach;
    for (const Recipient& recipient : message.transaction().recipients) {
        reach.remote = reach.remote || !recipient.resolution.remote.empty();
        reach.local = reach.local || !recipient.resolution.local.empty();
    }
    return reach;
}

} // namespace

void rewrite(Incoming& message)
{
    const conf::Config& config = message.session.config();
    const Reach reach = config.rewrites.empty() ? Reach{} : reach_of(message);
    if (!reach.remote && !reach.local)
        return;
    std::string out;
    std::size_t done = 0;
    for (const auto& span : address_spans(message.header, kFields)) {
        const std::string_view text = std::string_view(message.header).substr(span.offset, span.length);
        const auto to = rewritten(config, reach, text, false);
        if (!to)
            continue;
        out.append(message.header, done, span.offset - done);
        out += *to;
        done = span.offset + span.length;
    }
    if (done > 0) {
        out.append(message.header, done);
        message.header = std::move(out);
    }
    auto& sender = message.transaction().mail.sender;
    if (!sender)
        return;
    if (const auto to = rewritten(config, reach, to_string(*sender), true)) {
        if (const auto address = address::parse(*to))
            sender = *address;
    }
}

} // namespace mailctl::smtp
