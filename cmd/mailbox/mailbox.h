// mailctl mailbox: mailboxes and the messages in them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/selection.h"
#include "cmd/user/user.h"
#include "core/query/query.h"
#include "store/account.h"

namespace mailctl::cmd {

void add_mailbox_list(CLI::App& mailbox, Context& ctx);
void add_mailbox_show(CLI::App& mailbox, Context& ctx);
void add_mailbox_create(CLI::App& mailbox, Context& ctx);
void add_mailbox_rename(CLI::App& mailbox, Context& ctx);
void add_mailbox_delete(CLI::App& mailbox, Context& ctx);
void add_mailbox_subscribe(CLI::App& mailbox, Context& ctx);
void add_mailbox_search(CLI::App& mailbox, Context& ctx);
void add_mailbox_cat(CLI::App& mailbox, Context& ctx);
void add_mailbox_empty(CLI::App& mailbox, Context& ctx);
void add_mailbox_copy(CLI::App& mailbox, Context& ctx);
void add_mailbox_move(CLI::App& mailbox, Context& ctx);
void add_mailbox_resend(CLI::App& mailbox, Context& ctx);
void add_mailbox_flags(CLI::App& mailbox, Context& ctx);
void add_mailbox_deleted(CLI::App& mailbox, Context& ctx);
void add_mailbox_undelete(CLI::App& mailbox, Context& ctx);
void add_mailbox_retention(CLI::App& mailbox, Context& ctx);
void add_mailbox_address(CLI::App& mailbox, Context& ctx);
void add_mailbox_acl_list(CLI::App& mailbox, Context& ctx);
void add_mailbox_acl_set(CLI::App& mailbox, Context& ctx);
void add_mailbox_acl_remove(CLI::App& mailbox, Context& ctx);
void add_mailbox_acl_seen(CLI::App& mailbox, Context& ctx);
void add_mailbox_unlock(CLI::App& mailbox, Context& ctx);

/// Whose mailboxes, and which messages in them: the same words on every verb.
struct MailboxChoice {
    std::vector<std::string> users;
    Selection selection; ///< its domains and where
    bool all = false;
    bool is_public = false; ///< public folders: of the domains, or of all
    std::vector<std::string> query; ///< its words
};

/// Adds --user, --domain, --where, --all and --public.
void add_owners(CLI::App& verb, MailboxChoice& choice);
/// Adds QUERY too.
void add_mailbox_choice(CLI::App& verb, MailboxChoice& choice);

/// Words of the command line as one query. Errors: Invalid.
Result<query::Query> read_query(const MailboxChoice& choice);

/// The users whose mailboxes are the public folders that the words choose, whether they are there or
/// not. Errors: Invalid (there are no public folders; of which domains, the words do not say).
Result<std::vector<address::Address>> public_owners(Context& ctx, const MailboxChoice& choice);
/// Makes those of them that are missing, for public folders alone: nobody logs in as them. Gives
/// whether all are there then: with --dry-run it tells of those that are not. Errors: those of the
/// directory.
Result<bool> make_public_owners(Context& ctx, const MailboxChoice& choice);

/// One user with the account opened.
struct Owner {
    const store::User& user;
    std::string name; ///< the address
    std::shared_ptr<store::Account> account;
};

/// Calls `each` for every user that the words choose. An error of one user is complained of and
/// makes the exit status, and the next one is called. Exit status: EX_USAGE where nobody is named.
int each_owner(Context& ctx, const MailboxChoice& choice,
               const std::function<Result<>(Owner&)>& each);

/// Messages of one mailbox that a query chose.
struct ChosenMessages {
    std::string user;
    AccountId account{};
    store::MailboxInfo mailbox;
    std::vector<Uid> uids; ///< ascending
};

/// The messages of one user that match, by mailbox; mailboxes without any are left out.
/// Errors: those of the store.
Result<std::vector<ChosenMessages>> choose_messages(Context& ctx, const Owner& owner,
                                                    const query::Query& query);

/// "1 message", "5 messages"
std::string count_of(std::uint64_t number, std::string_view what);

/// What is done to the messages of one mailbox.
struct MailboxAction {
    std::string verb;     ///< "expunge", after "would"
    std::string done;     ///< "expunged"
    std::string question; ///< "Expunge"
    /// Gives how many were changed.
    std::function<Result<std::uint64_t>(store::Account&, const ChosenMessages&)> act;
};

/// Chooses, asks, acts and tells. Exit status: 1 where nothing was chosen, 3 where some users'
/// messages were not changed.
int act_on_messages(Context& ctx, const MailboxChoice& choice, const MailboxAction& action);

} // namespace mailctl::cmd
