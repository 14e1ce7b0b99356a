// Packing bodies with zstd.
#include "store/body/body_codec.h"

#include <zstd.h>

#include <memory>

#include "store/engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

constexpr int kLevel = 1;
constexpr char kInlineVersion = 1;
constexpr std::size_t kInlineHeadOctets = 6;
constexpr std::size_t kCrcOctets = 4;
/// Below this, zstd's frame costs as much as it saves.
constexpr std::size_t kLeastToPack = 128;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* packer()
{
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
    return context.get();
}

ZSTD_DCtx* unpacker()
{
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    return context.get();
}

Error corrupt(std::string what)
{
    return Error(Errc::Corrupt, "body: " + std::move(what));
}

} // namespace

BodyCodec pack(std::string_view octets, std::string& out)
{
    const std::size_t start = out.size();
    if (octets.size() >= kLeastToPack) {
        // Room for one octet less than raw: zstd gives up by itself where it cannot be smaller.
        out.resize(start + octets.size() - 1);
        const std::size_t size = ZSTD_compressCCtx(packer(), out.data() + start, out.size() - start,
                                                   octets.data(), octets.size(), kLevel);
        if (!ZSTD_isError(size)) {
            out.resize(start + size);
            return BodyCodec::Zstd;
        }
        out.resize(start);
    }
    out += octets;
    return BodyCodec::Raw;
}

Result<> unpack(BodyCodec codec, std::string_view packed, std::size_t raw_octets, std::string& out)
{
    if (codec == BodyCodec::Raw) {
        if (packed.size() != raw_octets)
            return corrupt("a raw part has the wrong length");
        out += packed;
        return ok();
    }
    if (codec != BodyCodec::Zstd)
        return corrupt("unknown codec");
    const std::size_t start = out.size();
    out.resize(start + raw_octets);
    const std::size_t size = ZSTD_decompressDCtx(unpacker(), out.data() + start, raw_octets,
                                                 packed.data(), packed.size());
    if (ZSTD_isError(size) || size != raw_octets) {
        out.resize(start);
        return corrupt("zstd cannot unpack it");
    }
    return ok();
}

std::string encode_inline_body(std::string_view body)
{
    std::string value;
    value.reserve(body.size() + kInlineHeadOctets + kCrcOctets);
    value += kInlineVersion;
    value += '\0';
    keys::append_be(value, static_cast<std::uint32_t>(body.size()));
    value[1] = static_cast<char>(pack(body, value));
    keys::append_be(value, crc32c(value));
    return value;
}

Result<std::string> decode_inline_body(std::string_view value)
{
    if (value.size() < kInlineHeadOctets + kCrcOctets || value[0] != kInlineVersion)
        return corrupt("not an inline body");
    const std::string_view checked = value.substr(0, value.size() - kCrcOctets);
    if (crc32c(checked) != *keys::read_be<std::uint32_t>(value, checked.size()))
        return corrupt("checksum mismatch");
    const auto raw_octets = *keys::read_be<std::uint32_t>(value, 2);
    // A row's value is small; a length beyond all reason is damage that the checksum missed.
    if (raw_octets > kMaxBatchOctets)
        return corrupt("impossible length");
    std::string body;
    TRY_VOID(unpack(static_cast<BodyCodec>(value[1]), checked.substr(kInlineHeadOctets), raw_octets,
                    body));
    return body;
}

} // namespace mailctl::store
