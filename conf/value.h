// A TOML value apart from the TOML library: what rows of the schema read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace mailctl::conf {

struct Value;
using List = std::vector<Value>;
struct Table;

/// Where it stands in its file, from 1.
struct Position {
    unsigned line = 0;
    unsigned column = 0;
};

struct Member;
struct Table {
    std::vector<Member> members; ///< in the order of the file
};

/// Dates and times are told apart only to be refused: no setting is one.
struct OtherKind {};

struct Value {
    std::variant<bool, std::int64_t, double, std::string, List, Table, OtherKind> data;
    Position at;
};

struct Member {
    std::string key;
    Value value;
};

} // namespace mailctl::conf
