// How a command ends: its tagged response.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace mailctl::imap {

/// "OK [READ-WRITE] SELECT completed" without its tag. RFC 3501 §7.1.
class Completion {
public:
    enum class Kind {
        Ok,
        No,
        Bad,
        Sent, ///< the handler wrote it itself (STARTTLS)
    };
    Completion() = default;
    Completion(Kind k, std::string c, std::string t)
        : kind(k), code(std::move(c)), text(std::move(t))
    {
    }
    static Completion ok(std::string_view text) { return {Kind::Ok, "", std::string(text)}; }
    static Completion ok(std::string code, std::string_view text)
    {
        return {Kind::Ok, std::move(code), std::string(text)};
    }
    static Completion no(std::string_view code, std::string_view text)
    {
        return {Kind::No, std::string(code), std::string(text)};
    }
    static Completion bad(std::string_view text) { return {Kind::Bad, "", std::string(text)}; }
    /// A parse error of the grammar, whose details are fixed texts of ours.
    static Completion bad(const Error& error) { return {Kind::Bad, "", error.detail()}; }
    static Completion sent() { return {Kind::Sent, "", ""}; }

    Kind kind = Kind::Ok;
    std::string code; ///< without brackets; empty: none
    std::string text;
};

/// NO for an error of the store, with its code of RFC 5530 §3; logs what an operator must see.
Completion refuse(const Error& error);

} // namespace mailctl::imap

// Parse steps of handlers: a syntax error ends the command with BAD.
#define IMAP_TRY_(ret, tmp, decl, ...) \
    auto tmp = (__VA_ARGS__);          \
    if (!tmp)                          \
        ret ::mailctl::imap::Completion::bad(tmp.error()); \
    decl = *std::move(tmp)
#define IMAP_TRY_VOID_(ret, tmp, ...)   \
    if (auto tmp = (__VA_ARGS__); !tmp) \
    ret ::mailctl::imap::Completion::bad(tmp.error())
#define PARSE_TRY(decl, ...) \
    IMAP_TRY_(return, MAILCTL_CONCAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define PARSE_TRY_VOID(...) IMAP_TRY_VOID_(return, MAILCTL_CONCAT(try_, __COUNTER__), __VA_ARGS__)
#define CO_PARSE_TRY(decl, ...) \
    IMAP_TRY_(co_return, MAILCTL_CONCAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define CO_PARSE_TRY_VOID(...) \
    IMAP_TRY_VOID_(co_return, MAILCTL_CONCAT(try_, __COUNTER__), __VA_ARGS__)
