// Result<T>: a value or an Error, and the macros that pass errors up.
#pragma once

#include <boost/system/result.hpp>

#include "core/base/error.h"

namespace mailctl {

/// Called by boost::system::result when value() is asked of an error: our own bug.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

template <class T = void>
using Result = boost::system::result<T, Error>;

/// Success of a Result<void>.
inline Result<> ok()
{
    return {};
}

} // namespace mailctl

// Declarations, not expressions: GCC 12 cannot compile the expression form in a
// coroutine. They expand to three statements: never the body of an unbraced if.
//   TRY(const auto domain, find_domain(name));
#define MAILCTL_CONCAT_(a, b) a##b
#define MAILCTL_CONCAT(a, b) MAILCTL_CONCAT_(a, b)
#define MAILCTL_TRY_(ret, tmp, decl, ...) \
    auto tmp = (__VA_ARGS__);             \
    if (!tmp)                             \
        ret tmp.error();                  \
    decl = *std::move(tmp)
#define MAILCTL_TRY_VOID_(ret, tmp, ...) \
    if (auto tmp = (__VA_ARGS__); !tmp)  \
    ret tmp.error()
#define TRY(decl, ...) \
    MAILCTL_TRY_(return, MAILCTL_CONCAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define TRY_VOID(...) MAILCTL_TRY_VOID_(return, MAILCTL_CONCAT(try_, __COUNTER__), __VA_ARGS__)
#define CO_TRY(decl, ...) \
    MAILCTL_TRY_(co_return, MAILCTL_CONCAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define CO_TRY_VOID(...) MAILCTL_TRY_VOID_(co_return, MAILCTL_CONCAT(try_, __COUNTER__), __VA_ARGS__)
