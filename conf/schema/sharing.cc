// Settings of shared mailboxes: rows of [sharing].
#include "conf/schema/parts.h"

#include "conf/schema/row_types.h"

namespace mailctl::conf {
namespace {

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

constexpr rows::Word<AnyoneMeans> kAnyoneMeans[] = {{AnyoneMeans::Domain, "domain"},
                                                    {AnyoneMeans::Server, "server"}};

template <class Get>
Setting<Config> row(std::string_view path, Get get, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, Effect::Reconnect, help, manual);
}

} // namespace

void add_sharing_rows(SettingRows& out)
{
    out.push_back(row("sharing.users", AT(sharing.users),
                      "Users may open mailboxes that others gave them rights to (RFC 4314)",
                      "Rights are given by IMAP clients (SETACL) and with \"mailctl mailbox acl\". "
                      "Where it is on, domains and users may be left out: --setting "
                      "sharing.users=false of \"mailctl domain set\" and \"mailctl user set\". They "
                      "neither open mailboxes of others nor have theirs opened; public folders are "
                      "not meant."));
    out.push_back(row("sharing.other_users", AT(sharing.other_users),
                      "Name above the mailboxes of other users",
                      "\"Other Users/ann@example.org/Projects\" is Ann's mailbox \"Projects\". A "
                      "mailbox of one's own with this name cannot be reached while sharing.users "
                      "is on."));
    out.push_back(row("sharing.public_owner", AT(sharing.public_owner),
                      "The user whose mailboxes are the public folders; empty: there are none",
                      "\"public\" is the user of that name in each domain, "
                      "\"folders@example.org\" one user for all domains. Its mailboxes count "
                      "against its own quota, and everybody sees those that he has rights to. "
                      "Users with role = admin have all rights there."));
    out.push_back(row("sharing.public_root", AT(sharing.public_root), "Name above public folders",
                      "A mailbox of one's own with this name cannot be reached while there are "
                      "public folders."));
    out.push_back(rows::choice<Config>(
        "sharing.anyone", AT(sharing.anyone), kAnyoneMeans, Effect::Reconnect,
        "Whom rights for \"anyone\" are for: domain or server",
        "domain: the users of the owner's domain; where one user has the public folders of all "
        "domains, all users. server: all users."));
    out.push_back(row("sharing.server_comment", AT(sharing.server_comment),
                      "What /shared/comment of the server tells IMAP clients (RFC 5464)"));
    out.push_back(row("sharing.server_admin", AT(sharing.server_admin),
                      "How to reach the administrator, as a URI: /shared/admin of the server",
                      "\"mailto:postmaster@example.org\""));
}

} // namespace mailctl::conf
