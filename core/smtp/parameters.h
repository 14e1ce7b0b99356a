// MAIL and RCPT: their paths and parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "core/address/address.h"
#include "core/smtp/extensions.h"
#include "core/smtp/replies.h"

namespace mailctl::smtp {

/// A value, or what to say to the peer.
template <class T>
using Parsed = boost::system::result<T, Say>;

enum class Body { SevenBit, EightBitMime, BinaryMime }; ///< RFC 6152, RFC 3030

/// The arguments of MAIL.
struct MailCommand {
    std::optional<address::Address> sender; ///< nullopt: the null reverse-path
    std::uint64_t size = 0;                 ///< SIZE=, 0: not said
    Body body = Body::SevenBit;
    bool smtp_utf8 = false;
    bool return_given = false;              ///< RET= was said
    bool return_full = false;               ///< RET=FULL
    bool require_tls = false;               ///< REQUIRETLS: RFC 8689 §2
    std::string envelope_id;                ///< ENVID=, decoded
    std::uint64_t hold_for_seconds = 0;     ///< HOLDFOR=: RFC 4865 §4
    std::optional<Time> hold_until;         ///< HOLDUNTIL=
};

// NOTIFY= as bits; the same as store::DsnNotify.
inline constexpr std::uint8_t kNotifyNever = 1, kNotifySuccess = 2, kNotifyFailure = 4,
                              kNotifyDelay = 8;

/// The arguments of RCPT.
struct RcptCommand {
    address::Address recipient;     ///< empty domain: <Postmaster>, RFC 5321 §4.1.1.3
    std::uint8_t notify = 0;        ///< bits; 0: not said
    std::string original_recipient; ///< ORCPT=, decoded: "rfc822;ann@example.org"
};

/// Reads "FROM:<reverse-path> parameters". RFC 5321 §4.1.1.2.
/// Says BadArguments, BadSender, BadParameter, ParameterUnknown or Utf8Address.
Parsed<MailCommand> parse_mail(std::string_view arguments, const Extensions& offered);

/// Reads "TO:<forward-path> parameters". RFC 5321 §4.1.1.3. `utf8`: the MAIL said SMTPUTF8.
/// Says BadArguments, BadRecipient, BadParameter, ParameterUnknown or Utf8Address.
Parsed<RcptCommand> parse_rcpt(std::string_view arguments, bool utf8);

/// The arguments of BDAT: "5 LAST". RFC 3030 §2. Says BadArguments.
struct BdatCommand {
    std::uint64_t octets = 0;
    bool last = false;
};
Parsed<BdatCommand> parse_bdat(std::string_view arguments);

} // namespace mailctl::smtp
