// What the verbs that change a user's secrets share.
#pragma once

#include <string>

#include "cmd/context.h"
#include "store/directory.h"

namespace mailctl::conf {
struct UserSettings; // conf/user.h
}

namespace mailctl::cmd {

/// The user.* settings as they hold for one user. Errors: those of the settings and the store.
Result<conf::UserSettings> settings_of(Context& ctx, store::Store& store, const store::User& user);

/// Before they are replaced: keeps the password (`with_password`) and the app passwords of the user
/// where user.old_password lets them open an empty mailbox, else forgets all that were kept.
/// Errors: those of the store.
Result<> remember_former_secrets(Context& ctx, const store::User& user, bool with_password);

/// For the user's record, where there is one: "password changed", "app password added", ...
/// `label`: of the secret. A failure is told as a note.
void record_secret_change(Context& ctx, const store::User& user, const std::string& what,
                          const std::string& label);

} // namespace mailctl::cmd
