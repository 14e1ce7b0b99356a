// The fields of a user: how they are given, listed and shown.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/user/user.h"
#include "core/auth/service_access.h"
#include "core/base/ascii.h"
#include "core/crypto/password.h"
#include "core/delivery/sending_limits.h"
#include "core/settings/own_settings.h"

namespace mailctl::cmd {
namespace {

using store::Right;
using store::User;

constexpr Right kRights[] = {Right::Smtp,  Right::Imap, Right::Pop3, Right::Lmtp,
                             Right::Sieve, Right::Http, Right::Dav};

/// "all", "none", "imap,smtp"; "-pop3" and "+pop3" change what there is.
Result<std::uint32_t> parse_rights(std::string_view text, std::uint32_t rights)
{
    if (text == "all")
        return store::kAllRights;
    if (text == "none")
        return std::uint32_t{0};
    bool first = true;
    for (std::string_view word : ascii::split(text, ',')) {
        word = ascii::trim(word);
        const bool takes = word.starts_with('-'), adds = word.starts_with('+');
        if (!takes && !adds && first)
            rights = 0; // a plain list says it all
        first = false;
        const auto right = store::parse_right(word.substr(takes || adds ? 1 : 0));
        if (!right)
            return Error(Errc::Invalid,
                         ascii::printable(word) + ": no right; there are smtp, imap, pop3, lmtp, "
                                                  "sieve, http, dav, all and none");
        const auto bit = static_cast<std::uint32_t>(*right);
        rights = takes ? rights & ~bit : rights | bit;
    }
    return rights;
}

Cell rights_cell(const User& user)
{
    if (user.rights == store::kAllRights)
        return Cell("all");
    std::vector<std::string> words;
    for (const Right right : kRights) {
        if (user.has(right))
            words.emplace_back(store::name_of(right));
    }
    if (words.empty())
        return Cell("none");
    return Cell(std::move(words));
}

Cell contact_cell(const User& user)
{
    std::vector<std::string> all;
    for (const auto& [name, value] : user.contact)
        all.push_back(name + "=" + value);
    return Cell(std::move(all));
}

/// Addresses; "none" alone empties the list. `patterns`: "*@domain" too.
Result<> set_list(const std::vector<std::string>& given, bool patterns,
                  std::vector<std::string>& field)
{
    if (given.empty())
        return ok();
    field.clear();
    if (given.size() == 1 && given.front() == "none")
        return ok();
    for (const auto& text : given) {
        if (patterns) {
            TRY(auto sender, parse_sender(text));
            field.push_back(std::move(sender));
            continue;
        }
        TRY(const auto parsed, parse_address_argument(text));
        if (parsed.local_part.find('*') != std::string::npos)
            return Error(Errc::Invalid, text + ": a wildcard is no address to forward to");
        field.push_back(address::to_string(parsed));
    }
    return ok();
}

/// Lines "imap=allow:..."; "imap=any" takes the service's away, "none" all.
Result<> set_access(const std::vector<std::string>& given, User& user)
{
    for (const auto& text : given) {
        if (text == "none") {
            user.access.clear();
            continue;
        }
        const bool opens = text.ends_with("=any");
        TRY(const auto access, auth::parse_service_access(
                                   opens ? text.substr(0, text.size() - 3) + "deny:::/128" : text));
        const auto prefix = std::string(store::name_of(access.service)) + "=";
        std::erase_if(user.access,
                      [&prefix](const std::string& line) { return line.starts_with(prefix); });
        if (!opens)
            user.access.push_back(auth::to_string(access));
    }
    return ok();
}

constexpr std::pair<std::string_view, store::UserState> kStates[] = {
    {"active", store::UserState::Active},       {"disabled", store::UserState::Disabled},
    {"no_login", store::UserState::NoLogin},    {"read_only", store::UserState::ReadOnly},
    {"suspended", store::UserState::Suspended}, {"pending", store::UserState::Pending},
    {"removed", store::UserState::Removed}};

Result<> set_state(const UserFields& fields, User& user)
{
    if (!fields.state && !fields.reason)
        return ok();
    auto state = user.state;
    if (fields.state) {
        std::string word = *fields.state;
        std::replace(word.begin(), word.end(), '-', '_');
        for (const auto& [name, value] : kStates)
            if (name == word)
                state = value;
    }
    return switch_to(user, state, fields.reason.value_or(""));
}

Result<> set_contact(const std::vector<std::string>& given, User& user)
{
    for (const auto& text : given) {
        const auto at = text.find('=');
        if (at == 0 || at == std::string::npos)
            return Error(Errc::Invalid, text + ": --contact takes NAME=VALUE");
        const std::string name = ascii::lower(text.substr(0, at)), value = text.substr(at + 1);
        if (value.empty())
            user.contact.erase(name);
        else
            user.contact[name] = value;
    }
    return ok();
}

Result<> set_limits(const UserFields& fields, User& user)
{
    if (fields.quota) {
        TRY(user.quota_octets, parse_size(*fields.quota));
    }
    if (fields.quota_messages) {
        TRY(user.quota_messages, parse_count(*fields.quota_messages));
    }
    if (fields.max_message) {
        TRY(user.message_octets, parse_size(*fields.max_message));
    }
    if (fields.recipients) {
        TRY(user.recipients, parse_count(*fields.recipients));
    }
    if (fields.expires) {
        TRY(user.expires, parse_expiry(*fields.expires));
    }
    if (fields.rights) {
        TRY(user.rights, parse_rights(*fields.rights, user.rights));
    }
    return ok();
}

} // namespace

std::string_view name_of(store::UserState state)
{
    for (const auto& [name, value] : kStates)
        if (value == state)
            return name;
    return "unknown";
}

void add_user_fields(CLI::App& app, UserFields& fields)
{
    app.add_option("--name", fields.full_name, "Full name")->type_name("TEXT");
    app.add_option("--department", fields.department, "Department")->type_name("TEXT");
    app.add_option("--contact", fields.contact,
                   "A contact field, such as phone=555; empty takes it away; may be repeated")
        ->type_name("NAME=VALUE");
    app.add_option("--comment", fields.comment, "A remark")->type_name("TEXT");
    app.add_option("--state", fields.state,
                   "active; disabled (no mail, no login); no-login; read-only (reads, no mail); "
                   "suspended or pending (no login, mail is put off)")
        ->type_name("STATE")
        ->check(CLI::IsMember({"active", "disabled", "no-login", "read-only", "suspended", "pending",
                               "no_login", "read_only"}));
    app.add_option("--reason", fields.reason, "Why the state is so, for administrators")
        ->type_name("TEXT");
    app.add_option("--role", fields.role, "user or admin")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"user", "admin"}));
    app.add_option("--rights", fields.rights,
                   "all, none, or smtp,imap,pop3,...; -pop3 takes one away, +pop3 adds one")
        ->type_name("RIGHTS");
    app.add_option("--access", fields.access,
                   "From where a service may be used: imap=allow:NETWORKS, imap=deny:NETWORKS, "
                   "imap=any, or none for all services; may be repeated")
        ->type_name("ACCESS");
    app.add_option("--quota", fields.quota, "Quota of the mailbox; none: the domain's default")
        ->type_name("SIZE");
    app.add_option("--quota-messages", fields.quota_messages, "The same in messages")
        ->type_name("N");
    app.add_option("--max-message", fields.max_message,
                   "Limit of one message, in and out; none: the domain's")
        ->type_name("SIZE");
    app.add_option("--recipients", fields.recipients,
                   "Limit of recipients of one message it sends; none: the domain's")
        ->type_name("N");
    app.add_option("--sending-limit", fields.sending,
                   "Instead of the domain's or the settings' (sending.account): recipients_per_day=500, "
                   "octets_per_hour=100MiB (0: no limit), or none; may be repeated")
        ->type_name("LIMIT");
    app.add_option("--setting", fields.settings,
                   "Instead of the domain's or the server's: deleted.keep=30d, pop3.order=newest, "
                   "pop3.mark_seen, pop3.delete_retrieved, pop3.keep_retrieved, quota.warn=80,95, "
                   "queue.delay=10m (before its mail leaves), user.auth=both, user.save_sent=true, "
                   "user.delete=trash, user.activity_log=true, user.old_password=empty, "
                   "user.end_sessions=false, user.delegation=send-as; "
                   "NAME=none, or none for all; may be repeated")
        ->type_name("NAME=VALUE");
    app.add_option("--expires", fields.expires, "No mail and no login from then on, or never")
        ->type_name("DATE");
    app.add_option("--forward", fields.forward,
                   "Forward mail there, or none; may be repeated")
        ->type_name("ADDRESS");
    app.add_option("--keep-copy", fields.keep_copy,
                   "Whether forwarded mail stays in the mailbox too (default true)")
        ->type_name("BOOL");
    app.add_option("--send-as", fields.send_as,
                   "May also send from this address, *@DOMAIN or * (any address), or none; may be "
                   "repeated")
        ->type_name("ADDRESS");
    app.add_option("--bulk", fields.bulk,
                   "Whether what it sends is marked as sent to many: Precedence: bulk (default "
                   "false)")
        ->type_name("BOOL");
}

