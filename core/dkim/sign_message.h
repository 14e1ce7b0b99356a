// Signs mail of hosted domains with the keys of the store.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/dkim/sign.h"
#include "store/dkim_keys.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::dkim {

/// A message being signed while it passes. Order: the body in pieces, finish() once.
class MessageSigning {
public:
    MessageSigning(std::shared_ptr<const store::DkimDomain> domain, Signing signing)
        : domain_(std::move(domain)), signing_(std::move(signing))
    {
    }
    void feed(std::string_view body) { signing_.feed(body); }
    /// What goes before the message. As Signing::finish.
    Result<std::string> finish();

private:
    std::shared_ptr<const store::DkimDomain> domain_;
    Signing signing_;
};

/// Starts to sign for the domain of the one address in From, with the keys of that name or, where
/// it has none, of the domain whose alias it is. nullptr: not hosted, does not sign, or no active
/// keys. Reads memory only, once the domain is known. Errors: those of the store, Invalid.
Awaitable<Result<std::unique_ptr<MessageSigning>>> start_signing(store::Store& store,
                                                                 std::string_view header);

/// What goes before a whole message; empty: nobody signs it. Errors: as start_signing.
Awaitable<Result<std::string>> sign_message(store::Store& store, std::string_view header,
                                            std::string_view body);

} // namespace mailctl::dkim
