// The columns of user files: one table for what import reads and export writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::cmd {

/// One user as a row gives it. Columns write into it, one after the other.
struct UserDraft {
    store::User user;
    std::string address;    ///< as written
    std::string local_part; ///< where address and domain stand in columns of their own
    std::string domain;
    std::string password; ///< plain; empty: none
};

/// One column. Members that are null: it is only read, or only written.
struct UserColumn {
    std::string_view name;
    std::vector<std::string_view> aliases; ///< other servers' names, in lower case, only letters
    std::string_view help;
    /// Takes a value that is not empty. Errors: Invalid.
    Result<> (*read)(UserDraft& draft, std::string_view value) = nullptr;
    std::string (*write)(const store::User& user) = nullptr;
    bool is_secret = false; ///< export writes it only with --with-hashes
};

/// In the order in which export writes them.
const std::vector<UserColumn>& user_columns();

/// Finds a column by its name or an alias; case, blanks, "_" and "-" do not count.
/// nullptr: unknown.
const UserColumn* find_user_column(std::string_view name);

/// True for a value that stands for a hashed password: "{SCHEME}..." or crypt(3)'s "$id$...".
bool looks_hashed(std::string_view password);

/// A known order of columns without a header row.
struct UserPreset {
    std::string_view name;
    std::vector<std::string_view> columns;
    char comment = '\0';
};
const std::vector<UserPreset>& user_presets();

} // namespace mailctl::cmd
