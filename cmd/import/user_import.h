// Takes rows of users into the directory: batch by batch, with the same checks dry or not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cmd/context.h"
#include "cmd/import/password_workers.h"
#include "cmd/import/reject_file.h"
#include "cmd/import/user_reader.h"

namespace mailctl::store {
class Directory; // store/directory.h
}

namespace mailctl::cmd {

struct UserImportOptions {
    bool update = false;         ///< change users that exist; otherwise they are left as they are
    bool create_domains = false;
    bool dry_run = false;
    bool random_passwords = false;
    std::string fixed_password; ///< for new users without one; empty: none
    unsigned min_password_length = 8;
    HashingCost cost;
    std::uint64_t total_rows = 0; ///< for the progress bar; 0: unknown
};

struct UserImportCounts {
    std::uint64_t rows = 0, added = 0, updated = 0, unchanged = 0, existing = 0, rejected = 0,
                  domains_added = 0;
};

/// Threads: one.
class UserImport {
public:
    /// A password that was made, told once the user exists.
    using OnPassword = std::function<void(const std::string& address, const std::string& password)>;

    UserImport(Context& ctx, store::Directory& directory, UserReader& reader, RejectFile& rejects,
               UserImportOptions options, OnPassword on_password);

    /// Errors: Unavailable and the like, where going on makes no sense; counts() tells what was
    /// done.
    Result<> run();
    const UserImportCounts& counts() const { return counts_; }

private:
    /// A domain as this run knows it.
    struct KnownDomain {
        std::string name; ///< its own, where the row names an alias of it
        bool exists = false;
        std::uint64_t users = 0, max_users = 0; ///< counted on in a dry run
    };
    /// A row that becomes a change.
    struct Work {
        UserRow row;
        store::User user;
        std::string password; ///< plain, to be hashed
        std::string made_password;
        bool is_new = true;
    };

    Result<> take(UserRow row);
    Result<> settle_domain(UserRow& row);
    Result<KnownDomain*> known_domain(const std::string& name);
    Result<> create_domain(KnownDomain& domain);
    Result<> settle_batch();
    void sort_out(UserRow row, const Result<store::Entry>& entry, std::vector<Work>& works);
    void plan_new(UserRow row, std::vector<Work>& works);
    void plan_update(UserRow row, const store::User& existing, std::vector<Work>& works);
    Result<> settle_password(Work& work);
    bool pretend(const Work& work);
    Result<> carry_out(std::vector<Work> works);
    void hash_passwords(std::vector<Work>& works);
    Result<> add_all(std::vector<Work>& works);
    Result<> update_one(const Work& work);
    void reject(const UserRow& row, const Error& error);
    void leave(const UserRow& row);

    Context& ctx_;
    store::Directory& directory_;
    UserReader& reader_;
    RejectFile& rejects_;
    UserImportOptions options_;
    OnPassword on_password_;
    UserImportCounts counts_;
    std::map<std::string, KnownDomain> domains_;
    std::vector<UserRow> batch_;
    std::set<address::Address> batch_addresses_;
    /// Dry run: users that would exist by now, and what their row said, both as hashes.
    std::unordered_map<std::size_t, std::size_t> pretended_;
};

} // namespace mailctl::cmd
