// Fuzzes DKIM's grammar: key records survive writing, signatures and bodies in pieces hold.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/dkim/canonical.h"
#include "core/dkim/key_record.h"
#include "core/dkim/sign.h"
#include "core/dkim/signature.h"
#include "core/dkim/tag_list.h"
#include "core/dkim/verify.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;
using namespace mailctl::dkim;

namespace {

std::string hash_in_pieces(Canon canon, std::string_view body, std::size_t octets)
{
    BodyHasher hasher(canon, crypto::Hash::Sha256);
    for (; !body.empty(); body.remove_prefix(std::min(octets, body.size())))
        hasher.feed(body.substr(0, octets));
    return hasher.finish();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1)
        return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (const auto record = parse_key_record(text)) {
        const auto again = parse_key_record(to_text(*record));
        require(again.has_value() && again->key == record->key && again->kind == record->kind);
    }
    if (const auto signature = parse_signature(text))
        require(!signature->domain.empty() && !signature->headers.empty());
    for (const Canon canon : {Canon::Simple, Canon::Relaxed})
        require(hash_in_pieces(canon, text, text.size() + 1) ==
                hash_in_pieces(canon, text, data[0] + 1U));
    Verification verification("DKIM-Signature: " + std::string(text) + "\r\n", Time{});
    verification.feed(text);
    require(verification.finish(std::vector<KeyAnswer>(verification.key_names().size())).size() ==
            verification.key_names().size());
    (void)author_domain(text);
    (void)parse_signed_headers(text);
    return 0;
}
