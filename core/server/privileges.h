// From root to the server's own user, and what root prepares for it.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"

namespace mailctl::server {

/// A user of the system.
struct SystemUser {
    std::string name;
    unsigned uid = 0;
    unsigned gid = 0;
};
/// Errors: NotFound.
Result<SystemUser> find_user(const std::string& name);
/// The group's number. Errors: NotFound.
Result<unsigned> find_group(const std::string& name);

/// Makes the data folder where it is missing: 0700, or 0710 with `group`, so that the group can
/// reach the control socket. As root it is given to `user`.
/// Errors: Denied (belongs to someone else, or others may write to it), Unavailable.
Result<> prepare_data_dir(const std::string& path, const std::optional<SystemUser>& user,
                          std::optional<unsigned> group);

/// Gives to `user` what belongs to root in a folder of the server's: commands that root ran made it.
/// Does nothing where the process is not root. Errors: Unavailable.
Result<> give_to(const SystemUser& user, const std::string& folder);

/// Becomes `user` for good, keeping of root's powers only the one to bind low ports (for reload).
/// Does nothing where the process is that user already.
/// Errors: Denied (not root, or the change did not hold).
Result<> become(const SystemUser& user);

/// Raises the limit of open descriptors to what is allowed: one a connection.
void raise_descriptor_limit();

} // namespace mailctl::server
