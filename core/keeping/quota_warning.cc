// Decides what is to be told of a quota, writes the mail and delivers it.
#include "core/keeping/quota_warning.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/base/octets.h"
#include "core/keeping/notices.h"
#include "core/settings/own_settings.h"
#include "store/deleted.h"
#include "store/store.h"

namespace mailctl::keeping {
namespace {

/// The account's note of the highest level that was told.
constexpr std::string_view kToldNote = "quota.told";
/// Its note of where the warning lies.
constexpr std::string_view kNoticeNote = "quota.notice";

constexpr queue::BuiltInText kTexts[] = {
    {"en", "Your mailbox is {percent} % full",
     "The mailbox {address} holds {used} of {limit} ({messages} messages of {message_limit}).\n\n"
     "When it is full, mail for you cannot be taken any more. Please make room: delete what you do "
     "not need, and empty the trash.\n\n"
     "{hostname}\n"},
    {"de", "Ihr Postfach ist zu {percent} % voll",
     "Das Postfach {address} enthält {used} von {limit} ({messages} Nachrichten von "
     "{message_limit}).\n\n"
     "Wenn es voll ist, kann Post für Sie nicht mehr angenommen werden. Bitte schaffen Sie Platz: "
     "löschen Sie, was Sie nicht brauchen, und leeren Sie den Papierkorb.\n\n"
     "{hostname}\n"},
};

/// Everything that decides about one account.
struct Look {
    store::User user;
    std::vector<std::string> levels;
    store::Usage usage, limits;
    unsigned percent = 0;
    unsigned told = 0;
};

std::vector<unsigned> numbers(const std::vector<std::string>& levels)
{
    std::vector<unsigned> out;
    for (const auto& level : levels)
        if (const auto number = ascii::parse_number<unsigned>(level))
            out.push_back(*number);
    return out;
}

unsigned percent_of(std::uint64_t used, std::uint64_t limit)
{
    if (limit == 0)
        return 0;
    const auto percent = static_cast<long double>(used) * 100 / static_cast<long double>(limit);
    return percent > 100'000 ? 100'000 : static_cast<unsigned>(percent);
}

Awaitable<Result<>> tell(const delivery::Services& services, store::Account& account,
                         const Look& look, unsigned level)
{
    const auto count = [](std::uint64_t limit) {
        return limit == 0 ? std::string("-") : std::to_string(limit);
    };
    const std::string to = address::to_string(look.user.address);
    const std::map<std::string, std::string> values{
        {"address", to},
        {"percent", std::to_string(look.percent)},
        {"level", std::to_string(level)},
        {"used", to_rough_octets(look.usage.octets)},
        {"limit", look.limits.octets == 0 ? "-" : to_rough_octets(look.limits.octets)},
        {"messages", std::to_string(look.usage.messages)},
        {"message_limit", count(look.limits.messages)},
        {"hostname", services.hostname},
    };
    log::info("delivery", "quota warning",
              {{"user", to}, {"percent", look.percent}, {"level", level}});
    auto notice = filled_notice(services, to, "quota", kTexts, values);
    std::string name(kNoticeNote);
    co_return co_await put_in_place_of_last(services, account, std::move(notice), std::move(name));
}

/// nullopt: there is nothing to warn of, or nobody.
Awaitable<Result<std::optional<Look>>> look_at(const delivery::Services& services,
                                               store::Account& account)
{
    Look look;
    CO_TRY(look.limits, co_await account.limits());
    CO_TRY(look.usage, co_await store::usage_of_quota(account));
    const auto percent = percent_used(look.usage, look.limits);
    CO_TRY(const auto note, co_await account.note(std::string(kToldNote)));
    look.told = ascii::parse_number<unsigned>(note.value_or("")).value_or(0);
    look.percent = percent.value_or(0);
    if (!percent && look.told == 0)
        co_return std::optional<Look>();
    auto user = co_await services.store->directory().find_account(account.id());
    if (!user && user.error().code() == Errc::NotFound)
        co_return std::optional<Look>();
    if (!user)
        co_return user.error();
    look.user = *std::move(user);
    CO_TRY(const auto domain,
           co_await services.store->directory().find_domain(look.user.address.domain));
    look.levels = settings::own_settings(*services.config, domain, look.user).quota.warn;
    co_return std::optional(std::move(look));
}

Awaitable<Result<>> remember(store::Account& account, unsigned level)
{
    co_return co_await account.set_note(std::string(kToldNote), std::to_string(level));
}

} // namespace

std::optional<unsigned> percent_used(const store::Usage& usage, const store::Usage& limits)
{
    if (limits.octets == 0 && limits.messages == 0)
        return std::nullopt;
    return std::max(percent_of(usage.octets, limits.octets),
                    percent_of(usage.messages, limits.messages));
}

unsigned level_reached(const std::vector<std::string>& levels, unsigned percent)
{
    unsigned highest = 0;
    for (const auto level : numbers(levels))
        if (level <= percent)
            highest = std::max(highest, level);
    return highest;
}

unsigned level_kept(const std::vector<std::string>& levels, unsigned told, unsigned percent)
{
    if (told < percent + kRearmPercent)
        return told;
    unsigned highest = 0;
    for (const auto level : numbers(levels))
        if (level <= told && level < percent + kRearmPercent)
            highest = std::max(highest, level);
    return highest;
}

Awaitable<Result<>> look_at_quota(const delivery::Services& services, AccountId id, unsigned lowest)
{
    const auto opened = co_await services.store->account(id);
    if (!opened && opened.error().code() == Errc::NotFound)
        co_return ok();
    if (!opened)
        co_return opened.error();
    store::Account& account = **opened;
    CO_TRY(const auto look, co_await look_at(services, account));
    if (!look)
        co_return ok();
    const auto level = level_reached(look->levels, look->percent);
    const auto kept = level_kept(look->levels, look->told, std::min(lowest, look->percent));
    if (level <= kept) {
        if (kept == look->told)
            co_return ok();
        co_return co_await remember(account, kept);
    }
    // Before the mail, which is mail of the mailbox itself: a failure must not make two of it.
    const auto remembered = co_await remember(account, level);
    if (!remembered)
        co_return remembered;
    co_return co_await tell(services, account, *look, level);
}

} // namespace mailctl::keeping