Result<std::string> parse_sender(const std::string& text)
{
    if (text == "*")
        return text;
    TRY(const auto parsed, parse_address_argument(text));
    return address::to_string(parsed);
}

Result<> apply(const UserFields& fields, User& user)
{
    if (fields.full_name)
        user.full_name = *fields.full_name;
    if (fields.department)
        user.department = *fields.department;
    if (fields.comment)
        user.comment = *fields.comment;
    if (fields.role)
        user.role = *fields.role == "admin" ? store::Role::Admin : store::Role::User;
    if (fields.keep_copy)
        user.keep_copy = *fields.keep_copy;
    if (fields.bulk)
        user.bulk = *fields.bulk;
    TRY_VOID(set_state(fields, user));
    TRY_VOID(set_access(fields.access, user));
    TRY_VOID(set_limits(fields, user));
    TRY_VOID(delivery::change_sending(fields.sending, user.sending,
                                      delivery::SendingOf::User));
    TRY_VOID(settings::change_settings(fields.settings, user.settings, settings::Whose::User));
    TRY_VOID(set_list(fields.forward, false, user.forward_to));
    TRY_VOID(set_list(fields.send_as, true, user.send_as));
    return set_contact(fields.contact, user);
}

const Properties<UserView>& user_properties()
{
    using View = const UserView&;
    const auto size = [](std::uint64_t value) {
        return value == 0 ? Cell() : Cell(Octets{value});
    };
    static const Properties<UserView> all{
        {"address", true, [](View v) { return Cell(to_string(v.user.address)); }},
        {"name", true, [](View v) { return Cell(v.user.full_name); }},
        {"state", true, [](View v) { return Cell(name_of(v.user.state)); }},
        {"reason", false, [](View v) { return Cell(v.user.reason); }},
        {"role", true,
         [](View v) { return Cell(v.user.role == store::Role::Admin ? "admin" : "user"); }},
        {"department", true, [](View v) { return Cell(v.user.department); }},
        {"quota", true, [=](View v) { return size(v.user.quota_octets); }},
        {"quota_messages", false,
         [](View v) {
             return v.user.quota_messages == 0 ? Cell() : Cell(v.user.quota_messages);
         }},
        {"max_message", false, [=](View v) { return size(v.user.message_octets); }},
        {"recipients", false,
         [](View v) { return v.user.recipients == 0 ? Cell() : Cell(v.user.recipients); }},
        {"sending", false, [](View v) { return Cell(v.user.sending); }},
        {"settings", false, [](View v) { return Cell(v.user.settings); }},
        {"contained", false,
         [](View v) {
             return v.user.contained ? Cell(v.user.contained->since) : Cell();
         }},
        {"used", false, [](View v) { return v.usage ? Cell(Octets{v.usage->octets}) : Cell(); }},
        {"messages", false, [](View v) { return v.usage ? Cell(v.usage->messages) : Cell(); }},
        {"rights", false, [](View v) { return rights_cell(v.user); }},
        {"access", false, [](View v) { return Cell(v.user.access); }},
        {"expires", true, [](View v) { return Cell(v.user.expires); }},
        {"forward", false, [](View v) { return Cell(v.user.forward_to); }},
        {"keep_copy", false, [](View v) { return Cell(v.user.keep_copy); }},
        {"send_as", false, [](View v) { return Cell(v.user.send_as); }},
        {"bulk", false, [](View v) { return Cell(v.user.bulk); }},
        {"contact", false, [](View v) { return contact_cell(v.user); }},
        {"comment", false, [](View v) { return Cell(v.user.comment); }},
        {"password", false,
         [](View v) {
             return v.user.credentials.hash.empty()
                        ? Cell("none")
                        : Cell(ascii::lower(crypto::scheme_of(v.user.credentials.hash)));
         }},
        {"password_changed", false,
         [](View v) {
             return v.user.credentials.changed == Time{} ? Cell()
                                                         : Cell(v.user.credentials.changed);
         }},
        {"account", false, [](View v) { return Cell(to_string(v.user.account)); }},
        {"domain", false, [](View v) { return Cell(v.user.address.domain); }},
        {"managed_by", false,
         [](View v) {
             return Cell(v.user.managed_by == store::ManagedBy::File ? "file" : "command");
         }},
        {"created", false, [](View v) { return Cell(v.user.created); }},
        {"removed", false, [](View v) { return Cell(v.user.removed); }},
        {"locked_until", true, [](View v) { return Cell(v.locked_until); }},
    };
    return all;
}

} // namespace mailctl::cmd
