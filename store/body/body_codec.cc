// Packing bodies with zstd.
#include "store/body/body_codec.h"

#include <zstd.h>

#include <algorithm>
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
/// A longer header is not sought: the block that it ends in is large either way.
constexpr std::size_t kHeaderBlockOctets = 64 * 1024;

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

/// With the blank line that ends it; 0: none in the octets that are looked at.
std::size_t header_octets(std::string_view message)
{
    const auto start = message.substr(0, kHeaderBlockOctets);
    const auto end = start.find("\r\n\r\n");
    return end == std::string_view::npos ? 0 : end + 4;
}

/// One frame of zstd; gives its octets, or zstd's error (which is what too little room is).
std::size_t pack_frame(std::string_view octets, char* out, std::size_t room)
{
    auto* const context = packer();
    const auto header = header_octets(octets);
    if (header < kLeastToPack || octets.size() - header < kLeastToPack)
        return ZSTD_compressCCtx(context, out, room, octets.data(), octets.size(), kLevel);
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setPledgedSrcSize(context, octets.size());
    ZSTD_outBuffer target{out, room, 0};
    ZSTD_inBuffer source{octets.data(), header, 0};
    std::size_t left = ZSTD_compressStream2(context, &target, &source, ZSTD_e_flush);
    source.size = octets.size();
    if (left == 0)
        left = ZSTD_compressStream2(context, &target, &source, ZSTD_e_end);
    if (ZSTD_isError(left))
        return left;
    // What is left had no room: as an error of the call that packs at once would be.
    return left == 0 ? target.pos : static_cast<std::size_t>(-1);
}

} // namespace

BodyCodec pack(std::string_view octets, std::string& out)
{
    const std::size_t start = out.size();
    if (octets.size() >= kLeastToPack) {
        // Room for one octet less than raw: zstd gives up by itself where it cannot be smaller.
        out.resize(start + octets.size() - 1);
        const std::size_t size = pack_frame(octets, out.data() + start, out.size() - start);
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

Result<> unpack_start(BodyCodec codec, std::string_view packed, std::size_t raw_octets, std::size_t octets,
                      std::string& out)
{
    if (octets >= raw_octets)
        return unpack(codec, packed, raw_octets, out);
    if (codec == BodyCodec::Raw && packed.size() == raw_octets)
        packed = packed.substr(0, raw_octets = octets);
    if (codec != BodyCodec::Zstd)
        return unpack(codec, packed, raw_octets, out);
    const auto start = out.size();
    out.resize(start + octets);
    ZSTD_outBuffer target{out.data() + start, octets, 0};
    ZSTD_inBuffer source{packed.data(), 0, 0};
    // Given more at a time than it asks for, zstd would unpack the next block as well.
    auto wanted = ZSTD_initDStream(unpacker());
    while (target.pos < target.size) {
        source.size = std::min(packed.size(), source.pos + wanted);
        const auto before = source.pos + target.pos;
        wanted = ZSTD_decompressStream(unpacker(), &target, &source);
        if (ZSTD_isError(wanted) || before == source.pos + target.pos) {
            out.resize(start);
            return corrupt("zstd cannot unpack its start");
        }
    }
    return ok();
}

std::string encode_inline_body(std::string_view body, Packing packing)
{
    std::string value;
    value.reserve(body.size() + kInlineHeadOctets + kCrcOctets);
    value += kInlineVersion;
    value += static_cast<char>(BodyCodec::Raw);
    keys::append_be(value, static_cast<std::uint32_t>(body.size()));
    if (packing == Packing::Packed)
        value[1] = static_cast<char>(pack(body, value));
    else
        value += body;
    keys::append_be(value, crc32c(value));
    return value;
}

Result<std::string> decode_inline_body(std::string_view value, std::size_t octets)
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
    TRY_VOID(unpack_start(static_cast<BodyCodec>(value[1]), checked.substr(kInlineHeadOctets), raw_octets,
                          octets, body));
    return body;
}

} // namespace mailctl::store
