// Settings of full-text search.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mailctl::conf {

struct FtsSettings {
    bool enabled = true;
    std::string folder;                                ///< empty: "fts" in server.data_dir
    std::uint64_t message_octets = 16ULL << 20;        ///< of searched text; of larger ones the message is read
    std::uint32_t least_messages = 500;                ///< an account with fewer is searched without an index
    std::chrono::milliseconds update = std::chrono::minutes(1); ///< how often new mail is taken in
    bool operator==(const FtsSettings&) const = default;
};

/// Where the indexes are.
inline std::string fts_folder_in(const FtsSettings& settings, const std::string& data_dir)
{
    return settings.folder.empty() ? data_dir + "/fts" : settings.folder;
}

} // namespace mailctl::conf
