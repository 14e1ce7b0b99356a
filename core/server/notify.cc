// What systemd is told.
#include "core/server/notify.h"

#include <ctime>

#include <systemd/sd-daemon.h>

namespace mailctl::server::notify {

void ready(const std::string& status)
{
    ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void reloading()
{
    // Type=notify-reload wants to know when the reload began.
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const long long usec = now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
    ::sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec)).c_str());
}

void stopping()
{
    ::sd_notify(0, "STOPPING=1");
}

void alive()
{
    ::sd_notify(0, "WATCHDOG=1");
}

std::chrono::milliseconds watchdog_interval()
{
    std::uint64_t usec = 0;
    if (::sd_watchdog_enabled(0, &usec) <= 0)
        return std::chrono::milliseconds(0);
    return std::chrono::milliseconds(usec / 2000); // twice as often as asked for
}

} // namespace mailctl::server::notify
