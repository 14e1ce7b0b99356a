// An IMAP URL that names a message or a part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::imap {

inline constexpr std::size_t kUrlOctets = 4096;
inline constexpr std::size_t kUrlTokenOctets = 80; ///< what signing adds to a URL at most

/// Who may use a URL, and what proves that its owner said so. RFC 4467 §3, RFC 5092 §6.1
struct UrlAuthorization {
    enum class Access : std::uint8_t {
        Submit,    ///< "submit+": who submits mail for `user`
        User,      ///< "user+": `user`
        AuthUser,  ///< whoever is logged in
        Anonymous, ///< anybody
    };
    Access access = Access::Anonymous;
    std::string user;
    std::optional<Time> expires;
    std::string_view rump; ///< what the token signs: the URL up to there. Borrows: the URL's text
    std::string mechanism; ///< upper case; empty: not signed yet
    std::string token;     ///< hexadecimal digits
};

/// RFC 5092 §6: "imap://ann@example.org/INBOX;UIDVALIDITY=1/;UID=20/;SECTION=1.2/;PARTIAL=0.1024", or
/// only its path, or what stands behind the mailbox where that is the selected one.
struct MessageUrl {
    std::string host;    ///< lower case, without its port; empty: this server
    std::string user;    ///< before the host; empty: none
    std::string mailbox; ///< UTF-8, "/" between levels; empty: the selected one
    std::optional<std::uint32_t> uid_validity;
    std::uint32_t uid = 0;
    std::string section; ///< "1.2", "HEADER"; empty: the whole message
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> octets; ///< nullopt: up to the end
    std::optional<UrlAuthorization> authorization;
};

/// Limit: kUrlOctets. Errors: Invalid (no such URL, or one of something else than a message).
Result<MessageUrl> parse_message_url(std::string_view url);

} // namespace mailctl::imap
