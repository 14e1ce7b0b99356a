// Character sets: to UTF-8, whole or in pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::mime {

/// Turns text of one character set into UTF-8, in pieces of any size. What is malformed becomes
/// U+FFFD. Names are those of RFC 2045 §5.1's charset parameter and their aliases, in any case.
/// Threads: one.
class CharsetDecoder {
public:
    /// Errors: NotFound (no such character set).
    static Result<CharsetDecoder> open(std::string_view charset);
    CharsetDecoder(CharsetDecoder&&) noexcept;
    CharsetDecoder& operator=(CharsetDecoder&&) noexcept;
    ~CharsetDecoder();

    /// Appends what is complete to `out`.
    void feed(std::string_view octets, std::string& out);
    /// Appends the rest. The decoder then starts anew.
    void finish(std::string& out);

private:
    struct Converter;
    explicit CharsetDecoder(std::unique_ptr<Converter> converter);
    std::unique_ptr<Converter> converter_;
};

/// All of `text` at once. Errors: NotFound (no such character set).
Result<std::string> to_utf8(std::string_view text, std::string_view charset);

/// Text without a declared character set: UTF-8 where it is well-formed, else windows-1252.
std::string guess_utf8(std::string_view text);

/// Folded for comparing without case (Unicode's NFKC_Casefold; "Straße" and "STRASSE" are one).
std::string fold_case(std::string_view utf8);

} // namespace mailctl::mime
