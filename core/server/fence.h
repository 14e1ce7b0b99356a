// What the kernel keeps a running server from doing, should a stranger get to steer it.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::server {

/// What the fence came to, for the log.
struct Fence {
    bool no_new_privileges = false;
    bool files = false;  ///< Landlock: nothing is written outside `writable`
    bool system = false; ///< seccomp: no mounts, modules, tracing, namespaces, clocks
};

/// Where a fenced server may still write.
std::vector<std::string> writable_folders(const conf::Config& config);

/// Raises the fence for this thread and all it starts from now on: call it before other threads.
/// Where the kernel lacks a part, the others still stand. Every file can still be read as far as
/// its permissions go; what is open already can be written.
Fence raise_fence(const std::vector<std::string>& writable);

} // namespace mailctl::server
