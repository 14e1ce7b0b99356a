// The log on spdlog: logfmt lines, one atomic level an area.
#include "core/base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/sinks/systemd_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>

#include "core/base/clock.h"
#include "core/base/log_focus.h"

namespace mailctl::log {
namespace {

struct Area {
    std::atomic<int> level{static_cast<int>(Level::Info)};
};

std::array<Area, std::size(kAreas)>& areas()
{
    static std::array<Area, std::size(kAreas)> all;
    return all;
}

/// Where lines go now. A line under way goes where its writer found them going.
struct Sink {
    std::shared_ptr<spdlog::logger> logger;
    bool tells_time = false; ///< the journal and syslog do so by themselves
};

struct CurrentSink {
    std::mutex mutex;
    Sink sink;
};

Sink make_sink(spdlog::sink_ptr to, bool tells_time)
{
    Sink made{std::make_shared<spdlog::logger>("mailctl", std::move(to)), tells_time};
    made.logger->set_pattern("%v");
    made.logger->set_level(spdlog::level::trace);
    return made;
}

CurrentSink& current()
{
    static CurrentSink one{{}, make_sink(std::make_shared<spdlog::sinks::stderr_sink_mt>(), true)};
    return one;
}

Sink sink()
{
    CurrentSink& one = current();
    const std::lock_guard lock(one.mutex);
    return one.sink;
}

int area_level(std::string_view area)
{
    for (std::size_t i = 0; i < std::size(kAreas); ++i)
        if (kAreas[i] == area)
            return areas()[i].level.load(std::memory_order_relaxed);
    return static_cast<int>(Level::Info);
}

/// The focuses, and the lowest of their levels: almost always there are none, and that costs a load.
struct Focuses {
    std::mutex mutex;
    std::vector<Focus> all;
    std::atomic<int> lowest{static_cast<int>(Level::Off) + 1};

    /// Under the mutex.
    void forget_ended(Time now)
    {
        std::erase_if(all, [now](const Focus& focus) { return focus.until <= now; });
        int level = static_cast<int>(Level::Off) + 1;
        for (const Focus& focus : all)
            level = std::min(level, static_cast<int>(focus.level));
        lowest.store(level, std::memory_order_relaxed);
    }
};

Focuses& all_focuses()
{
    static Focuses all;
    return all;
}

bool is_in_focus(Level level, std::string_view area, Fields fields)
{
    Focuses& known = all_focuses();
    if (static_cast<int>(level) < known.lowest.load(std::memory_order_relaxed))
        return false;
    const std::lock_guard lock(known.mutex);
    known.forget_ended(system_clock().now());
    return std::any_of(known.all.begin(), known.all.end(), [&](const Focus& focus) {
        return level >= focus.level && (focus.area.empty() || focus.area == area) &&
               std::any_of(fields.begin(), fields.end(), [&focus](const Field& field) {
                   return focus.matches(field.name, field.value);
               });
    });
}

constexpr std::array<std::string_view, 8> kNames{"wire",  "debug", "info",  "warn",
                                                 "error", "fatal", "panic", "off"};

spdlog::level::level_enum spd_level(Level level)
{
    switch (level) {
    case Level::Wire: return spdlog::level::trace;
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warn: return spdlog::level::warn;
    case Level::Error: return spdlog::level::err;
    default: return spdlog::level::critical;
    }
}

void append_value(std::string& line, std::string_view value)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    const bool quote = value.empty() || value.find_first_of(" \"=\\") != std::string_view::npos;
    if (quote)
        line += '"';
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 32 || octet == 127) {
            line += "\\x";
            line += kDigits[octet >> 4];
            line += kDigits[octet & 15];
        } else {
            if (c == '"' || c == '\\')
                line += '\\';
            line += c;
        }
    }
    if (quote)
        line += '"';
}

} // namespace

bool is_on(Level level, std::string_view area)
{
    return static_cast<int>(level) >= area_level(area) ||
           static_cast<int>(level) >= all_focuses().lowest.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view area, std::string_view event, Fields fields)
{
    if (static_cast<int>(level) < area_level(area) && !is_in_focus(level, area, fields))
        return;
    const Sink to = sink();
    std::string line;
    line.reserve(192);
    if (to.tells_time) {
        line += to_rfc3339(system_clock().now());
        line += ' ';
    }
    line += kNames[static_cast<std::size_t>(level)];
    line += ' ';
    line += area;
    line += ' ';
    line += event;
    for (const auto& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_value(line, field.value);
    }
    to.logger->log(spd_level(level), spdlog::string_view_t(line.data(), line.size()));
}

void fatal(std::string_view area, std::string_view event, Fields fields)
{
    write(Level::Fatal, area, event, fields);
    flush();
    std::exit(78);
}

void panic(std::string_view area, std::string_view event, Fields fields)
{
    write(Level::Panic, area, event, fields);
    flush();
    std::abort();
}

void open(const Output& output)
{
    spdlog::sink_ptr to;
    switch (output.target) {
    case Output::Target::Stderr: to = std::make_shared<spdlog::sinks::stderr_sink_mt>(); break;
    case Output::Target::Journal: to = std::make_shared<spdlog::sinks::systemd_sink_mt>(); break;
    case Output::Target::Syslog:
        to = std::make_shared<spdlog::sinks::syslog_sink_mt>("mailctl", 0, 2 << 3, false);
        break;
    case Output::Target::File:
        to = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            output.file, output.rotate_octets, output.keep_files);
        break;
    }
    const bool tells_time =
        output.target != Output::Target::Journal && output.target != Output::Target::Syslog;
    Sink next = make_sink(std::move(to), tells_time);
    next.logger->flush_on(spdlog::level::warn);
    CurrentSink& one = current();
    const std::lock_guard lock(one.mutex);
    std::swap(one.sink, next); // the old one goes after the lock, with the last line that uses it
}

void set_level(std::string_view area, Level level)
{
    for (std::size_t i = 0; i < std::size(kAreas); ++i)
        if (area.empty() || kAreas[i] == area)
            areas()[i].level.store(static_cast<int>(level), std::memory_order_relaxed);
}

bool add_focus(Focus focus)
{
    Focuses& known = all_focuses();
    const std::lock_guard lock(known.mutex);
    std::erase_if(known.all, [&focus](const Focus& one) {
        return one.name == focus.name && one.area == focus.area;
    });
    const Time now = system_clock().now();
    known.forget_ended(now);
    if (known.all.size() >= kMaxFocuses)
        return false;
    known.all.push_back(std::move(focus));
    known.forget_ended(now);
    return true;
}

bool remove_focus(std::string_view name)
{
    Focuses& known = all_focuses();
    const std::lock_guard lock(known.mutex);
    const auto gone =
        std::erase_if(known.all, [name](const Focus& focus) { return focus.name == name; });
    known.forget_ended(system_clock().now());
    return gone > 0;
}

std::vector<Focus> focuses()
{
    Focuses& known = all_focuses();
    const std::lock_guard lock(known.mutex);
    known.forget_ended(system_clock().now());
    return known.all;
}

Level level_of(std::string_view area)
{
    return static_cast<Level>(area_level(area));
}

bool parse_level(std::string_view word, Level& out)
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == word) {
            out = static_cast<Level>(i);
            return true;
        }
    }
    return false;
}

void flush()
{
    sink().logger->flush();
}

} // namespace mailctl::log
