// Decides whether another is asked.
#include "core/dns/recursion/fallback_source.h"

#include "core/base/log.h"
#include "core/dns/name.h"
#include "core/dns/record_text.h"

namespace mailctl::dns {
namespace {

/// A refusal counts as no answer: Source.
Error unavailable(const Error& error)
{
    return error.code() == Errc::Denied ? Error(Errc::Unavailable, error.detail()) : error;
}

} // namespace

FallbackSource::FallbackSource(std::unique_ptr<NetworkSource> servers,
                               std::unique_ptr<IterativeSource> roots, Fallback when)
    : servers_(std::move(servers)), roots_(std::move(roots)), when_(when)
{}

void FallbackSource::forget(const std::string& name)
{
    if (roots_)
        roots_->forget(name);
}

bool FallbackSource::goes_on(const Question& question, const Error& error) const
{
    if (!roots_ || error.code() == Errc::Invalid)
        return false;
    const bool may = when_ == Fallback::OnFailure ||
                     (error.code() == Errc::Unavailable && question.type != Type::Tlsa);
    if (may)
        log::debug("dns", "asked from the root down",
                   {{"name", shown(question.name)},
                    {"type", text_of(question.type)},
                    {"why", error.detail()}});
    return may;
}

Awaitable<Result<RawAnswer>> FallbackSource::ask(Question question)
{
    auto answer = co_await servers_->ask(question);
    if (answer)
        co_return answer;
    if (!goes_on(question, answer.error()))
        co_return unavailable(answer.error());
    co_return co_await roots_->ask(std::move(question));
}

Awaitable<Result<RawMessage>> FallbackSource::exchange(Question question)
{
    auto message = co_await servers_->exchange(question);
    if (message)
        co_return message;
    if (!goes_on(question, message.error()))
        co_return unavailable(message.error());
    co_return co_await roots_->exchange(std::move(question));
}

} // namespace mailctl::dns
