// The control socket: a path longer than sun_path is reached through its folder's descriptor.
#include "core/control/socket.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/control/request.h"

namespace mailctl::control {
namespace {

constexpr int kBacklog = 64;
constexpr std::size_t kHeaderOctets = 12;
constexpr std::size_t kMaxDescriptors = kMaxFiles + 3; // SCM_MAX_FD is 253

Error error_of(int number, const std::string& what)
{
    const Errc code = number == ENOENT || number == ECONNREFUSED ? Errc::NotFound
                      : number == EACCES || number == EPERM      ? Errc::Denied
                      : number == EADDRINUSE                     ? Errc::Exists
                                                                 : Errc::Unavailable;
    return Error(code, what + ": " + std::strerror(number));
}

/// An address for a path of any length; the folder stays open as long as the address is used.
struct Address {
    sockaddr_un un{};
    socklen_t size = 0;
    Descriptor folder;
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&un); }
};

Result<Address> address_of(const std::string& path)
{
    Address address;
    std::string name = path;
    if (name.size() >= sizeof address.un.sun_path) {
        const auto slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
        address.folder = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.folder.is_open())
            return error_of(errno, path);
        name = "/proc/self/fd/" + std::to_string(address.folder.get()) + "/" +
               path.substr(slash == std::string::npos ? 0 : slash + 1);
    }
    if (name.size() >= sizeof address.un.sun_path)
        return Error(Errc::Invalid, path + ": the name of the socket is too long");
    address.un.sun_family = AF_UNIX;
    std::memcpy(address.un.sun_path, name.c_str(), name.size() + 1);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
    return address;
}

Descriptor new_socket()
{
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

std::uint32_t number_at(const char* octets)
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(octets[i]);
    return value;
}

/// One recvmsg: octets into `into`, descriptors into `message`. 0: the end.
Result<std::size_t> receive_some(int descriptor, char* into, std::size_t size, Message& message)
{
    alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
    iovec part{into, size};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t got = 0;
    do
        got = ::recvmsg(descriptor, &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return Error(Errc::Unavailable, std::strerror(errno));
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(c) + i * sizeof(int), sizeof number);
            message.descriptors.emplace_back(number);
        }
    }
    if ((header.msg_flags & MSG_CTRUNC) != 0)
        return Error(Errc::Invalid, "too many descriptors");
    return static_cast<std::size_t>(got);
}

Result<> receive_all(int descriptor, char* into, std::size_t size, Message& message)
{
    while (size > 0) {
        TRY(const std::size_t got, receive_some(descriptor, into, size, message));
        if (got == 0)
            return Error(Errc::Unavailable, "the other end is gone");
        into += got;
        size -= got;
    }
    return ok();
}

} // namespace

std::string socket_path(const std::string& data_dir)
{
    return data_dir + "/control.sock";
}

Result<Descriptor> listen_at(const std::string& path)
{
    TRY(const Address address, address_of(path));
    // Whoever connects to a path where nobody listens is refused: a dead server left it.
    if (const auto live = connect_to(path); live)
        return Error(Errc::Exists, path + ": a server is running already");
    else if (live.error().code() != Errc::NotFound)
        return live.error();
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode))
        ::unlink(path.c_str());
    Descriptor made = new_socket();
    if (!made.is_open() || ::bind(made.get(), address.get(), address.size) != 0)
        return error_of(errno, path);
    if (::chmod(path.c_str(), 0600) != 0 || ::listen(made.get(), kBacklog) != 0)
        return error_of(errno, path);
    return made;
}

Result<Descriptor> listen_at(const std::string& path, std::optional<unsigned> owner,
                             std::optional<unsigned> group)
{
    TRY(auto made, listen_at(path));
    constexpr auto kSame = static_cast<unsigned>(-1); // chown(2)
    if (::chown(path.c_str(), owner.value_or(kSame), group.value_or(kSame)) != 0 ||
        ::chmod(path.c_str(), group ? 0660 : 0600) != 0)
        return error_of(errno, path);
    return made;
}

Result<Descriptor> connect_to(const std::string& path)
{
    TRY(const Address address, address_of(path));
    Descriptor made = new_socket();
    if (!made.is_open() || ::connect(made.get(), address.get(), address.size) != 0)
        return error_of(errno, path);
    return made;
}

Result<Peer> peer_of(int descriptor)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return error_of(errno, "peer credentials");
    Peer peer{credentials.uid, credentials.gid, credentials.pid, {}};
    size = 0;
    ::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, nullptr, &size); // tells how much
    peer.groups.resize(size / sizeof(unsigned));
    if (size > 0 &&
        ::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &size) != 0)
        peer.groups.clear();
    return peer;
}

Result<> send_message(int descriptor, std::string_view body, const std::vector<int>& descriptors)
{
    std::string octets(kMagic, sizeof kMagic);
    for (const std::uint32_t number : {kProtocol, static_cast<std::uint32_t>(body.size())})
        for (int shift = 24; shift >= 0; shift -= 8)
            octets += static_cast<char>(number >> shift);
    octets += body;
    if (descriptors.size() > kMaxDescriptors)
        return Error(Errc::Invalid, "more than " + std::to_string(kMaxFiles) + " files");

    alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
    std::string_view rest = octets;
    for (bool first = true; !rest.empty(); first = false) {
        iovec part{const_cast<char*>(rest.data()), rest.size()};
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        if (first && !descriptors.empty()) {
            header.msg_control = control;
            header.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
            cmsghdr* c = CMSG_FIRSTHDR(&header);
            c->cmsg_level = SOL_SOCKET;
            c->cmsg_type = SCM_RIGHTS;
            c->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
            std::memcpy(CMSG_DATA(c), descriptors.data(), descriptors.size() * sizeof(int));
        }
        ssize_t sent = 0;
        do
            sent = ::sendmsg(descriptor, &header, MSG_NOSIGNAL);
        while (sent < 0 && errno == EINTR);
        if (sent < 0)
            return Error(Errc::Unavailable, std::strerror(errno));
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return ok();
}

Result<Message> receive_message(int descriptor, std::size_t limit)
{
    Message message;
    char header[kHeaderOctets];
    TRY_VOID(receive_all(descriptor, header, sizeof header, message));
    if (std::memcmp(header, kMagic, sizeof kMagic) != 0)
        return Error(Errc::Invalid, "not a control message");
    message.protocol = number_at(header + 4);
    if (message.protocol != kProtocol)
        return message;
    const std::uint32_t octets = number_at(header + 8);
    if (octets > limit)
        return Error(Errc::Invalid, "a control message of " + std::to_string(octets) + " octets");
    message.body.resize(octets);
    TRY_VOID(receive_all(descriptor, message.body.data(), octets, message));
    return message;
}

void set_limit(int descriptor, std::chrono::milliseconds limit)
{
    const timeval value{limit.count() / 1000, (limit.count() % 1000) * 1000};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

} // namespace mailctl::control
