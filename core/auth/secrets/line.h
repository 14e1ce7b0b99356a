// A line of named fields, as secrets of users are kept in the directory and in exports.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::auth {

/// "id=k3 label=Ann%27s%20telephone": fields in the order they were put, "%", blanks, control
/// characters, ";" and "," in their values as %XX. DO NOT CHANGE: on disk since 0.1
class LineWriter {
public:
    /// Empty values are left out.
    LineWriter& put(std::string_view name, std::string_view value);
    /// Elements joined by ",".
    LineWriter& put(std::string_view name, const std::vector<std::string>& values);
    std::string take() { return std::move(line_); }

private:
    void start(std::string_view name);

    std::string line_;
};

/// The fields of a line by name. Unknown ones are kept: a newer version may have written them.
class LineReader {
public:
    /// Errors: Invalid (a field without "=", a name twice, a bad %XX).
    static Result<LineReader> parse(std::string_view line);

    /// Empty: there is none.
    std::string text(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> fields_;
};

} // namespace mailctl::auth
