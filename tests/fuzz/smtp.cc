// Feeds the SMTP grammar and the data decoder with anything: no crash, and what must always hold.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/smtp/command.h"
#include "core/smtp/data_decoder.h"
#include "core/smtp/parameters.h"
#include "core/smtp/header_scan.h"
#include "core/smtp/xtext.h"
#include "tests/fuzz/require.h"

using namespace mailctl::smtp;
using mailctl::fuzz::require;

namespace {

void fuzz_command(std::string_view line)
{
    const auto [verb, arguments] = split_command(line);
    is_http(line);
    is_hello_name(arguments);
    Extensions offered;
    offered.auth_parameter = true;
    if (const auto mail = parse_mail(arguments, offered); mail && mail->sender) {
        // What was parsed writes a path that parses to the same.
        const auto again =
            parse_mail("FROM:<" + to_string(*mail->sender) + "> SMTPUTF8", offered);
        require(again && *again->sender == *mail->sender);
    }
    if (const auto rcpt = parse_rcpt(arguments, true))
        require(rcpt->original_recipient.find_first_of("\r\n") == std::string::npos);
    (void)parse_bdat(arguments);
    if (const auto octets = decode_xtext(arguments))
        require(*decode_xtext(encode_xtext(*octets)) == *octets);
    (void)decode_utf8_xtext(arguments);
}

/// The message must not depend on how its octets were cut.
std::string decode(std::string_view wire, std::size_t step, DataDecoder::Bare bare)
{
    DataDecoder decoder(bare);
    std::string buffer, message;
    for (std::size_t at = 0; at < wire.size() && !decoder.is_done(); at += step) {
        buffer += wire.substr(at, step);
        std::vector<std::string_view> runs;
        const std::size_t used = decoder.feed(buffer, runs);
        require(used <= buffer.size());
        for (const auto run : runs)
            message += run;
        buffer.erase(0, used);
        require(decoder.is_done() || buffer.size() <= 3);
    }
    return decoder.is_done() ? message + "done" : message;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    fuzz_command(input);
    scan_header(input);
    if (size > 4096)
        return 0;
    for (const auto bare : {DataDecoder::Bare::Keep, DataDecoder::Bare::Fix})
        require(decode(input, 1, bare) == decode(input, 7, bare) ||
                !decode(input, 1, bare).ends_with("done"));
    return 0;
}
