// Reads and writes the fields of users.
#include "cmd/import/user_columns.h"

#include <algorithm>
#include <array>

#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/auth/service_access.h"
#include "core/base/ascii.h"
#include "core/base/octets.h"
#include "core/crypto/password.h"
#include "core/crypto/scram.h"
#include "core/delivery/sending_limits.h"
#include "core/settings/own_settings.h"

namespace mailctl::cmd {
namespace {

using store::User;

Error bad(std::string_view column, std::string_view what)
{
    return Error(Errc::Invalid, std::string(column) + ": " + std::string(what));
}

std::vector<std::string> read_list(std::string_view value)
{
    std::vector<std::string> list;
    std::string text(value);
    std::replace(text.begin(), text.end(), ';', ',');
    for (const auto item : ascii::split(text, ',')) {
        const auto trimmed = ascii::trim(item);
        if (!trimmed.empty())
            list.emplace_back(trimmed);
    }
    return list;
}

std::string write_list(const std::vector<std::string>& list, std::string_view separator = ",")
{
    std::string out;
    for (const auto& item : list)
        out += std::string(out.empty() ? "" : separator) + item;
    return out;
}

Result<bool> read_yes(std::string_view column, std::string_view value)
{
    for (const std::string_view word : {"yes", "true", "1", "on"}) {
        if (ascii::equals_ignoring_case(value, word))
            return true;
    }
    for (const std::string_view word : {"no", "false", "0", "off"}) {
        if (ascii::equals_ignoring_case(value, word))
            return false;
    }
    return bad(column, "must be yes or no");
}

Result<> read_quota(UserDraft& draft, std::string_view value)
{
    auto octets = parse_octets(value);
    if (!octets)
        return octets.error().within("quota");
    draft.user.quota_octets = *octets;
    return ok();
}

Result<> read_quota_mib(UserDraft& draft, std::string_view value)
{
    const auto amount = ascii::parse_number<std::uint32_t>(ascii::trim(value));
    if (!amount)
        return bad("quota_mib", "must be a number of mebibytes");
    draft.user.quota_octets = std::uint64_t{*amount} << 20;
    return ok();
}

Result<> read_quota_kib(UserDraft& draft, std::string_view value)
{
    const auto amount = ascii::parse_number<std::int64_t>(ascii::trim(value));
    if (!amount || *amount > (std::int64_t{1} << 40))
        return bad("quota_kib", "must be a number of kibibytes");
    draft.user.quota_octets = *amount > 0 ? static_cast<std::uint64_t>(*amount) << 10 : 0;
    return ok();
}

Result<> read_quota_messages(UserDraft& draft, std::string_view value)
{
    const auto amount = ascii::parse_number<std::uint64_t>(ascii::trim(value));
    if (!amount)
        return bad("quota_messages", "must be a number");
    draft.user.quota_messages = *amount;
    return ok();
}

Result<> read_message_size(UserDraft& draft, std::string_view value)
{
    auto octets = parse_octets(value);
    if (!octets)
        return octets.error().within("message_size");
    draft.user.message_octets = *octets;
    return ok();
}

Result<> read_recipients(UserDraft& draft, std::string_view value)
{
    const auto amount = ascii::parse_number<std::uint32_t>(ascii::trim(value));
    if (!amount)
        return bad("recipients", "must be a number");
    draft.user.recipients = *amount;
    return ok();
}

/// A word and what it stands for.
template <class T>
struct Word {
    std::string_view word;
    T value;
};

constexpr Word<store::UserState> kStates[] = {{"active", store::UserState::Active},
                                              {"disabled", store::UserState::Disabled},
                                              {"no-login", store::UserState::NoLogin},
                                              {"read-only", store::UserState::ReadOnly},
                                              {"suspended", store::UserState::Suspended},
                                              {"pending", store::UserState::Pending}};
constexpr Word<store::Role> kRoles[] = {{"user", store::Role::User}, {"admin", store::Role::Admin}};

template <class T, std::size_t N>
std::string_view word_of(const Word<T> (&words)[N], T value)
{
    const auto found = std::find_if(std::begin(words), std::end(words),
                                    [value](const Word<T>& row) { return row.value == value; });
    return found == std::end(words) ? std::string_view() : found->word;
}

template <class T, std::size_t N>
Result<T> parse_word(const Word<T> (&words)[N], std::string_view column, std::string_view value)
{
    std::string known;
    for (const auto& row : words) {
        if (ascii::equals_ignoring_case(row.word, value))
            return row.value;
        known += (known.empty() ? "" : ", ") + std::string(row.word);
    }
    return bad(column, "must be one of " + known);
}

Result<> read_state(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.state, parse_word(kStates, "state", value));
    return ok();
}

Result<> read_reason(UserDraft& draft, std::string_view value)
{
    if (value.size() > store::kMaxReasonOctets)
        return bad("reason", "is over " + std::to_string(store::kMaxReasonOctets) + " octets long");
    draft.user.reason = std::string(value);
    return ok();
}

Result<> read_access(UserDraft& draft, std::string_view value)
{
    draft.user.access.clear();
    for (const auto line : ascii::split(value, ';')) {
        const auto access = auth::parse_service_access(ascii::trim(line));
        if (!access)
            return bad("access", access.error().detail());
        draft.user.access.push_back(auth::to_string(*access));
    }
    return ok();
}

/// Lines of secrets, separated by ";": what does not read back would let nobody in, silently.
template <class Parse>
Result<std::vector<std::string>> read_secrets(std::string_view column, std::string_view value,
                                              Parse parse)
{
    std::vector<std::string> lines;
    for (const auto line : ascii::split(value, ';')) {
        const auto one = parse(ascii::trim(line));
        if (!one)
            return bad(column, one.error().detail());
        lines.push_back(to_string(*one));
    }
    return lines;
}

Result<> read_app_passwords(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.app_passwords,
        read_secrets("app_passwords", value, auth::parse_app_password));
    if (draft.user.app_passwords.size() > auth::kMaxAppPasswords)
        return bad("app_passwords", "over " + std::to_string(auth::kMaxAppPasswords));
    return ok();
}

