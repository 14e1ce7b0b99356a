// Encodes and decodes the directory's records.
#include "store/directory/directory_records.h"

#include <utility>

#include "store/record.h"

namespace mailctl::store {
namespace {

// DO NOT CHANGE: on disk since 0.1
enum DomainTag : unsigned {
    kDomainName = 1,
    kDomainDisabled,
    kDomainMaxUsers,
    kDomainMaxAliases,
    kDomainMaxOctets,
    kDomainMaxMessageOctets,
    kDomainCatchAll,
    kDomainSeparators,
    kDomainPostmaster,
    kDomainQuotaOctets,
    kDomainQuotaMessages,
    kDomainAlias,
    kDomainComment,
    kDomainManagedBy,
    kDomainCreated,
    kDomainUsers,
    kDomainAliasCount,
    kDomainMaxRecipients,
    kDomainAbuse,
    kDomainRequiresAuth,
    kDomainSending,
    kDomainSetting,
};

// DO NOT CHANGE: on disk since 0.1
enum EntryTag : unsigned {
    kEntryKind = 1, ///< EntryKind
    kEntryLocalPart,
    kEntryDomain,
    kEntryComment,
    kEntryManagedBy,
    kEntryCreated,
    kEntryTarget,   ///< of an alias; of a user: where mail is forwarded
    kEntryDisabled, ///< of an alias
    kUserAccount,
    kUserState,
    kUserRole,
    kUserHash,
    kUserScram,
    kUserPasswordChanged,
    kUserRights,
    kUserQuotaOctets,
    kUserQuotaMessages,
    kUserExpires,
    kUserNoCopy,
    kUserSendAs,
    kUserFullName,
    kUserDepartment,
    kUserContactName, ///< followed by its kUserContactValue
    kUserContactValue,
    kUserRemoved,
    kUserMessageOctets,
    kUserRecipients,
    kUserReason,
    kUserAccess,
    kUserSending,
    kUserContainedSince,
    kUserContainedState,
    kUserContainedReason,
    kAliasSendAs,
    kUserBulk,
    kUserSetting,
    kUserAppPassword,
    kUserCertificate,
    kUserDelegate,
};

// DO NOT CHANGE: on disk since 0.1
enum class EntryKind : std::uint8_t { User = 1, Alias = 2 };

// DO NOT CHANGE: on disk since 0.1
enum BanTag : unsigned {
    kBanNetwork = 1,
    kBanReason,
    kBanUser,
    kBanStart,
    kBanEnd,
    kBanHits,
};

// DO NOT CHANGE: on disk since 0.1
constexpr unsigned kPattern = 1;
constexpr unsigned kClaimDomain = 1;
constexpr unsigned kIndexLocalPart = 1; ///< followed by its kIndexDomain
constexpr unsigned kIndexDomain = 2;
constexpr unsigned kErasureSince = 1;

std::string encode_user(const User& user)
{
    RecordWriter out;
    out.id(kEntryKind, EntryKind::User)
        .text(kEntryLocalPart, user.address.local_part)
        .text(kEntryDomain, user.address.domain)
        .text(kEntryComment, user.comment)
        .id(kEntryManagedBy, user.managed_by)
        .time(kEntryCreated, user.created)
        .id(kUserAccount, user.account)
        .id(kUserState, user.state)
        .text(kUserReason, user.reason)
        .id(kUserRole, user.role)
        .text(kUserHash, user.credentials.hash)
        .text(kUserScram, user.credentials.scram_sha_256)
        .time(kUserPasswordChanged, user.credentials.changed)
        .number(kUserRights, user.rights)
        .number(kUserQuotaOctets, user.quota_octets)
        .number(kUserQuotaMessages, user.quota_messages)
        .number(kUserMessageOctets, user.message_octets)
        .number(kUserRecipients, user.recipients)
        .flag(kUserNoCopy, !user.keep_copy)
        .flag(kUserBulk, user.bulk)
        .text(kUserFullName, user.full_name)
        .text(kUserDepartment, user.department);
    if (user.expires)
        out.time(kUserExpires, *user.expires);
    if (user.removed)
        out.time(kUserRemoved, *user.removed);
    for (const auto& access : user.access)
        out.element(kUserAccess, access);
    for (const auto& limit : user.sending)
        out.element(kUserSending, limit);
    for (const auto& secret : user.app_passwords)
        out.element(kUserAppPassword, secret);
    for (const auto& certificate : user.certificates)
        out.element(kUserCertificate, certificate);
    for (const auto& line : user.settings)
        out.element(kUserSetting, line);
    if (user.contained)
        out.time(kUserContainedSince, user.contained->since)
            .id(kUserContainedState, user.contained->state)
            .text(kUserContainedReason, user.contained->reason);
    for (const auto& target : user.forward_to)
        out.element(kEntryTarget, target);
    for (const auto& address : user.send_as)
        out.element(kUserSendAs, address);
    for (const auto& delegate : user.delegates)
        out.element(kUserDelegate, delegate);
    for (const auto& [name, value] : user.contact)
        out.element(kUserContactName, name).element(kUserContactValue, value);
    return out.take();
}

std::string encode_alias(const Alias& alias)
{
    RecordWriter out;
    out.id(kEntryKind, EntryKind::Alias)
        .text(kEntryLocalPart, alias.address.local_part)
        .text(kEntryDomain, alias.address.domain)
        .text(kEntryComment, alias.comment)
        .id(kEntryManagedBy, alias.managed_by)
        .time(kEntryCreated, alias.created)
        .flag(kEntryDisabled, !alias.enabled);
    for (const auto& target : alias.targets)
        out.element(kEntryTarget, target);
    for (const auto& user : alias.send_as)
        out.element(kAliasSendAs, user);
    return out.take();
}

void read_alias_field(const RecordReader& in, Alias& alias)
{
    switch (in.tag()) {
    case kEntryLocalPart: alias.address.local_part = in.text(); break;
    case kEntryDomain: alias.address.domain = in.text(); break;
    case kEntryComment: alias.comment = in.text(); break;
    case kEntryManagedBy: alias.managed_by = in.id<ManagedBy>(); break;
    case kEntryCreated: alias.created = in.time(); break;
    case kAliasSendAs: alias.send_as.emplace_back(in.text()); break;
    case kEntryTarget: alias.targets.emplace_back(in.text()); break;
    case kEntryDisabled: alias.enabled = !in.flag(); break;
    default: break;
    }
}

void read_login_field(const RecordReader& in, User& user)
{
    switch (in.tag()) {
    case kUserAccount: user.account = in.id<AccountId>(); break;
    case kUserState: user.state = in.id<UserState>(); break;
    case kUserReason: user.reason = in.text(); break;
    case kUserAccess: user.access.emplace_back(in.text()); break;
    case kUserSending: user.sending.emplace_back(in.text()); break;
    case kUserAppPassword: user.app_passwords.emplace_back(in.text()); break;
    case kUserCertificate: user.certificates.emplace_back(in.text()); break;
    case kUserSetting: user.settings.emplace_back(in.text()); break;
    case kUserContainedSince:
        user.contained.emplace();
        user.contained->since = in.time();
        break;
    case kUserContainedState:
        if (user.contained)
            user.contained->state = in.id<UserState>();
        break;
    case kUserContainedReason:
        if (user.contained)
            user.contained->reason = in.text();
        break;
    case kUserRole: user.role = in.id<Role>(); break;
    case kUserHash: user.credentials.hash = in.text(); break;
    case kUserScram: user.credentials.scram_sha_256 = in.text(); break;
    case kUserPasswordChanged: user.credentials.changed = in.time(); break;
    case kUserRights: user.rights = static_cast<std::uint32_t>(in.number()); break;
    case kUserQuotaOctets: user.quota_octets = in.number(); break;
    case kUserQuotaMessages: user.quota_messages = in.number(); break;
    case kUserMessageOctets: user.message_octets = in.number(); break;
    case kUserRecipients: user.recipients = in.number(); break;
    case kUserExpires: user.expires = in.time(); break;
    case kUserRemoved: user.removed = in.time(); break;
    default: break;
    }
}

void read_profile_field(const RecordReader& in, User& user, std::string& contact_name)
{
    switch (in.tag()) {
    case kEntryLocalPart: user.address.local_part = in.text(); break;
    case kEntryDomain: user.address.domain = in.text(); break;
    case kEntryComment: user.comment = in.text(); break;
    case kEntryManagedBy: user.managed_by = in.id<ManagedBy>(); break;
    case kEntryCreated: user.created = in.time(); break;
    case kEntryTarget: user.forward_to.emplace_back(in.text()); break;
    case kUserNoCopy: user.keep_copy = !in.flag(); break;
    case kUserBulk: user.bulk = in.flag(); break;
    case kUserSendAs: user.send_as.emplace_back(in.text()); break;
    case kUserDelegate: user.delegates.emplace_back(in.text()); break;
    case kUserFullName: user.full_name = in.text(); break;
    case kUserDepartment: user.department = in.text(); break;
    case kUserContactName: contact_name = in.text(); break;
    case kUserContactValue: user.contact[contact_name] = in.text(); break;
    default: break;
    }
}

} // namespace

std::string encode(const Domain& domain)
{
    RecordWriter out;
    out.text(kDomainName, domain.name)
        .flag(kDomainDisabled, !domain.enabled)
        .number(kDomainMaxUsers, domain.limits.users)
        .number(kDomainMaxAliases, domain.limits.aliases)
        .number(kDomainMaxOctets, domain.limits.octets)
        .number(kDomainMaxMessageOctets, domain.limits.message_octets)
        .number(kDomainMaxRecipients, domain.limits.recipients)
        .text(kDomainCatchAll, domain.catch_all)
        .text(kDomainSeparators, domain.subaddress_separators)
        .text(kDomainPostmaster, domain.postmaster)
        .text(kDomainAbuse, domain.abuse)
        .flag(kDomainRequiresAuth, domain.requires_auth)
        .number(kDomainQuotaOctets, domain.default_quota_octets)
        .number(kDomainQuotaMessages, domain.default_quota_messages)
        .text(kDomainComment, domain.comment)
        .id(kDomainManagedBy, domain.managed_by)
        .time(kDomainCreated, domain.created)
        .number(kDomainUsers, domain.users)
        .number(kDomainAliasCount, domain.alias_count);
    for (const auto& alias : domain.aliases)
        out.element(kDomainAlias, alias);
    for (const auto& limit : domain.sending)
        out.element(kDomainSending, limit);
    for (const auto& line : domain.settings)
        out.element(kDomainSetting, line);
    return out.take();
}

Result<Domain> decode_domain(std::string_view record)
{
    Domain domain;
    domain.subaddress_separators.clear(); // absent means empty
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kDomainName: domain.name = in.text(); break;
        case kDomainDisabled: domain.enabled = !in.flag(); break;
        case kDomainMaxUsers: domain.limits.users = in.number(); break;
        case kDomainMaxAliases: domain.limits.aliases = in.number(); break;
        case kDomainMaxOctets: domain.limits.octets = in.number(); break;
        case kDomainMaxMessageOctets: domain.limits.message_octets = in.number(); break;
        case kDomainMaxRecipients: domain.limits.recipients = in.number(); break;
        case kDomainCatchAll: domain.catch_all = in.text(); break;
        case kDomainSeparators: domain.subaddress_separators = in.text(); break;
        case kDomainPostmaster: domain.postmaster = in.text(); break;
        case kDomainAbuse: domain.abuse = in.text(); break;
        case kDomainRequiresAuth: domain.requires_auth = in.flag(); break;
        case kDomainQuotaOctets: domain.default_quota_octets = in.number(); break;
        case kDomainQuotaMessages: domain.default_quota_messages = in.number(); break;
        case kDomainAlias: domain.aliases.emplace_back(in.text()); break;
        case kDomainSending: domain.sending.emplace_back(in.text()); break;
        case kDomainSetting: domain.settings.emplace_back(in.text()); break;
        case kDomainComment: domain.comment = in.text(); break;
        case kDomainManagedBy: domain.managed_by = in.id<ManagedBy>(); break;
        case kDomainCreated: domain.created = in.time(); break;
        case kDomainUsers: domain.users = in.number(); break;
        case kDomainAliasCount: domain.alias_count = in.number(); break;
        default: break;
        }
    }
    if (in.is_corrupt() || domain.name.empty())
        return RecordReader::error("domain");
    return domain;
}

