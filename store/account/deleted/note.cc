// The limits of an account, and its notes.
#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {

namespace {

constexpr std::size_t kMaxNoteNameOctets = 200;
constexpr std::size_t kMaxNoteOctets = 60'000;

class SetLimits final : public Mutation {
public:
    explicit SetLimits(Usage limits) : limits_(limits) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        const auto& old = std::as_const(change).cell().limits;
        if (old.octets != limits_.octets || old.messages != limits_.messages)
            change.cell().limits = limits_;
        co_return ok();
    }

private:
    Usage limits_;
};

class SetNote final : public Mutation {
public:
    SetNote(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value))
    {}

    Awaitable<Result<>> apply(Change& change) override
    {
        change.put(keys::note(name_), encode_text(value_));
        co_return ok();
    }

private:
    std::string name_;
    std::string value_;
};

} // namespace

Awaitable<Result<>> MailAccount::set_limits(Usage limits)
{
    co_return co_await mutate(std::make_shared<SetLimits>(limits));
}

Awaitable<Result<std::optional<std::string>>> MailAccount::note(std::string name)
{
    Query query;
    query.keys.push_back(keys::note(name));
    const auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return std::optional<std::string>();
    CO_TRY(auto value, decode_text(*answer->values[0]));
    co_return std::optional(std::move(value));
}

Awaitable<Result<>> MailAccount::set_note(std::string name, std::string value)
{
    if (name.empty() || name.size() > kMaxNoteNameOctets || value.size() > kMaxNoteOctets)
        co_return Error(Errc::Invalid, "the note or its name is too long");
    co_return co_await mutate(std::make_shared<SetNote>(std::move(name), std::move(value)));
}

} // namespace mailctl::store