Result<> read_certificates(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.certificates,
        read_secrets("certificates", value, auth::parse_client_certificate));
    if (draft.user.certificates.size() > auth::kMaxClientCertificates)
        return bad("certificates", "over " + std::to_string(auth::kMaxClientCertificates));
    return ok();
}

Result<> read_role(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.role, parse_word(kRoles, "role", value));
    return ok();
}

constexpr std::array kRights = {store::Right::Smtp,  store::Right::Imap,  store::Right::Pop3,
                                store::Right::Lmtp,  store::Right::Sieve, store::Right::Http,
                                store::Right::Dav};

Result<> read_rights(UserDraft& draft, std::string_view value)
{
    std::uint32_t rights = 0;
    for (const auto& word : read_list(value)) {
        const auto right = store::parse_right(ascii::lower(word));
        if (word == "all")
            rights = store::kAllRights;
        else if (right)
            rights |= static_cast<std::uint32_t>(*right);
        else if (word != "none")
            return bad("rights", "\"" + ascii::printable(word) + "\" is unknown");
    }
    draft.user.rights = rights;
    return ok();
}

std::string write_rights(const User& user)
{
    if (user.rights == store::kAllRights)
        return "all";
    std::vector<std::string> words;
    for (const auto right : kRights) {
        if (user.has(right))
            words.emplace_back(store::name_of(right));
    }
    return words.empty() ? "none" : write_list(words);
}

Result<> read_expires(UserDraft& draft, std::string_view value)
{
    auto time = parse_rfc3339(value);
    if (!time)
        return time.error().within("expires");
    draft.user.expires = *time;
    return ok();
}

Result<> read_forward_to(UserDraft& draft, std::string_view value)
{
    draft.user.forward_to.clear();
    for (const auto& target : read_list(value)) {
        auto parsed = address::parse(target);
        if (!parsed)
            return parsed.error().within("forward_to: " + ascii::printable(target));
        draft.user.forward_to.push_back(to_string(*parsed));
    }
    return ok();
}

Result<> read_send_as(UserDraft& draft, std::string_view value)
{
    draft.user.send_as.clear();
    for (const auto& allowed : read_list(value)) {
        if (allowed == "*") {
            draft.user.send_as.push_back(allowed);
            continue;
        }
        const bool is_domain = allowed.starts_with("*@");
        const auto parsed = address::parse(is_domain ? "x" + allowed.substr(1) : allowed);
        if (!parsed)
            return parsed.error().within("send_as: " + ascii::printable(allowed));
        draft.user.send_as.push_back(is_domain ? "*@" + parsed->domain : to_string(*parsed));
    }
    return ok();
}

Result<> read_settings(UserDraft& draft, std::string_view value)
{
    std::vector<std::string> lines; // a comma belongs to the value: quota.warn=80,95
    for (const auto line : ascii::split(value, ';'))
        if (!ascii::trim(line).empty())
            lines.emplace_back(ascii::trim(line));
    draft.user.settings.clear();
    return settings::change_settings(lines, draft.user.settings, settings::Whose::User);
}

Result<> read_sending(UserDraft& draft, std::string_view value)
{
    draft.user.sending.clear();
    return delivery::change_sending(read_list(value), draft.user.sending,
                                    delivery::SendingOf::User);
}

Result<> read_keep_copy(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.keep_copy, read_yes("keep_copy", value));
    return ok();
}

