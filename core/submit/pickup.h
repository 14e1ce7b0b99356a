// Sends the message files of a folder: for programs that can write a file and nothing else.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::submit {

/// What became of the files of one look.
struct PickedUp {
    unsigned sent = 0, bad = 0, later = 0;
};

/// Files NAME.eml, each sent once and then erased; what can never be sent becomes NAME.eml.bad.
/// A file is erased after its message is durable. A crash in between sends it again, which adds
/// nothing to mailboxes nor to a queue that still has it: its delivery id is made of its name,
/// inode, size and time.
/// Threads: one; not one of `executor`, where the sessions run.
class PickupFolder {
public:
    PickupFolder(std::string folder, boost::asio::any_io_executor executor);
    ~PickupFolder();
    PickupFolder(const PickupFolder&) = delete;
    PickupFolder& operator=(const PickupFolder&) = delete;

    /// Takes what is there now; asks before each file whether to stop.
    PickedUp look(const std::shared_ptr<const delivery::Services>& services,
                  const std::function<bool()>& stops);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Where names without a domain are: server.default_domain, else the host's name.
std::string local_domain(const delivery::Services& services);

} // namespace mailctl::submit
