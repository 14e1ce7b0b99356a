// Keeping outcomes of password checks for a while.
#include "core/auth/verified.h"

#include "core/crypto/digest.h"
#include "core/crypto/secret.h"

namespace mailctl::auth {

Verified::Verified(Random& random) : key_(32, '\0')
{
    random.fill({reinterpret_cast<std::uint8_t*>(key_.data()), key_.size()});
}

std::string Verified::mark(std::string_view hash, std::string_view password) const
{
    std::string text(hash);
    text += '\0';
    text += password;
    const crypto::WipeAtEnd wipe_text(text);
    return crypto::hmac(crypto::Hash::Sha256, key_, text);
}

std::optional<bool> Verified::find(const std::string& mark, Time now) const
{
    const std::lock_guard lock(mutex_);
    const auto it = outcomes_.find(mark);
    if (it == outcomes_.end() || it->second.until <= now)
        return std::nullopt;
    return it->second.is_good;
}

void Verified::put(const std::string& mark, bool is_good, Time now)
{
    const std::lock_guard lock(mutex_);
    if (outcomes_.size() >= kMostVerified) {
        std::erase_if(outcomes_, [&](const auto& entry) { return entry.second.until <= now; });
        if (outcomes_.size() >= kMostVerified)
            outcomes_.clear();
    }
    outcomes_[mark] = {now + kKeepVerified, is_good};
}

} // namespace mailctl::auth
