// Feeds what other servers may say, and what is said to them, with anything: no crash, and what
// must always hold.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/mime/to_7bit.h"
#include "core/smtp/data_decoder.h"
#include "core/smtp/dot_stuffer.h"
#include "core/smtp/peer_extensions.h"
#include "core/smtp/peer_reply.h"
#include "core/smtp/xtext.h"
#include "tests/fuzz/require.h"

using namespace mailctl::smtp;
using mailctl::fuzz::require;

namespace {

struct Read {
    ReplyParser::State state = ReplyParser::State::More;
    PeerReply reply;
};

Read read(std::string_view octets, std::size_t step)
{
    Read out;
    ReplyParser parser;
    std::string buffer;
    for (std::size_t at = 0; at < octets.size() && out.state == ReplyParser::State::More; at += step) {
        buffer += octets.substr(at, step);
        std::string_view rest = buffer;
        out.state = parser.feed(rest);
        require(rest.size() <= buffer.size());
        buffer.erase(0, buffer.size() - rest.size());
    }
    if (out.state == ReplyParser::State::Done)
        out.reply = parser.take();
    return out;
}

/// The reply must not depend on how its octets were cut.
void fuzz_reply(std::string_view octets)
{
    const Read whole = read(octets, octets.size() + 1);
    const Read cut = read(octets, 1);
    require(whole.state == cut.state && whole.reply.text == cut.reply.text &&
            whole.reply.enhanced == cut.reply.enhanced);
    require(whole.reply.text.size() <= kMaxReplyTextOctets);
    const std::string line = whole.reply.line();
    for (const char c : line)
        require(static_cast<unsigned char>(c) >= 32 && c != 127);
}

/// What is stuffed, however cut, comes out of the server's decoder as it went in.
void fuzz_dots(std::string_view message)
{
    std::string whole, cut;
    DotStuffer first, second;
    first.feed(message, whole);
    first.finish(whole);
    for (std::size_t at = 0; at < message.size(); at += 5)
        second.feed(message.substr(at, 5), cut);
    second.finish(cut);
    require(whole == cut);
    DataDecoder decoder(DataDecoder::Bare::Keep);
    std::vector<std::string_view> runs;
    decoder.feed(whole, runs);
    require(decoder.is_done());
    std::string back;
    for (const auto run : runs)
        back += run;
    if (!decoder.has_bare_newline()) // dots after bare LFs stay doubled
        require(back == message || back == std::string(message) + "\r\n");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (size > 8192)
        return 0;
    fuzz_reply(input);
    parse_extensions(input);
    peer_name(input);
    fuzz_dots(input);
    if (const auto converted = mailctl::mime::to_7bit(input))
        require(mailctl::mime::is_7bit(*converted) ||
                !mailctl::mime::is_7bit(input)); // header fields are left as they were
    (void)decode_utf8_xtext(encode_utf8_xtext(input));
    return 0;
}
