// Settings of what users and domains may send: rows of [sending].
#include "conf/schema/parts.h"

#include <algorithm>
#include <iterator>

#include "conf/schema/arrays.h"
#include "conf/schema/words.h"

namespace mailctl::conf {
namespace {

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

template <class Get>
Setting<Config> row(std::string_view path, Get get, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, Effect::Hot, help, manual);
}

/// Of one user, and of a domain's users together: a table each.
struct LimitRows {
    SettingRows account, domain;
};

#define LIMIT(member, what, ...)                                                                  \
    out.account.push_back(row("sending.account." #member, AT(sending.account.member),             \
                              what " of one user; 0: no limit" __VA_OPT__(, ) __VA_ARGS__));      \
    out.domain.push_back(row("sending.domain." #member, AT(sending.domain.member),                \
                             what " of one domain's users together; 0: no limit" __VA_OPT__(, )   \
                                 __VA_ARGS__))

#define LOCAL_MANUAL                                                                        \
    "Local: of this server, and of routes with accept = true. What users and aliases here " \
    "send on to other servers is no matter of the sender's."
#define OCTETS_MANUAL "A message is counted once, however many recipients it has."

void add_counts(LimitRows& out)
{
    LIMIT(messages_per_minute, "Messages a minute");
    LIMIT(messages_per_hour, "Messages an hour");
    LIMIT(messages_per_day, "Messages a day");
    LIMIT(recipients_per_minute, "Recipients a minute");
    LIMIT(recipients_per_hour, "Recipients an hour");
    LIMIT(recipients_per_day, "Recipients a day");
    LIMIT(local_recipients_per_hour, "Local recipients an hour", LOCAL_MANUAL);
    LIMIT(local_recipients_per_day, "Local recipients a day", LOCAL_MANUAL);
    LIMIT(remote_recipients_per_hour, "Recipients of other servers an hour");
    LIMIT(remote_recipients_per_day, "Recipients of other servers a day");
    LIMIT(new_correspondents_per_day, "Recipients a day never written to before");
}

void add_octets(LimitRows& out)
{
    LIMIT(octets_per_hour, "Octets an hour", OCTETS_MANUAL);
    LIMIT(octets_per_day, "Octets a day", OCTETS_MANUAL);
    LIMIT(local_octets_per_day, "Octets a day of messages to local recipients", OCTETS_MANUAL);
    LIMIT(remote_octets_per_day, "Octets a day of messages to recipients of other servers",
          OCTETS_MANUAL);
}

#undef OCTETS_MANUAL
#undef LOCAL_MANUAL
#undef LIMIT

} // namespace

void add_sending_rows(SettingRows& out)
{
    LimitRows limits;
    add_counts(limits);
    add_octets(limits);
    limits.account.push_back(
        row("sending.account.bounces_per_hour", AT(sending.account.bounces_per_hour),
            "Bounces an hour that one user may get before no more is sent; 0: no limit"));
    limits.domain.push_back(
        row("sending.domain.bounces_per_hour", AT(sending.domain.bounces_per_hour),
            "Bounces an hour that one domain's users together may get before no more is sent; 0: no "
            "limit"));
    for (auto* table : {&limits.account, &limits.domain})
        std::move(table->begin(), table->end(), std::back_inserter(out));
    out.push_back(rows::choice<Config>(
        "sending.action", AT(sending.action), rows::kLimitActions, Effect::Hot,
        "At a sending limit: defer, hold or refuse",
        "defer: 452, the client tries again. hold: accepted and held in the queue. refuse: 550."));
    out.push_back(row("sending.notify", AT(sending.notify),
                      "Address that is told when somebody reaches a limit; empty: nobody"));
}

#undef AT

} // namespace mailctl::conf
