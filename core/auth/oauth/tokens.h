// Bearer tokens checked: here by keys, else by the endpoint that issued them.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "conf/oauth.h"
#include "core/auth/oauth/token_keys.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::auth {

/// Whether tokens are taken at all.
bool takes_tokens(const conf::OAuthSettings& settings);

/// Threads: any.
class Tokens {
public:
    /// `workers`: where the endpoint is asked.
    explicit Tokens(boost::asio::any_io_executor workers) : workers_(std::move(workers)) {}

    /// Reads the keys anew. What cannot be read is logged, and then verifies nothing.
    void configure(const conf::OAuthSettings& settings);

    /// The login name that a token is for. Errors: Denied (why, for the log), Unavailable (the
    /// endpoint does not answer).
    Awaitable<Result<std::string>> check(std::string token, Time now);

private:
    struct State {
        conf::OAuthSettings settings;
        std::string client_secret;
        std::vector<NamedKey> keys;
    };
    std::shared_ptr<const State> state() const;

    boost::asio::any_io_executor workers_;
    mutable std::mutex mutex_;
    std::shared_ptr<const State> state_ = std::make_shared<const State>();
};

} // namespace mailctl::auth