std::string encode(const Entry& entry)
{
    if (const auto* user = std::get_if<User>(&entry))
        return encode_user(*user);
    return encode_alias(std::get<Alias>(entry));
}

Result<Entry> decode_entry(std::string_view record)
{
    RecordReader in(record);
    if (!in.next() || in.tag() != kEntryKind) // always the first field
        return RecordReader::error("directory entry");
    if (in.id<EntryKind>() == EntryKind::Alias) {
        Alias alias;
        while (in.next())
            read_alias_field(in, alias);
        if (in.is_corrupt())
            return RecordReader::error("alias");
        return Entry(std::move(alias));
    }
    User user;
    user.rights = 0; // absent means none
    std::string contact_name;
    while (in.next()) {
        read_login_field(in, user);
        read_profile_field(in, user, contact_name);
    }
    if (in.is_corrupt() || user.account == AccountId{})
        return RecordReader::error("user");
    return Entry(std::move(user));
}

std::string encode_patterns(const std::vector<std::string>& patterns)
{
    RecordWriter out;
    for (const auto& pattern : patterns)
        out.element(kPattern, pattern);
    return out.take();
}

Result<std::vector<std::string>> decode_patterns(std::string_view record)
{
    std::vector<std::string> patterns;
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() == kPattern)
            patterns.emplace_back(in.text());
    }
    if (in.is_corrupt())
        return RecordReader::error("wildcard aliases");
    return patterns;
}

