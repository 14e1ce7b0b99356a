// Settings of what counts as mass mail: rows of [abuse].
#include "conf/schema/parts.h"

#include "conf/schema/row_types.h"

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

constexpr rows::Word<DetectAction> kDetectActions[] = {{DetectAction::Notify, "notify"},
                                                       {DetectAction::Hold, "hold"},
                                                       {DetectAction::Lock, "lock"}};

} // namespace

void add_abuse_rows(SettingRows& out)
{
    out.push_back(row("abuse.detect.equal_subjects", AT(abuse.detect.equal_subjects),
                      "Messages with one subject that a user may send a day before it counts as "
                      "mass mail; 0: any number",
                      "Subjects are equal where they are so without \"Re:\", \"Fwd:\", \"[list]\" and "
                      "case (RFC 5256 §2.1). Messages without a subject are not counted. Users and "
                      "domains may have numbers of their own, with --setting, as for all of "
                      "abuse.detect."));
    out.push_back(row("abuse.detect.equal_sizes", AT(abuse.detect.equal_sizes),
                      "Messages of one size that a user may send a day; 0: any number",
                      "For letters that differ in their subject alone."));
    out.push_back(row("abuse.detect.logins", AT(abuse.detect.logins),
                      "SMTP logins of a user within abuse.detect.window; 0: any number",
                      "Those from this machine and from access.trusted are not counted: webmail "
                      "logs in for each message."));
    out.push_back(row("abuse.detect.recipients", AT(abuse.detect.recipients),
                      "Recipients of a user's mail within abuse.detect.window; 0: any number",
                      "An alias or a group counts as one recipient, as it was addressed."));
    out.push_back(row("abuse.detect.failures", AT(abuse.detect.failures),
                      "Recipients an hour of a user's mail that do not exist or could not be "
                      "reached; 0: any number",
                      "Refused at RCPT, or told of in a bounce, from here or from elsewhere."));
    out.push_back(row("abuse.detect.window", AT(abuse.detect.window),
                      "Time within which logins and recipients are counted: 1m to 6h"));
    out.push_back(rows::choice<Config>(
        "abuse.detect.action", AT(abuse.detect.action), kDetectActions, Effect::Hot,
        "What is done about mass mail: notify, hold or lock",
        "notify: somebody is told, and that is all. hold: what the user sends to other servers is "
        "accepted and waits in the queue, until \"mailctl sending reset\"; of equal subjects, those "
        "messages too that wait already. lock: as \"mailctl user contain\", until its --undo. It is "
        "told in any case. The address that the mail came from is never banned, for others may "
        "share it. What was found counts anew when a day (equal_subjects, equal_sizes), an hour "
        "(failures) or the window has passed."));
    out.push_back(row("abuse.detect.notify_only", AT(abuse.detect.notify_only),
                      "Detections that only notify, whatever abuse.detect.action says",
                      "equal_subjects, equal_sizes, logins, recipients, failures."));
    out.push_back(row("abuse.detect.notify", AT(abuse.detect.notify),
                      "Address that is told of mass mail; empty: the postmaster of the user's "
                      "domain, else server.postmaster",
                      "The words are in mass-mail.txt in bounce.templates, by domain and language "
                      "as those of bounces, with {user}, {domain}, {detection}, {count}, {limit}, "
                      "{action}, {held}, {peer} and {hostname}."));
}

} // namespace mailctl::conf
