// Compares what a start alone reads.
#include "core/server/restart.h"

#include "conf/config.h"

namespace mailctl::server {

std::vector<std::string> waiting_for_restart(const conf::Config& before, const conf::Config& after)
{
    std::vector<std::string> out;
    const auto compare = [&out](const char* key, bool same) {
        if (!same)
            out.emplace_back(key);
    };
    compare("server.data_dir", before.server.data_dir == after.server.data_dir);
    compare("server.user", before.server.user == after.server.user);
    compare("server.threads", before.server.threads == after.server.threads);
    compare("control.group", before.control.group == after.control.group);
    compare("control.listen", before.control.listen == after.control.listen);
    compare("control.port", before.control.port == after.control.port);
    compare("fts.folder", before.fts.folder == after.fts.folder);
    compare("queue.pickup", before.queue.pickup == after.queue.pickup); // the fence stands
    compare("store.cache", before.store.cache_octets == after.store.cache_octets);
    compare("store.write_buffer",
            before.store.write_buffer_octets == after.store.write_buffer_octets);
    return out;
}

} // namespace mailctl::server
