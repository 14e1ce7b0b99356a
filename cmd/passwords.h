// Where a command gets a password from: never from an argument.
#pragma once

#include <optional>
#include <string>

#include "cmd/context.h"
#include "conf/config.h"
#include "core/crypto/scram.h"
#include "store/directory.h"

namespace mailctl::cmd {

struct PasswordOptions {
    bool from_stdin = false, random = false, none = false;
    std::string file, descriptor, hash_file;

    bool is_given() const
    {
        return from_stdin || random || none || !file.empty() || !descriptor.empty() ||
               !hash_file.empty();
    }
};

enum class NoPassword { Refused, Allowed };
void add_password_options(CLI::App& app, Context& ctx, PasswordOptions& options, NoPassword none);

struct Secret {
    store::Credentials credentials;
    std::string shown; ///< a random password, to be printed once
};

/// Reads and hashes; asks twice at a terminal where no option says otherwise.
/// Errors: Invalid (too short, not the same twice, no option and no terminal, a bad hash).
Result<Secret> read_secret(const PasswordOptions& options, Context& ctx,
                           const conf::AuthSettings& auth,
                           const std::optional<crypto::ScramKeys>& salt = {});

/// Hash and SCRAM keys of a known password. Takes its time. `salt`: what the user's app passwords
/// share, so that a client can use either; none: a fresh one.
store::Credentials credentials_for(const std::string& password, const conf::AuthSettings& auth,
                                   Time now, const std::optional<crypto::ScramKeys>& salt = {});

} // namespace mailctl::cmd