Result<> read_bulk(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.bulk, read_yes("bulk", value));
    return ok();
}

Result<> read_hash(UserDraft& draft, std::string_view value)
{
    if (auto fine = crypto::is_wellformed_hash(value); !fine)
        return fine.error().within("password_hash");
    draft.user.credentials = {std::string(value), {}, {}};
    return ok();
}

Result<> read_password(UserDraft& draft, std::string_view value)
{
    for (const std::string_view plain : {"{PLAIN}", "{CLEARTEXT}", "{CLEAR}"}) {
        if (ascii::starts_with_ignoring_case(value, plain)) {
            draft.password = value.substr(plain.size());
            return ok();
        }
    }
    if (looks_hashed(value))
        return read_hash(draft, value);
    draft.password = value;
    return ok();
}

Result<> read_scram(UserDraft& draft, std::string_view value)
{
    if (auto keys = crypto::decode_scram(value); !keys)
        return keys.error().within("scram_sha_256");
    draft.user.credentials.scram_sha_256 = value;
    return ok();
}

/// A line of text of the profile.
constexpr std::size_t kMaxTextOctets = 1000;

Result<std::string> read_text(std::string_view value)
{
    if (value.size() > kMaxTextOctets)
        return Error(Errc::Invalid, "a text is over 1000 octets");
    if (std::any_of(value.begin(), value.end(), [](char c) { return c == '\0'; }))
        return Error(Errc::Invalid, "a text holds a NUL");
    return std::string(value);
}

template <std::string User::*member>
Result<> read_member(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.*member, read_text(value));
    return ok();
}

template <std::string User::*member>
std::string write_member(const User& user)
{
    return user.*member;
}

template <std::string UserDraft::*member>
Result<> read_name(UserDraft& draft, std::string_view value)
{
    draft.*member = ascii::trim(value);
    return ok();
}

/// Contact fields with columns of their own.
constexpr std::string_view kPhone = "phone", kMobile = "mobile", kCompany = "company",
                           kTitle = "title", kStreet = "street", kCity = "city",
                           kPostcode = "postcode", kCountry = "country";

template <const std::string_view& key>
Result<> read_contact(UserDraft& draft, std::string_view value)
{
    TRY(draft.user.contact[std::string(key)], read_text(value));
    return ok();
}

template <const std::string_view& key>
std::string write_contact(const User& user)
{
    const auto found = user.contact.find(std::string(key));
    return found == user.contact.end() ? std::string() : found->second;
}

template <const std::string_view& key>
UserColumn contact_column(std::vector<std::string_view> aliases, std::string_view help)
{
    return {key, std::move(aliases), help, read_contact<key>, write_contact<key>, false};
}

std::string number_or_nothing(std::uint64_t number)
{
    return number == 0 ? std::string() : std::to_string(number);
}

