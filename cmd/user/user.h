// mailctl user: the people who have mailboxes here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/selection.h"
#include "store/account.h"
#include "store/directory.h"

namespace mailctl::cmd {

struct Noun; // cmd/commands.h

Noun user_noun();
void add_user_add(CLI::App& user, Context& ctx);
void add_user_list(CLI::App& user, Context& ctx);
void add_user_show(CLI::App& user, Context& ctx);
void add_user_set(CLI::App& user, Context& ctx);
void add_user_passwd(CLI::App& user, Context& ctx);
void add_user_unlock(CLI::App& user, Context& ctx);
void add_user_enable(CLI::App& user, Context& ctx);
void add_user_disable(CLI::App& user, Context& ctx);
void add_user_suspend(CLI::App& user, Context& ctx);
void add_user_contain(CLI::App& user, Context& ctx);
void add_user_remove(CLI::App& user, Context& ctx);
void add_user_restore(CLI::App& user, Context& ctx);
void add_user_erase(CLI::App& user, Context& ctx);
void add_user_rename(CLI::App& user, Context& ctx);
void add_user_generate(CLI::App& user, Context& ctx);
void add_user_apppass_add(CLI::App& user, Context& ctx);
void add_user_apppass_list(CLI::App& user, Context& ctx);
void add_user_apppass_revoke(CLI::App& user, Context& ctx);
void add_user_wipe_clients(CLI::App& user, Context& ctx);
void add_user_activity(CLI::App& user, Context& ctx);
void add_user_client_settings(CLI::App& user, Context& ctx);
void add_user_cert_add(CLI::App& user, Context& ctx);
void add_user_cert_list(CLI::App& user, Context& ctx);
void add_user_cert_revoke(CLI::App& user, Context& ctx);
void add_user_cert_issue(CLI::App& user, Context& ctx);
void add_user_cert_export(CLI::App& user, Context& ctx);
void add_user_cert_authority(CLI::App& user, Context& ctx);
void add_user_send_as_list(CLI::App& user, Context& ctx);
void add_user_send_as_add(CLI::App& user, Context& ctx);
void add_user_send_as_remove(CLI::App& user, Context& ctx);
void add_user_delegate_add(CLI::App& user, Context& ctx);
void add_user_delegate_list(CLI::App& user, Context& ctx);
void add_user_delegate_remove(CLI::App& user, Context& ctx);

/// What add, set and generate take; what is not given stays as it is.
struct UserFields {
    std::optional<std::string> full_name, department, comment, role, rights, expires, state, reason;
    std::optional<std::string> quota, quota_messages, max_message, recipients;
    std::vector<std::string> forward, send_as, contact, access, sending, settings;
    std::optional<bool> keep_copy, bulk;
};
void add_user_fields(CLI::App& app, UserFields& fields);
/// Errors: Invalid.
Result<> apply(const UserFields& fields, store::User& user);

/// One that may be sent from: an address, "*@DOMAIN" or "*". Errors: Invalid.
Result<std::string> parse_sender(const std::string& text);

/// A user and, where it was asked for, what the mailbox holds.
struct UserView {
    store::User user;
    std::optional<store::Usage> usage;
    std::optional<Time> locked_until; ///< as the running server has it
};
const Properties<UserView>& user_properties();
/// Fields that only reading the account tells.
inline constexpr std::string_view kUsageFields[] = {"used", "messages"};

std::string_view name_of(store::UserState state);
/// Puts a user into a state that commands give. Errors: Denied (the user is removed), Invalid (over
/// store::kMaxReasonOctets).
Result<> switch_to(store::User& user, store::UserState state, std::string reason = {});

/// Reads what the mailbox holds. Errors: Unavailable and so on; NotFound is none.
Result<> read_usage(Context& ctx, UserView& view);

/// Calls `each` for the users that are named, or that the selection chooses, in its order. Users
/// come from the directory in pages: only a sorted list is kept whole. A status other than EX_OK
/// of `each` ends it.
int for_each_user(Context& ctx, const std::vector<std::string>& names, const Selection& selection,
                  const std::function<int(UserView&)>& each);

/// The words of the verbs that change users: addresses or a selection.
struct UserChoice {
    std::vector<std::string> names;
    Selection selection;
};
void add_user_choice(CLI::App& verb, Context& ctx, UserChoice& choice);
/// Applies the edit to each chosen user, or with --dry-run says which; then how many.
int change_users(Context& ctx, const UserChoice& choice,
                 const std::function<Result<>(store::User&)>& edit);

} // namespace mailctl::cmd