std::string encode_claim(std::string_view domain)
{
    return RecordWriter().text(kClaimDomain, domain).take();
}

Result<std::string> decode_claim(std::string_view record)
{
    std::string domain;
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() == kClaimDomain)
            domain = in.text();
    }
    if (in.is_corrupt() || domain.empty())
        return RecordReader::error("domain alias");
    return domain;
}

std::string encode_index(const std::vector<address::Address>& addresses)
{
    RecordWriter out;
    for (const auto& address : addresses)
        out.element(kIndexLocalPart, address.local_part).element(kIndexDomain, address.domain);
    return out.take();
}

Result<std::vector<address::Address>> decode_index(std::string_view record)
{
    std::vector<address::Address> addresses;
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() == kIndexLocalPart)
            addresses.push_back({std::string(in.text()), {}});
        else if (in.tag() == kIndexDomain && !addresses.empty())
            addresses.back().domain = in.text();
    }
    if (in.is_corrupt() || addresses.empty())
        return RecordReader::error("account index");
    return addresses;
}

std::string encode_erasure(Time since)
{
    return RecordWriter().time(kErasureSince, since).take();
}

std::string encode(const Ban& ban)
{
    RecordWriter out;
    out.text(kBanNetwork, ban.network)
        .text(kBanReason, ban.reason)
        .text(kBanUser, ban.user)
        .time(kBanStart, ban.start)
        .number(kBanHits, ban.hits);
    if (ban.end)
        out.time(kBanEnd, *ban.end);
    return out.take();
}

Result<Ban> decode_ban(std::string_view record)
{
    Ban ban;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kBanNetwork: ban.network = in.text(); break;
        case kBanReason: ban.reason = in.text(); break;
        case kBanUser: ban.user = in.text(); break;
        case kBanStart: ban.start = in.time(); break;
        case kBanEnd: ban.end = in.time(); break;
        case kBanHits: ban.hits = in.number(); break;
        default: break;
        }
    }
    if (in.is_corrupt() || ban.network.empty())
        return RecordReader::error("ban");
    return ban;
}

} // namespace mailctl::store