std::vector<UserColumn> make_columns()
{
    return {
        {"address", {"email", "emailaddress", "mail", "mailbox", "accountaddress"},
         "the whole address", read_name<&UserDraft::address>,
         [](const User& u) { return to_string(u.address); }},
        {"local_part", {"accountname", "account", "login", "localpart"},
         "what stands before the \"@\", with the column domain or --domain",
         read_name<&UserDraft::local_part>},
        {"domain", {"domainname"}, "what stands after the \"@\"", read_name<&UserDraft::domain>},
        {"password", {"pass", "plainpassword"},
         "plain, or a hash as in password_hash; {PLAIN} before a plain one that begins with \"{\"",
         read_password},
        {"password_hash", {"hash"},
         "\"{SCHEME}...\" or \"$id$...\", verified as it is and made anew at the next login",
         read_hash, [](const User& u) { return u.credentials.hash; }, true},
        {"scram_sha_256", {}, "the SCRAM keys that export wrote", read_scram,
         [](const User& u) { return u.credentials.scram_sha_256; }, true},
        {"app_passwords", {}, "the app passwords that export wrote, as hashes", read_app_passwords,
         [](const User& u) { return write_list(u.app_passwords, ";"); }, true},
        {"certificates", {}, "the client certificates that export wrote", read_certificates,
         [](const User& u) { return write_list(u.certificates, ";"); }},
        {"full_name", {"name", "displayname", "friendlyname", "realname"}, "the person's name",
         read_member<&User::full_name>, write_member<&User::full_name>},
        {"department", {"dept"}, "", read_member<&User::department>,
         write_member<&User::department>},
        {"state", {"status"}, "active, disabled, no-login, read-only, suspended or pending",
         read_state, [](const User& u) { return std::string(word_of(kStates, u.state)); }},
        {"reason", {"statereason"}, "why the state is so", read_reason, write_member<&User::reason>},
        {"role", {}, "user or admin", read_role,
         [](const User& u) { return std::string(word_of(kRoles, u.role)); }},
        {"rights", {"services"}, "all, none or a list of smtp, imap, pop3, lmtp, sieve, http, dav",
         read_rights, write_rights},
        {"access", {}, "imap=allow:NETWORKS;pop3=deny:NETWORKS, networks separated by commas",
         read_access, [](const User& u) { return write_list(u.access, ";"); }},
        {"quota", {"quotaoctets", "quotabytes", "mailboxsize"},
         "octets, or with a unit as 2GiB; nothing or 0: the domain's default", read_quota,
         [](const User& u) { return number_or_nothing(u.quota_octets); }},
        {"quota_mib", {"quotamb", "size", "maxsize"}, "the same in mebibytes", read_quota_mib},
        {"quota_kib", {"quotakb"}, "the same in kibibytes; below 0: none", read_quota_kib},
        {"quota_messages", {"maxmessages"}, "a number of messages", read_quota_messages,
         [](const User& u) { return number_or_nothing(u.quota_messages); }},
        {"message_size", {"maxmessage", "maxmessagesize", "messageoctets"},
         "largest message, in and out, as quota; nothing or 0: the domain's limit",
         read_message_size, [](const User& u) { return number_or_nothing(u.message_octets); }},
        {"recipients", {"maxrecipients"},
         "recipients of one message it sends; nothing or 0: the domain's limit", read_recipients,
         [](const User& u) { return number_or_nothing(u.recipients); }},
        {"sending", {"sendinglimits"}, "sending limits: recipients_per_day=500;messages_per_hour=20",
         read_sending, [](const User& u) { return write_list(u.sending, ";"); }},
        {"settings", {}, "settings of its own: deleted.keep=30d;pop3.order=newest", read_settings,
         [](const User& u) { return write_list(u.settings, ";"); }},
        {"expires", {"expiry", "expirydate"}, "a day or time, RFC 3339", read_expires,
         [](const User& u) { return u.expires ? to_rfc3339(*u.expires) : std::string(); }},
        {"forward_to", {"forward", "forwarding"}, "addresses", read_forward_to,
         [](const User& u) { return write_list(u.forward_to); }},
        {"keep_copy", {"keeporiginal"}, "yes or no: keep a copy of what is forwarded",
         read_keep_copy, [](const User& u) { return std::string(u.keep_copy ? "yes" : "no"); }},
        {"send_as", {}, "addresses, *@domain or * (any) that the user may send from", read_send_as,
         [](const User& u) { return write_list(u.send_as); }},
        {"bulk", {"bulksender"}, "yes or no: what it sends gets \"Precedence: bulk\"", read_bulk,
         [](const User& u) { return std::string(u.bulk ? "yes" : "no"); }},
        {"comment", {"remark", "note", "notes", "description"}, "", read_member<&User::comment>,
         write_member<&User::comment>},
        contact_column<kPhone>({"telephone", "officephone", "officephonenumber"}, ""),
        contact_column<kMobile>({"cellphone", "mobilephone", "mobilephonenumber"}, ""),
        contact_column<kCompany>({"organization", "organisation"}, ""),
        contact_column<kTitle>({"jobtitle"}, ""),
        contact_column<kStreet>({"streetaddress"}, ""),
        contact_column<kCity>({"town"}, ""),
        contact_column<kPostcode>({"zip", "zipcode", "postalcode"}, ""),
        contact_column<kCountry>({}, ""),
    };
}

std::string only_letters(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != ' ')
            out += ascii::to_lower(c);
    }
    return out;
}

} // namespace

const std::vector<UserColumn>& user_columns()
{
    static const std::vector<UserColumn> columns = make_columns();
    return columns;
}

const UserColumn* find_user_column(std::string_view name)
{
    const std::string letters = only_letters(name);
    for (const auto& column : user_columns()) {
        const auto& aliases = column.aliases;
        if (letters == only_letters(column.name) ||
            std::find(aliases.begin(), aliases.end(), letters) != aliases.end())
            return &column;
    }
    return nullptr;
}

bool looks_hashed(std::string_view password)
{
    if (password.starts_with('{')) {
        const auto end = password.find('}');
        return end != std::string_view::npos && end > 1 &&
               std::all_of(password.begin() + 1, password.begin() + static_cast<long>(end),
                           [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.'; });
    }
    return password.starts_with('$') && crypto::is_wellformed_hash(password).has_value();
}

const std::vector<UserPreset>& user_presets()
{
    static const std::vector<UserPreset> presets = {
        {"evo",
         {"local_part", "password", "domain", "full_name", "department", "phone", "mobile"}},
        {"mailenable", {"address", "password", "quota_kib", "full_name"}},
        {"hmailserver", {"address", "password", "quota_mib"}, '#'},
    };
    return presets;
}

} // namespace mailctl::cmd
