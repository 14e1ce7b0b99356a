// The fence: no_new_privs, Landlock for files, seccomp for what a mail server never asks for.
#include "core/server/fence.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conf/config.h"

namespace mailctl::server {
namespace {

/// Everything that changes files. Reading and executing stay as they are.
constexpr std::uint64_t kWriting = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                   LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
/// What of it a rule for a single file may name.
constexpr std::uint64_t kWritingFile = LANDLOCK_ACCESS_FS_WRITE_FILE;

bool allow(int rules, const std::string& path, std::uint64_t access)
{
    landlock_path_beneath_attr rule{};
    rule.allowed_access = access;
    rule.parent_fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return false;
    const auto added =
        ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    ::close(rule.parent_fd);
    return added == 0;
}

bool fence_files(const std::vector<std::string>& writable)
{
    const auto version =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    // Before version 2 a file never moves between folders; from then on it may be allowed to.
    const std::uint64_t writing = version >= 2 ? kWriting | LANDLOCK_ACCESS_FS_REFER : kWriting;
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = writing;
    const auto made = ::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (made < 0)
        return false;
    const int rules = static_cast<int>(made);
    bool all = true;
    for (const auto& path : writable)
        all = allow(rules, path, writing) && all;
    for (const char* device : {"/dev/null", "/dev/tty"})
        allow(rules, device, kWritingFile);
    const bool held = all && ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    ::close(rules);
    return held;
}

/// Calls that only an intruder would make; they fail with EPERM.
constexpr unsigned kRefused[] = {
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_perf_event_open,
    SYS_bpf,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_open_by_handle_at,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_userfaultfd,
    SYS_quotactl,
    SYS_fsopen,
    SYS_fsmount,
    SYS_move_mount,
    SYS_open_tree,
    SYS_pidfd_getfd,
    SYS_io_uring_setup,
};

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kOtherAbi = 0x40000000; // x32's system calls carry this bit
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kOtherAbi = 0;
#else
constexpr std::uint32_t kArchitecture = 0;
constexpr std::uint32_t kOtherAbi = 0;
#endif

bool fence_system()
{
    if (kArchitecture == 0)
        return false;
    constexpr auto kLoad = BPF_LD | BPF_W | BPF_ABS;
    constexpr auto kEqual = BPF_JMP | BPF_JEQ | BPF_K;
    const std::uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
    std::vector<sock_filter> filter{
        BPF_STMT(kLoad, offsetof(seccomp_data, arch)),
        BPF_JUMP(kEqual, kArchitecture, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(kLoad, offsetof(seccomp_data, nr)),
    };
    if (kOtherAbi != 0) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kOtherAbi, 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, refuse));
    }
    for (const unsigned call : kRefused) {
        filter.push_back(BPF_JUMP(kEqual, call, 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, refuse));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

std::string folder_of(const std::string& path)
{
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

} // namespace

std::vector<std::string> writable_folders(const conf::Config& config)
{
    std::vector<std::string> folders{config.server.data_dir,
                                     conf::fts_folder_in(config.fts, config.server.data_dir)};
    if (config.log.target == "file" && !config.log.file.empty())
        folders.push_back(folder_of(config.log.file));
    if (!config.queue.pickup.empty())
        folders.push_back(config.queue.pickup);
    for (const auto& listener : config.listeners)
        for (const auto& address : listener.addresses)
            if (address.starts_with("unix:"))
                folders.push_back(folder_of(address.substr(5)));
    return folders;
}

Fence raise_fence(const std::vector<std::string>& writable)
{
    Fence fence;
    fence.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!fence.no_new_privileges)
        return fence; // without it the kernel takes neither of the others
    fence.files = fence_files(writable);
    fence.system = fence_system();
    return fence;
}

} // namespace mailctl::server
