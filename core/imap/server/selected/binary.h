// BINARY: parts without their transfer encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/fetch_items.h"
#include "core/imap/server/session.h"
#include "store/account.h"

namespace mailctl::imap {

/// Of the decoded octets.
struct DecodedRange {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> octets; ///< nullopt: up to the end
};

/// Writes the section of a message as a literal8, without its transfer encoding; NIL where there is no
/// such part. Decoded twice and bounded as below. Errors: as send_binary.
Awaitable<Result<>> send_decoded(Session& session, store::Account& account,
                                 const store::Email& email, const Section& section,
                                 DecodedRange range);

/// What a part is once its transfer encoding is gone.
struct DecodedForm {
    std::uint64_t octets = 0;
    std::uint64_t lines = 0;
    std::string_view encoding = "7bit"; ///< what such octets would be sent as: RFC 2045 §2.7 to §2.9
};

/// nullopt: nothing is encoded, nobody can decode it, or there is no such part. Errors: those of
/// read_body.
Awaitable<Result<std::optional<DecodedForm>>> find_decoded_form(store::Account& account,
                                                                const store::Email& email,
                                                                const Section& section);

/// Writes BINARY[...] or BINARY.SIZE[...] of one message. The part is decoded twice, once for its
/// size; memory is one chunk. A missing part is NIL. RFC 3516 §4.2, RFC 9051 §6.4.5
/// Errors: Invalid (a transfer encoding that nobody knows: NIL was written), those of read_body.
Awaitable<Result<>> send_binary(Session& session, const FetchItem& item, const store::Email& email);

} // namespace mailctl::imap
