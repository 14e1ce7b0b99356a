// The backend of a process of its own: settings from the file, the store opened here.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "cmd/context.h"

namespace mailctl::cmd {

/// Opens the settings and the store at first use. Threads: one command's.
class OfflineBackend : public Backend {
public:
    OfflineBackend();
    ~OfflineBackend() override;

    /// The file named by -c, else by $MAILCTL_CONF, else /etc/mailctl/mailctl.toml.
    void use_file(std::string path);
    /// Opens the store for reading only: beside a stopped server's files nothing changes.
    const std::string& file() const { return file_; }

    Result<std::shared_ptr<const conf::Config>> config() override;
    Result<store::Store*> store() override;
    server::Server* server() override { return nullptr; }
    boost::asio::any_io_executor executor() override;

private:
    struct Workers;
    std::string file_;
    std::shared_ptr<const conf::Config> config_;
    std::unique_ptr<Workers> workers_;
    std::unique_ptr<store::Store> store_;
    bool opened_ = false;
};

} // namespace mailctl::cmd
