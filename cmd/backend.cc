// Settings and store of a command that runs by itself.
#include "cmd/backend.h"

#include <boost/asio/thread_pool.hpp>

#include "conf/load.h"
#include "core/server/privileges.h"
#include "store/first_mailboxes.h"
#include "store/keeping.h"
#include "store/store.h"

namespace mailctl::cmd {

struct OfflineBackend::Workers {
    boost::asio::thread_pool pool{std::max(2U, std::thread::hardware_concurrency())};
};

OfflineBackend::OfflineBackend() = default;

OfflineBackend::~OfflineBackend()
{
    store_.reset(); // before the threads its work runs on
    if (workers_)
        workers_->pool.join();
    // What root wrote belongs to the server.
    if (config_ && opened_ && !config_->server.user.empty()) {
        if (const auto user = server::find_user(config_->server.user))
            (void)server::give_to(*user, config_->server.data_dir);
    }
}

void OfflineBackend::use_file(std::string path)
{
    file_ = std::move(path);
}

Result<std::shared_ptr<const conf::Config>> OfflineBackend::config()
{
    if (config_)
        return config_;
    const auto loaded = conf::load(file_);
    if (!loaded.errors.empty()) {
        std::string text;
        for (const auto& error : loaded.errors)
            text += (text.empty() ? "" : "\nmailctl: ") + conf::to_string(error);
        return Error(loaded.unreadable ? Errc::NotFound : Errc::Invalid, text);
    }
    config_ = std::make_shared<const conf::Config>(loaded.config);
    return config_;
}

Result<store::Store*> OfflineBackend::store()
{
    if (store_)
        return store_.get();
    TRY(const auto settings, config());
    store::StoreOptions options;
    options.directory = settings->server.data_dir;
    if (settings->store.cache_octets != 0)
        options.cache_octets = settings->store.cache_octets;
    options.write_buffer_octets = settings->store.write_buffer_octets;
    TRY(store_, store::open_store(options));
    store_->keeping().set_rules({settings->deleted.keep, settings->deleted.count_in_quota});
    store::use_first_mailboxes(*store_, settings->imap.default_mailboxes);
    opened_ = true;
    return store_.get();
}

boost::asio::any_io_executor OfflineBackend::executor()
{
    if (!workers_) // not before: serve drops its rights while it is one thread
        workers_ = std::make_unique<Workers>();
    return workers_->pool.get_executor();
}

} // namespace mailctl::cmd
