// Lexical tokens of structured header fields: blanks, comments, quoted strings, runs.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::mime {

/// Walks over a field's value, folded or not; never fails, whatever stands there.
/// Borrows: the text.
class Lexer {
public:
    explicit Lexer(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    void skip() { rest_.remove_prefix(rest_.empty() ? 0 : 1); }
    /// Skips `c` where it is next.
    bool skip_if(char c);

    /// Skips blanks and comments (RFC 5322 §3.2.2). Gives whether there were any; the last
    /// comment's text goes to `comment`.
    bool skip_cfws(std::string* comment = nullptr);
    /// At a double quote: the text up to the closing one, unescaped. RFC 5322 §3.2.4.
    std::string quoted_string();
    /// All up to a blank, a line end or one of `stops`.
    std::string_view run(std::string_view stops);
    /// All up to `stop` or the end.
    std::string_view until(char stop);

private:
    void read_comment(std::string* out);
    std::string_view rest_;
};

} // namespace mailctl::mime
