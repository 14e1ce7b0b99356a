// Reads users from a CSV file: header or preset, columns, checked rows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmd/import/user_columns.h"
#include "core/base/csv.h"
#include "core/base/result.h"

namespace mailctl::cmd {

/// How a file is to be read.
struct UserFileFormat {
    csv::Format csv;
    std::string preset;           ///< name of one of user_presets(); empty: the first row names
    bool has_header = true;       ///< the first row is no user
    std::vector<std::string> map; ///< "THEIR COLUMN=ours"; a number counts from 1; "-" leaves out
    std::string default_domain;   ///< for addresses without one
};

/// A row as read: what it says, or why it cannot be used.
struct UserRow {
    std::uint64_t line = 0;
    std::vector<std::string> fields;
    Error error;               ///< where !draft
    std::optional<UserDraft> draft;
};

/// Threads: one.
class UserReader {
public:
    /// `read` fills a buffer and gives how many octets it got; 0 at the end. Errors: its own.
    using ReadOctets = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;

    UserReader(UserFileFormat format, ReadOctets read);

    /// Takes the header row, or sets the columns up without one. Call once, first.
    /// Errors: Invalid (no such preset, unknown column, none for the address, empty file).
    Result<> start();

    /// The next row; nullopt at the end. Errors: those of reading; a bad row is a UserRow.
    Result<std::optional<UserRow>> next();

    /// Puts the row's values over a user that exists. Errors: Invalid.
    Result<UserDraft> over(const store::User& existing, const UserRow& row) const;

    /// True where the row has a plain password, so that its hashing takes time.
    bool has_plain_password(const UserRow& row) const;
    /// Names of the columns, ours where known, for the reject file.
    const std::vector<std::string>& names() const { return names_; }

private:
    Result<bool> next_csv(csv::Row& row);
    Result<> set_columns(std::vector<std::string> names);
    Result<const UserColumn*> column_of(const std::string& name, std::size_t index);
    Result<> fill(UserDraft& draft, const std::vector<std::string>& fields) const;
    Result<> settle_address(UserDraft& draft) const;

    UserFileFormat format_;
    ReadOctets read_;
    csv::Reader csv_;
    bool at_end_ = false;
    std::vector<const UserColumn*> columns_; ///< by position; nullptr: left out
    std::vector<std::string> names_;
    std::map<std::string, std::string> mapped_;
    std::optional<csv::Row> held_; ///< the first row, where it is a user
};

} // namespace mailctl::cmd
