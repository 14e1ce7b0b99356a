// Stand-ins for what a session is handed.
#pragma once

#include <optional>

#include "core/auth/authenticator.h"

namespace mailctl::server {

/// Admits everyone, or refuses everyone; nobody can log in.
class FakeAuthenticator : public auth::Authenticator {
public:
    std::optional<Errc> refusal;
    int counted = 0; ///< connections admitted and alive

    Awaitable<Result<auth::Login>> check_password(auth::Attempt, std::string, std::string) override
    {
        co_return Error(Errc::Denied, "nobody");
    }
    Awaitable<Result<ScramKeys>> scram_keys(auth::Attempt, std::string) override
    {
        co_return Error(Errc::Unavailable, "none");
    }
    Awaitable<Result<auth::Login>> scram_done(auth::Attempt, ScramKeys, bool) override
    {
        co_return Error(Errc::Denied, "nobody");
    }
    Result<std::unique_ptr<Guard>> admit(const net::Endpoint&, const conf::Listener&) override
    {
        if (refusal)
            return Error(*refusal, "the test says so");
        return std::unique_ptr<Guard>(std::make_unique<Counted>(counted));
    }
    bool is_loaded(conf::Protocol) const override { return false; }
    Result<> check_ban(const net::Endpoint&) override { return ok(); }
    void misbehaved(const net::Endpoint&, std::string_view) override {}
    std::vector<Lock> locks() const override { return {}; }
    Result<> unlock(std::string_view) override { return Error(Errc::NotFound, "not locked"); }
    void configure(std::shared_ptr<const conf::Config>) override {}
    void happened(const net::Endpoint&, conf::BanTrigger) override {}
    void keep_bans() override {}
    void stop() override {}

private:
    class Counted : public Guard {
    public:
        explicit Counted(int& count) : count_(count) { ++count_; }
        ~Counted() override { --count_; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;

    private:
        int& count_;
    };
};

} // namespace mailctl::server
