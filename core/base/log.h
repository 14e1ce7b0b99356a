// The log: one line an event, areas with levels that can change at run time.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace mailctl::log {

/// How bad it is. `Fatal`: the operator can fix it, the process exits. `Panic`: our bug.
enum class Level { Wire, Debug, Info, Warn, Error, Fatal, Panic, Off };

/// One fact of an event: "peer=192.0.2.1".
struct Field {
    std::string_view name;
    std::string value;
    Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, long long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, unsigned long long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, unsigned long v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, int v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, unsigned v) : name(n), value(std::to_string(v)) {}
};
using Fields = std::initializer_list<Field>;

/// Writes one line: time, level, area, event, fields; values from strangers are escaped.
/// `area` is one of kAreas. Threads: safe.
void write(Level level, std::string_view area, std::string_view event, Fields fields = {});
/// True where a line of this level would be written: ask before costly fields.
bool is_on(Level level, std::string_view area);

inline void debug(std::string_view area, std::string_view event, Fields fields = {})
{
    write(Level::Debug, area, event, fields);
}
inline void info(std::string_view area, std::string_view event, Fields fields = {})
{
    write(Level::Info, area, event, fields);
}
inline void warn(std::string_view area, std::string_view event, Fields fields = {})
{
    write(Level::Warn, area, event, fields);
}
inline void error(std::string_view area, std::string_view event, Fields fields = {})
{
    write(Level::Error, area, event, fields);
}
/// Logs and exits with status 78 (configuration): the operator can fix it.
[[noreturn]] void fatal(std::string_view area, std::string_view event, Fields fields = {});
/// Logs and aborts: our bug.
[[noreturn]] void panic(std::string_view area, std::string_view event, Fields fields = {});

/// Every area a level can be set for.
inline constexpr std::string_view kAreas[] = {"smtp",  "submission", "lmtp",    "imap", "pop3",
                                              "auth",  "delivery",   "queue",   "store", "conf",
                                              "admin", "tls",        "control", "server"};

/// Where lines go. `File` rotates by size and keeps `keep_files` old ones.
struct Output {
    enum class Target { Stderr, Journal, Syslog, File } target = Target::Stderr;
    std::string file;
    unsigned long long rotate_octets = 64ULL << 20;
    unsigned keep_files = 30;
};

/// Errors are thrown as std::runtime_error: a log file that cannot be opened.
void open(const Output& output);
/// Sets the level of one area, or of all where `area` is empty. Threads: safe.
void set_level(std::string_view area, Level level);
/// The words of the settings: wire, debug, info, warn, error, off. False: unknown.
bool parse_level(std::string_view word, Level& out);
/// Hands buffered lines to the kernel.
void flush();

} // namespace mailctl::log
