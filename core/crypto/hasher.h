// A digest of octets that come in pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/crypto/digest.h"

struct evp_md_ctx_st;

namespace mailctl::crypto {

/// Fed any number of times, then asked once.
class Hasher {
public:
    explicit Hasher(Hash hash);
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;
    ~Hasher();

    void feed(std::string_view octets);
    /// The digest of all that was fed, as octets. Nothing may be fed afterwards.
    std::string finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

} // namespace mailctl::crypto
