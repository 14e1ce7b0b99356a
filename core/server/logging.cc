// The log as the settings want it.
#include "core/server/logging.h"

#include <stdexcept>

#include "core/base/log.h"

namespace mailctl::server {
namespace {

Result<log::Output::Target> target_of(const std::string& word)
{
    if (word == "stderr")
        return log::Output::Target::Stderr;
    if (word == "journal")
        return log::Output::Target::Journal;
    if (word == "syslog")
        return log::Output::Target::Syslog;
    if (word == "file")
        return log::Output::Target::File;
    return Error(Errc::Invalid, "log.target: \"" + word + "\" is unknown");
}

} // namespace

Result<> open_log(const conf::LogSettings& settings)
{
    log::Output output;
    TRY(output.target, target_of(settings.target));
    output.file = settings.file;
    output.rotate_octets = settings.rotate_octets;
    output.keep_files = settings.keep_files;
    try {
        log::open(output);
    } catch (const std::runtime_error& e) { // spdlog's, at its fence
        return Error(Errc::Unavailable, std::string("log.file: ") + e.what());
    }
    return ok();
}

Result<> set_log_levels(const conf::LogSettings& settings)
{
    log::Level everywhere = log::Level::Info;
    if (const auto found = settings.levels.find("default");
        found != settings.levels.end() && !log::parse_level(found->second, everywhere))
        return Error(Errc::Invalid, "log.levels.default: \"" + found->second + "\" is unknown");
    log::set_level("", everywhere);
    for (const auto& [area, word] : settings.levels) {
        log::Level level{};
        if (area == "default")
            continue;
        if (!log::parse_level(word, level))
            return Error(Errc::Invalid, "log.levels." + area + ": \"" + word + "\" is unknown");
        log::set_level(area, level);
    }
    return ok();
}

bool is_same_output(const conf::LogSettings& a, const conf::LogSettings& b)
{
    return a.target == b.target && a.file == b.file && a.rotate_octets == b.rotate_octets &&
           a.keep_files == b.keep_files;
}

} // namespace mailctl::server
