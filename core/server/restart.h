// What a reload cannot put in force.
#pragma once

#include <string>
#include <vector>

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::server {

/// Settings that differ and that only a start reads, by key.
std::vector<std::string> waiting_for_restart(const conf::Config& before, const conf::Config& after);

} // namespace mailctl::server
