// Where asking begins when nobody else is asked: the servers of the root.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::dns {

/// A server of a zone, by its name, with the addresses that are known of it.
struct NameServer {
    std::string name;
    std::vector<std::string> addresses; ///< in figures
    bool operator==(const NameServer&) const = default;
};

/// Those that the root has had since 2024 (https://www.internic.net/domain/named.root).
std::vector<NameServer> built_in_root_hints();

/// A master file with the NS records of the root, and A and AAAA records of the names in them.
/// Errors: Invalid (with the line, or that there is no server with an address).
Result<std::vector<NameServer>> parse_root_hints(std::string_view text);
/// Errors: NotFound, and as above.
Result<std::vector<NameServer>> read_root_hints(const std::string& path);

} // namespace mailctl::dns
