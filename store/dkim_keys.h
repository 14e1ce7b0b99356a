// The DKIM keys of each domain, and how its mail is signed. DOM-12, DOM-13
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/signing_key.h"

namespace mailctl::store {

/// DO NOT CHANGE: on disk since 0.1
enum class DkimState : std::uint8_t {
    Pending,  ///< made, to be published; does not sign
    Active,   ///< signs
    Retired,  ///< does not sign any more; stays published for mail under way
    Disabled, ///< neither
};

struct DkimKey {
    std::string selector; ///< canonical
    DkimState state = DkimState::Pending;
    crypto::SigningKind kind = crypto::SigningKind::Rsa;
    unsigned bits = 0;
    std::string private_key; ///< PKCS #8 PEM, or "file:PATH"
    std::string public_key;  ///< octets, as p= has them
    Time created{};
    Time activated{}; ///< last; Time{}: never
    Time retired{};   ///< while Retired
    std::string note;
    bool testing = false; ///< t=y in its record
    bool rotates = false; ///< made by rotation
    /// Of an active key, ready to sign; not set where its file cannot be read. Not stored.
    crypto::SigningKey signing;
};

/// How keys follow one another.
struct DkimRotation {
    milliseconds every{0};                     ///< age at which a key gets a successor; 0: never
    milliseconds overlap = std::chrono::days(7); ///< how long a retired key stays published
    /// After which a pending key signs though its record was not seen; 0: only once it is.
    milliseconds activate_after{0};
    bool operator==(const DkimRotation&) const = default;
};

/// How the mail of a domain is signed.
struct DkimPolicy {
    bool sign = true;
    std::string canons = "relaxed/relaxed"; ///< as dkim::parse_canons reads it
    std::string headers;                    ///< as dkim::parse_signed_headers; empty: the default
    std::string identity;                   ///< i=; empty: none
    milliseconds lifetime{0};               ///< x=; 0: none
    DkimRotation rotation;
    bool operator==(const DkimPolicy&) const = default;
};

inline constexpr std::size_t kMaxDkimKeys = 12; ///< of one domain
inline constexpr std::size_t kMaxDkimNote = 500;

struct DkimDomain {
    std::string domain; ///< canonical
    DkimPolicy policy;
    std::vector<DkimKey> keys; ///< by selector

    const DkimKey* find(std::string_view selector) const;
    DkimKey* find(std::string_view selector);
    bool is_signing() const; ///< it signs, and an active key can
};

/// Threads: any.
class DkimKeys {
public:
    virtual ~DkimKeys() = default;

    /// From memory after the first time. nullptr: none.
    virtual Awaitable<Result<std::shared_ptr<const DkimDomain>>> find_keys(std::string domain) = 0;
    /// Ascending by name.
    virtual Awaitable<Result<std::vector<DkimDomain>>> all_keys() = 0;
    /// Reads (default: a new one), changes and commits in one step; `change` may run several times.
    /// Errors: those of `change`, Invalid (a selector twice, fields too long), OverQuota
    /// (kMaxDkimKeys).
    virtual Awaitable<Result<DkimDomain>> update_keys(std::string domain,
                                                      std::function<Result<>(DkimDomain&)> change) = 0;
    /// Keys and policy; no error where there are none.
    virtual Awaitable<Result<>> erase_keys(std::string domain) = 0;
};

class Store; // store/store.h

/// The store's directory, which keeps them.
DkimKeys& dkim_keys(Store& store);

/// The private key, of the record or of its file. Errors: Invalid, Unavailable (the file).
Result<crypto::SigningKey> load_private_key(const std::string& private_key);

} // namespace mailctl::store
