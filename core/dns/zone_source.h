// Zone files: names that only this server knows, and the whole DNS of tests.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/dns/raw.h"

namespace mailctl::dns {

inline constexpr unsigned kMaxCnames = 10; ///< of one answer. OUT-09

/// Zones in memory. Threads: any, once loaded.
class ZoneSource {
public:
    explicit ZoneSource(bool secure = true) : secure_(secure) {}

    /// Adds the records of a master file (RFC 1035 §5.1), whose SOA names the zone; without one the
    /// first owner does. Errors: Invalid, with the line.
    Result<> add_text(std::string_view text);
    /// Errors: NotFound, and as above.
    Result<> add_file(const std::string& path);

    /// nullopt: the name is in none of the zones.
    std::optional<RawAnswer> find(const Question& question) const;
    bool empty() const { return zones_.empty(); }

private:
    struct Records {
        std::vector<std::string> rdata;
        std::uint32_t ttl = 0;
    };
    using Node = std::map<Type, Records>;
    const std::string* zone_of(const std::string& name) const;
    const Node* node_of(const std::string& name, const std::string& zone, bool& exists) const;
    seconds negative_ttl(const std::string& zone) const;

    bool secure_;
    std::set<std::string> zones_;
    std::map<std::string, Node> nodes_;
    std::set<std::string> empty_nodes_; ///< names that only have names below them
};

} // namespace mailctl::dns
