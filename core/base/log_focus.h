// Levels of their own for the log lines about one peer or one user, for a while. LOG-01
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"

namespace mailctl::log {

/// Lines of at least `level` are written where a field matches, whatever the level of their area.
struct Focus {
    std::string name; ///< what it looks at, for people: "192.0.2.0/24", "ann@example.org"
    std::string area; ///< empty: all
    Level level = Level::Debug;
    Time until{};
    std::function<bool(std::string_view field, std::string_view value)> matches;
};

inline constexpr std::size_t kMaxFocuses = 100;

// Threads: any.

/// Replaces the one with the same name and area. False: kMaxFocuses are there already.
bool add_focus(Focus focus);
/// All with the name. False: there are none.
bool remove_focus(std::string_view name);
/// Those that still last.
std::vector<Focus> focuses();
/// The level of an area, as set_level left it.
Level level_of(std::string_view area);

} // namespace mailctl::log
