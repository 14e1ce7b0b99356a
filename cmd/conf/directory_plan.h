// What must change in the directory so that it says what the directory files say.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "conf/schema/declared.h"

namespace mailctl::cmd {

/// One change; `carry_out` makes it so.
struct DirectoryChange {
    std::string path;   ///< "user ann@example.org quota_octets"; a new object: "user ann@example.org"
    std::string before; ///< empty: absent
    std::string after;  ///< empty: the object is no longer declared and will be disabled
    bool disables = false;
    std::function<Result<>()> carry_out; ///< empty: another change of the same object does it
};

/// Compares the files with the store, without changing anything. What is no longer declared but
/// was made by files is disabled, never erased. Order: domains, users, aliases, then what goes.
/// Errors: Invalid (a declaration is malformed, with its place), and those of the store.
Result<std::vector<DirectoryChange>> plan_directory(Context& ctx, const conf::Declared& declared);

} // namespace mailctl::cmd
