// What [sharing] means: names of namespaces, the owner of public folders.
#include "conf/meaning/parts.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::conf {
namespace {

constexpr std::size_t kMaxServerTextOctets = 1024;

/// A namespace is one level of mailbox names.
void check_root(Checker& check, const std::string& key, const std::string& name)
{
    const bool is_fine = !name.empty() && name.size() <= 100 &&
                         name.find_first_of("/*%") == std::string::npos &&
                         std::none_of(name.begin(), name.end(), ascii::is_control) &&
                         !ascii::equals_ignoring_case(name, "INBOX");
    if (!is_fine)
        check.complain(key, "must be one level of a mailbox name: no \"/\", \"*\" or \"%\", not INBOX");
}

void check_text(Checker& check, const std::string& key, const std::string& text)
{
    if (text.size() > kMaxServerTextOctets)
        check.complain(key, "must be 1024 octets or less");
    if (std::any_of(text.begin(), text.end(), ascii::is_control))
        check.complain(key, "must be one line");
}

} // namespace

void check_sharing(Checker& check, const Config& config)
{
    const auto& sharing = config.sharing;
    check_root(check, "sharing.other_users", sharing.other_users);
    check_root(check, "sharing.public_root", sharing.public_root);
    if (sharing.other_users == sharing.public_root)
        check.complain("sharing.public_root", "must not be sharing.other_users");
    if (sharing.public_owner.find('@') != std::string::npos)
        check_mail_address(check, "sharing.public_owner", sharing.public_owner);
    check_text(check, "sharing.server_comment", sharing.server_comment);
    check_text(check, "sharing.server_admin", sharing.server_admin);
    if (!sharing.server_admin.empty() && sharing.server_admin.find(':') == std::string::npos)
        check.complain("sharing.server_admin", "must be a URI, as mailto:postmaster@example.org");
}

} // namespace mailctl::conf
