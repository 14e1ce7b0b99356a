// Finds who signs a message, and signs.
#include "core/dkim/sign_message.h"

#include <utility>

#include "core/dkim/domain_keys.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::dkim {
namespace {

using Found = std::shared_ptr<const store::DkimDomain>;

/// The keys that sign for a hosted name; nullptr: none.
Awaitable<Result<Found>> signer_of(store::Store& store, std::string name)
{
    const auto hosted = co_await store.directory().find_domain(name);
    if (!hosted && hosted.error().code() == Errc::NotFound)
        co_return Found();
    if (!hosted)
        co_return hosted.error();
    auto own = co_await store::dkim_keys(store).find_keys(name);
    if (!own || *own || hosted->name == name)
        co_return own;
    co_return co_await store::dkim_keys(store).find_keys(hosted->name);
}

} // namespace

Result<std::string> MessageSigning::finish()
{
    return signing_.finish(signing_keys(*domain_));
}

Awaitable<Result<std::unique_ptr<MessageSigning>>> start_signing(store::Store& store,
                                                                 std::string_view header)
{
    const std::string name = author_domain(header);
    if (name.empty())
        co_return std::unique_ptr<MessageSigning>();
    auto signer = co_await signer_of(store, name);
    if (!signer)
        co_return signer.error();
    if (!*signer || !(*signer)->is_signing())
        co_return std::unique_ptr<MessageSigning>();
    CO_TRY(const SigningOptions options, options_of((*signer)->policy));
    Signing signing(header, options, store.clock().now());
    co_return std::make_unique<MessageSigning>(std::move(*signer), std::move(signing));
}

Awaitable<Result<std::string>> sign_message(store::Store& store, std::string_view header,
                                            std::string_view body)
{
    auto signing = co_await start_signing(store, header);
    if (!signing)
        co_return signing.error();
    if (!*signing)
        co_return std::string();
    (*signing)->feed(body);
    co_return (*signing)->finish();
}

} // namespace mailctl::dkim
