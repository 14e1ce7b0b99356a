// What systemd is told: ready, reloading, stopping, and that the server still answers.
#pragma once

#include <chrono>
#include <string>

namespace mailctl::server::notify {

/// Nothing happens where no service manager listens.
void ready(const std::string& status);
void reloading();
void stopping();
void alive(); ///< the watchdog's

/// How often systemd wants to hear alive(); zero: never.
std::chrono::milliseconds watchdog_interval();

} // namespace mailctl::server::notify
