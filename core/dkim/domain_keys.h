// A domain's keys as they are made, published, replaced and given up. DOM-13
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dkim/key_record.h"
#include "core/dkim/sign.h"
#include "core/dkim/verify.h"
#include "store/dkim_keys.h"

namespace mailctl::dkim {

/// "pending", "active", "retired", "disabled"
std::string_view name_of(store::DkimState state);
/// "rsa", "ed25519"
std::string_view name_of(crypto::SigningKind kind);

/// What a new key is to be.
struct KeyWish {
    std::string selector;
    crypto::SigningKind kind = crypto::SigningKind::Rsa;
    unsigned bits = 2048; ///< of RSA: 2048, 3072 or 4096
    std::string note;
    bool testing = false;
    bool rotates = false;
};
/// A pending key. Takes its time (RSA 4096: seconds): not on an I/O thread. Errors: Invalid.
Result<store::DkimKey> make_key(const KeyWish& wish, Time now);
/// The same around a key that is there. RFC 8301 §3.2: RSA from 1024 bits. Errors: Invalid.
Result<store::DkimKey> key_around(const crypto::SigningKey& key, const KeyWish& wish, Time now);

/// "202611r" or "202611e", by month and kind; "202611r2" where that one is taken.
std::string free_selector(const store::DkimDomain& domain, crypto::SigningKind kind, Time now);

/// What is to be published for a key.
KeyRecord record_of(const store::DkimKey& key);

/// How a record is written down.
enum class RecordForm {
    Zone,  ///< a line of a zone file, in strings of 255 octets at most. RFC 1035 §3.3.14
    Plain, ///< name, tab, text
    Paste, ///< host label and value on lines of their own, for a provider's web form
};
/// With its line end. Errors: Invalid (no such name).
Result<std::string> to_text(RecordForm form, const store::DkimKey& key, std::string_view domain);

/// What the DNS has of a key.
enum class Published : std::uint8_t {
    Equal,
    TestFlag,    ///< the right key, t=y in one of the two only
    Differs,     ///< the right key, with something that keeps it from being used
    WrongKey,    ///< another key, or a revoked one
    Missing,
    Several,     ///< more than one record: RFC 6376 §3.6.2.2
    Unavailable, ///< nobody answers
};
/// "equal", "test flag", "differs", "wrong key", "missing", "several records", "unavailable"
std::string_view name_of(Published published);
Published compare(const store::DkimKey& key, const KeyAnswer& answer);
/// True where mail that the key signs verifies.
bool is_usable(Published published);

// Changes of state ---------------------------------------------------------------------------
/// Errors of these: NotFound (selector), Invalid (its private key cannot be read).
Result<> activate(store::DkimDomain& domain, std::string_view selector, Time now);
Result<> retire(store::DkimDomain& domain, std::string_view selector, Time now);
Result<> set_state(store::DkimDomain& domain, std::string_view selector, store::DkimState state,
                   Time now);
/// NotFound too where it is gone already.
Result<> remove(store::DkimDomain& domain, std::string_view selector);

/// How the domain's mail is signed. Errors: Invalid (what is stored does not parse).
Result<SigningOptions> options_of(const store::DkimPolicy& policy);
/// Errors: Invalid, saying which setting and why.
Result<> check_policy(const store::DkimPolicy& policy, std::string_view domain);
/// The keys that sign, with their names.
std::vector<SigningIdentity> signing_keys(const store::DkimDomain& domain);

} // namespace mailctl::dkim
