// mailctl log level: shows and changes how much the running server logs.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <optional>

#include "cmd/arguments.h"
#include "cmd/log/level.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "core/base/log_focus.h"
#include "core/net/network.h"

namespace mailctl::cmd {
namespace {

constexpr milliseconds kLongest = std::chrono::hours(24 * 30);

struct Options {
    std::string area, level, address, user, time = "1h";
    bool clear = false;
};

constexpr std::string_view kLevels[] = {"wire", "debug", "info", "warn", "error", "off"};

std::string word_of(log::Level level)
{
    for (const auto word : kLevels) {
        log::Level one{};
        if (log::parse_level(word, one) && one == level)
            return std::string(word);
    }
    return "";
}

int show(Context& ctx)
{
    Table table(ctx, {"mailctl.log.level/1", {"area", "level", "of", "until"}});
    for (const auto area : log::kAreas)
        table.row(area, word_of(log::level_of(area)), Cell(), Cell());
    for (const auto& focus : log::focuses())
        table.row(focus.area.empty() ? "all" : focus.area, word_of(focus.level), focus.name,
                  focus.until);
    return EX_OK;
}

/// "192.0.2.1:25" and "[2001:db8::1]:25" without the port.
std::string_view without_port(std::string_view peer)
{
    if (peer.starts_with('['))
        return peer.substr(1, std::min(peer.find(']'), peer.size()) - 1);
    const auto colon = peer.find(':');
    return colon == peer.rfind(':') ? peer.substr(0, colon) : peer;
}

/// Whose lines: a peer's or a user's.
Result<log::Focus> focus_of(const Options& options)
{
    log::Focus focus;
    if (!options.address.empty()) {
        TRY(const auto network, net::Network::parse(options.address));
        focus.name = network.text();
        focus.matches = [network](std::string_view field, std::string_view value) {
            return field == "peer" && network.contains(without_port(value));
        };
        return focus;
    }
    TRY(const auto address, parse_address_argument(options.user));
    focus.name = address::to_string(address);
    focus.matches = [name = focus.name](std::string_view field, std::string_view value) {
        return field == "user" && ascii::equals_ignoring_case(value, name);
    };
    return focus;
}

int run_focus(const Options& options, log::Level level, Context& ctx)
{
    if (!options.address.empty() && !options.user.empty())
        return ctx.usage("--address or --user, not both");
    auto focus = focus_of(options);
    if (!focus)
        return ctx.fail(focus.error());
    if (options.clear) {
        if (log::remove_focus(focus->name))
            return EX_OK;
        ctx.note(focus->name + ": has no level of its own");
        return kExitNo;
    }
    const auto time = parse_duration(options.time);
    if (!time)
        return ctx.usage(time.error().detail());
    if (*time <= milliseconds(0) || *time > kLongest)
        return ctx.usage("--for: over 0 and at most " + to_text(kLongest));
    focus->area = options.area == "all" ? "" : options.area;
    focus->level = level;
    focus->until = system_clock().now() + *time;
    const std::string name = focus->name;
    const Time until = focus->until;
    if (!log::add_focus(*std::move(focus)))
        return ctx.fail(Error(Errc::OverQuota, "there are " + std::to_string(log::kMaxFocuses) +
                                                   " levels of addresses and users already"));
    ctx.note(name + ": " + options.level + " until " + to_rfc3339(until));
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    const bool is_focus = !options.address.empty() || !options.user.empty();
    if (options.area.empty() && !is_focus)
        return show(ctx);
    if (options.clear)
        return is_focus ? run_focus(options, log::Level::Off, ctx)
                        : ctx.usage("--clear goes with --address or --user");
    if (options.level.empty())
        return ctx.usage("which area and level? For example: log level all debug");
    log::Level level{};
    if (std::find(std::begin(kLevels), std::end(kLevels), options.level) == std::end(kLevels) ||
        !log::parse_level(options.level, level))
        return ctx.usage("\"" + options.level + "\": wire, debug, info, warn, error or off");
    const auto* found =
        std::find(std::begin(log::kAreas), std::end(log::kAreas), options.area);
    if (options.area != "all" && found == std::end(log::kAreas)) {
        std::string known = "all";
        for (const auto area : log::kAreas)
            known += ", " + std::string(area);
        return ctx.usage("\"" + options.area + "\" is no area; there are " + known);
    }
    if (is_focus)
        return run_focus(options, level, ctx);
    log::set_level(options.area == "all" ? "" : options.area, level);
    return EX_OK;
}

} // namespace

void add_log_level(CLI::App& log, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = log.add_subcommand(
        "level", "Show the levels of the running server's log, or change one");
    verb->add_option("AREA", options->area, "Area, or all; none: show the levels");
    verb->add_option("LEVEL", options->level, "wire, debug, info, warn, error or off");
    verb->add_option("--address", options->address, "Only for lines about this address or network")
        ->type_name("NETWORK");
    verb->add_option("--user", options->user, "Only for lines about this user")
        ->type_name("ADDRESS");
    verb->add_option("--for", options->time, "How long, with --address and --user (default 1h)")
        ->type_name("TIME");
    verb->add_flag("--clear", options->clear, "End the level of --address or --user");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
