// Comma-separated values, read in pieces of any size and written. RFC 4180.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::csv {

inline constexpr std::size_t kMaxFieldOctets = 64 * 1024;
inline constexpr std::size_t kMaxRowOctets = 1024 * 1024;
inline constexpr std::size_t kMaxFields = 1000;

struct Format {
    char separator = ',';
    char comment = '\0'; ///< a row that starts with it is passed over; NUL: none
};

struct Row {
    std::vector<std::string> fields;
    std::uint64_t line = 0; ///< where it starts, from 1
};

/// Reads rows. Fields in double quotes may hold separators, line ends and "" for a quote;
/// rows end with CRLF or LF; empty lines and a byte order mark at the start are passed over.
///     reader.feed(piece);
///     for (auto more = reader.next(row); !more || *more; more = reader.next(row))
///         more ? use(row) : reject(row.line, more.error());
class Reader {
public:
    explicit Reader(Format format = {}) : format_(format) {}

    void feed(std::string_view octets);
    /// Says that no more comes: the last row may lack its line end.
    void finish() { is_finished_ = true; }

    /// Takes the next complete row; false: feed more, or the end.
    /// Errors: Invalid (text after a closing quote, a quote never closed, NUL, not UTF-8 but
    /// UTF-16, over a limit). `row.line` is where the bad row starts; the next call goes on with
    /// the line after it.
    Result<bool> next(Row& row);

private:
    enum class State { Start, Field, Plain, Quoted, Quote, Carriage, Comment, Skip };

    bool take(char c);
    bool take_start(char c);
    bool take_field(char c);
    bool take_quote(char c);
    bool end_row();
    void end_field();
    void append(char c);
    void append_run();
    bool skip_mark();
    void fail(std::string_view reason);
    void fail_limit();

    Format format_;
    std::string input_;
    std::size_t at_ = 0;
    bool is_finished_ = false;
    bool is_first_ = true;
    State state_ = State::Start;
    Row row_;
    std::string field_;
    std::size_t row_octets_ = 0;
    std::uint64_t line_ = 1;
    std::string failure_;
};

/// One row with CRLF (RFC 4180 §2), fields quoted where they must be.
std::string format_row(const std::vector<std::string>& fields, char separator = ',');

} // namespace mailctl::csv
