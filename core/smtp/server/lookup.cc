// Parses and resolves the argument of VRFY and EXPN.
#include "core/smtp/server/lookup.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

/// Cuts the parameter off; true where it was there.
bool take_smtp_utf8(std::string_view& text)
{
    constexpr std::string_view kWord = " SMTPUTF8";
    if (text.size() <= kWord.size())
        return false;
    const auto at = text.size() - kWord.size();
    if (!ascii::equals_ignoring_case(text.substr(at), kWord))
        return false;
    text = ascii::trim(text.substr(0, at));
    return true;
}

bool is_8bit(const delivery::Resolution& resolution)
{
    const auto has = [](const address::Address& a) {
        const std::string text = to_string(a);
        return std::any_of(text.begin(), text.end(), ascii::is_8bit);
    };
    return std::any_of(resolution.remote.begin(), resolution.remote.end(),
                       [&has](const delivery::RemoteTarget& t) { return has(t.address); }) ||
           std::any_of(resolution.local.begin(), resolution.local.end(),
                       [&has](const delivery::LocalTarget& t) { return has(t.address); });
}

} // namespace

Awaitable<Lookup> look_up(Session& s, std::string text)
{
    std::string_view view = text;
    const bool utf8 = take_smtp_utf8(view);
    if (view.size() > 2 && view.front() == '<' && view.back() == '>')
        view = view.substr(1, view.size() - 2);
    auto parsed = address::parse(view, utf8 ? address::Utf8::Yes : address::Utf8::No);
    if (!parsed)
        co_return Lookup(Say::BadRecipient);

    delivery::Router::Question question;
    question.recipient = *parsed;
    auto resolution = co_await s.services->router->resolve(std::move(question));
    const conf::OverQuotaReply over_quota = s.config().smtp.over_quota;
    Lookup out(resolution ? say_for(resolution->refusal, over_quota)
                          : say_for(resolution.error(), over_quota));
    if (out.said != Say::Ok)
        co_return out;
    if (!utf8 && is_8bit(*resolution))
        co_return Lookup(Say::CannotVerify);
    out.address = address::folded(*parsed);
    out.resolution = *std::move(resolution);
    co_return out;
}

} // namespace mailctl::smtp
