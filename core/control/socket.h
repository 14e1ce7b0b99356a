// The control socket itself: paths of any length, and messages with descriptors.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/control/descriptor.h"

namespace mailctl::control {

/// Where the server of this data folder listens.
std::string socket_path(const std::string& data_dir);

/// Binds and listens; a path that a dead server left is taken over. Nobody but the owner may
/// connect yet. Errors: Exists (a server listens there), Denied, Unavailable.
Result<Descriptor> listen_at(const std::string& path);
/// As listen_at, for an `owner` (nullopt: who runs this); where there is a `group`, its members may
/// connect as well.
Result<Descriptor> listen_at(const std::string& path, std::optional<unsigned> owner,
                             std::optional<unsigned> group);
/// Errors: NotFound (nobody listens), Denied, Unavailable.
Result<Descriptor> connect_to(const std::string& path);

/// Who is at the other end, as the kernel knows.
struct Peer {
    unsigned uid = 0, gid = 0;
    int pid = 0;
    std::vector<unsigned> groups;
};
Result<Peer> peer_of(int descriptor);

/// Sends kMagic, kProtocol, the length and the body, with descriptors. Blocks, up to the socket's
/// send limit. Errors: Unavailable.
Result<> send_message(int descriptor, std::string_view body, const std::vector<int>& descriptors);

struct Message {
    std::uint32_t protocol = 0; ///< another than kProtocol: the body is empty
    std::string body;
    std::vector<Descriptor> descriptors;
};
/// Blocks, up to the socket's receive limit. Errors: Unavailable (the peer is gone or too slow),
/// Invalid (no such message; more than `limit` octets).
Result<Message> receive_message(int descriptor, std::size_t limit);

/// No send or receive takes longer than this; zero: no limit.
void set_limit(int descriptor, std::chrono::milliseconds limit);

} // namespace mailctl::control
