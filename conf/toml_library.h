// toml++ as this folder uses it: a rule of its own that bad input breaks is an error, not the end of the process.
#pragma once

#include <stdexcept>

namespace mailctl::conf {

/// toml++ 3.3 asserts on what a file holds: "[" and a form feed stop it with SIGABRT otherwise.
struct TomlAssertion : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void fail_toml_assertion();

} // namespace mailctl::conf

#define TOML_ASSERT(expr)                                                                          \
    do {                                                                                           \
        if (!(expr))                                                                               \
            ::mailctl::conf::fail_toml_assertion();                                                \
    } while (false)
#include <toml++/toml.h>
