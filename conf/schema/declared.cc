// THE table of keys in directory files.
#include "conf/schema/declared.h"

#include "conf/schema/row_types.h"

namespace mailctl::conf {
namespace {

template <class Owner, class Get>
Setting<Owner> row(std::string_view path, Get get, std::string_view help)
{
    return rows::row<Owner>(path, get, Effect::Hot, help);
}

#define AT(member) [](auto& o) -> auto& { return o.member; }

} // namespace

const std::vector<Setting<DeclaredDomain>>& declared_domain_keys()
{
    using D = DeclaredDomain;
    static const std::vector<Setting<D>> all{
        row<D>("name", AT(name), "The domain"),
        row<D>("aliases", AT(aliases), "Other domains that are the same"),
        row<D>("enabled", AT(enabled), "false: no mail, no logins"),
        row<D>("catch_all", AT(catch_all), "Address for unknown local parts; empty: refused"),
        row<D>("postmaster", AT(postmaster), "Address for postmaster; empty: the server's"),
        row<D>("subaddress_separators", AT(subaddress_separators),
               "Characters that begin the ignored part of a local part"),
        row<D>("abuse", AT(abuse), "Address for abuse; empty: where postmaster goes"),
        row<D>("require_auth", AT(require_auth),
               "Mail from its addresses needs a login, whatever smtp.local_sender says"),
        row<D>("max_users", AT(max_users), "Users it may have; 0: no limit"),
        row<D>("max_aliases", AT(max_aliases), "Aliases it may have; 0: no limit"),
        row<D>("max_octets", AT(max_octets), "Octets of all its mailboxes; 0: no limit"),
        row<D>("message_octets", AT(message_octets), "Largest message; 0: the server's limit"),
        row<D>("recipients", AT(recipients),
               "Recipients of one message that its users send; 0: the server's limit"),
        row<D>("quota", AT(quota_octets), "Octets of a user without a quota of its own"),
        row<D>("quota_messages", AT(quota_messages), "Messages of such a user"),
        row<D>("sending", AT(sending),
               "Its sending limits instead of sending.domain: \"recipients_per_day=500\""),
        row<D>("settings", AT(settings),
               "For its users, instead of the server's settings: \"deleted.keep=30d\", "
               "\"pop3.order=newest\""),
        row<D>("comment", AT(comment), "A note"),
    };
    return all;
}

const std::vector<Setting<DeclaredUser>>& declared_user_keys()
{
    using U = DeclaredUser;
    static const std::vector<Setting<U>> all{
        row<U>("address", AT(address), "The user's address and login name"),
        row<U>("full_name", AT(full_name), "Name of the person"),
        row<U>("department", AT(department), "Department"),
        row<U>("enabled", AT(enabled),
               "false: no mail, no login; true lifts no suspension and the like"),
        row<U>("role", AT(role), "user or admin"),
        row<U>("password_hash", AT(password_hash),
               "Hash of the password: \"file:PATH\", \"env:NAME\" or \"cmd:COMMAND\""),
        row<U>("quota", AT(quota_octets), "Octets; 0: the domain's default"),
        row<U>("quota_messages", AT(quota_messages), "Messages; 0: the domain's default"),
        row<U>("message_octets", AT(message_octets), "Largest message; 0: the domain's limit"),
        row<U>("recipients", AT(recipients),
               "Recipients of one message it sends; 0: the domain's limit"),
        row<U>("sending", AT(sending),
               "Its sending limits instead of sending.account: \"recipients_per_day=500\""),
        row<U>("settings", AT(settings),
               "Instead of the domain's and the server's settings: \"deleted.keep=30d\""),
        row<U>("rights", AT(rights), "Services it may use: smtp, imap, pop3, ...; empty: all"),
        row<U>("access", AT(access),
               "From where services may be used: \"imap=allow:192.0.2.0/24\", \"pop3=deny:...\""),
        row<U>("expires", AT(expires), "Date after which it is disabled; empty: never"),
        row<U>("forward_to", AT(forward_to), "Addresses that get its mail too"),
        row<U>("keep_copy", AT(keep_copy), "Keep forwarded mail in the mailbox"),
        row<U>("send_as", AT(send_as), "Further senders it may use; \"*@DOMAIN\" is all of one, \"*\" any address"),
        row<U>("bulk", AT(bulk), "What it sends gets \"Precedence: bulk\""),
        row<U>("comment", AT(comment), "A note"),
    };
    return all;
}

const std::vector<Setting<DeclaredAlias>>& declared_alias_keys()
{
    using A = DeclaredAlias;
    static const std::vector<Setting<A>> all{
        row<A>("address", AT(address), "The alias; \"*\" in its local part matches anything"),
        row<A>("targets", AT(targets), "Addresses it leads to"),
        row<A>("send_as", AT(send_as),
               "Users, \"*@DOMAIN\", and aliases whose targets may send from it too"),
        row<A>("enabled", AT(enabled), "false: refused"),
        row<A>("comment", AT(comment), "A note"),
    };
    return all;
}

} // namespace mailctl::conf
