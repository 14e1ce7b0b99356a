// From root to the server's own user.
#include "core/server/privileges.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mailctl::server {
namespace {

constexpr rlim_t kMaxDescriptors = 1U << 20;

Error system_error(Errc code, const std::string& what)
{
    return Error(code, what + ": " + std::strerror(errno));
}

/// Leaves nothing but the power to bind ports below 1024.
Result<> keep_port_power()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    data[0].permitted = data[0].effective = 1U << CAP_NET_BIND_SERVICE;
    if (::syscall(SYS_capset, &header, data) != 0)
        return system_error(Errc::Denied, "cannot drop root's powers");
    return ok();
}

} // namespace

Result<SystemUser> find_user(const std::string& name)
{
    std::vector<char> buffer(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return Error(Errc::NotFound, "server.user: no user \"" + name + "\" on this system");
    return SystemUser{name, entry.pw_uid, entry.pw_gid};
}

Result<unsigned> find_group(const std::string& name)
{
    std::vector<char> buffer(64 * 1024);
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return Error(Errc::NotFound, "control.group: no group \"" + name + "\" on this system");
    return entry.gr_gid;
}

Result<> prepare_data_dir(const std::string& path, const std::optional<SystemUser>& user,
                          std::optional<unsigned> group)
{
    std::error_code ec;
    const bool made = std::filesystem::create_directories(path, ec);
    if (ec)
        return Error(Errc::Unavailable, path + ": " + ec.message());
    const bool is_root = ::geteuid() == 0;
    const mode_t mode = group ? 0710 : 0700;
    if (made && ::chmod(path.c_str(), mode) != 0)
        return system_error(Errc::Unavailable, path);
    if (made && is_root && user && ::chown(path.c_str(), user->uid, group.value_or(user->gid)) != 0)
        return system_error(Errc::Unavailable, path);
    if (user) {
        TRY_VOID(give_to(*user, path));
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return system_error(Errc::Unavailable, path);
    const unsigned owner = user && is_root ? user->uid : ::geteuid();
    if (status.st_uid != owner)
        return Error(Errc::Denied, path + " belongs to user " + std::to_string(status.st_uid) +
                                       ", and the server runs as " + std::to_string(owner) +
                                       ": chown it");
    if ((status.st_mode & S_IWOTH) != 0)
        return Error(Errc::Denied, path + ": everyone may write to it: chmod o-w");
    return ok();
}

Result<> give_to(const SystemUser& user, const std::string& folder)
{
    if (::geteuid() != 0 || user.uid == 0)
        return ok();
    const auto give = [&user](const std::string& path) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0 || status.st_uid != 0)
            return true;
        // A second name may be of a file elsewhere: not ours to give.
        if (S_ISREG(status.st_mode) && status.st_nlink > 1)
            return true;
        return ::lchown(path.c_str(), user.uid, user.gid) == 0;
    };
    namespace fs = std::filesystem;
    std::error_code ec;
    // A folder that is neither new nor a store is not ours, whatever the settings say.
    if (!fs::is_empty(folder, ec) && !fs::exists(folder + "/CURRENT", ec))
        return ok();
    if (!give(folder))
        return system_error(Errc::Unavailable, folder);
    for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        if (!give(it->path().string()))
            return system_error(Errc::Unavailable, it->path().string());
    }
    if (ec)
        return Error(Errc::Unavailable, folder + ": " + ec.message());
    return ok();
}

Result<> become(const SystemUser& user)
{
    if (::geteuid() == user.uid && ::getuid() == user.uid)
        return ok();
    if (::geteuid() != 0)
        return Error(Errc::Denied,
                     "server.user is \"" + user.name + "\": start as root or as that user");
    if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 ||
        ::initgroups(user.name.c_str(), user.gid) != 0 ||
        ::setresgid(user.gid, user.gid, user.gid) != 0 ||
        ::setresuid(user.uid, user.uid, user.uid) != 0)
        return system_error(Errc::Denied, "cannot become " + user.name);
    TRY_VOID(keep_port_power());
    if (user.uid != 0 && ::setuid(0) == 0)
        return Error(Errc::Denied, "root's rights came back after they were dropped");
    return ok();
}

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, kMaxDescriptors);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace mailctl::server
