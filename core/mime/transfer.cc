// Decodes base64 and quoted-printable.
#include "core/mime/transfer.h"

#include <array>

#include "core/base/ascii.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kMaxHeldOctets = 1000; // longer runs of blanks stay

constexpr std::int8_t kNone = -1;

// RFC 2045 §6.8, table 1
constexpr std::array<std::int8_t, 256> make_alphabet()
{
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::int8_t, 256> table{};
    for (auto& value : table)
        value = kNone;
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        table[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
    return table;
}
constexpr auto kAlphabet = make_alphabet();

int base64_value(char c)
{
    return kAlphabet[static_cast<unsigned char>(c)];
}

int hex_value(char c)
{
    if (ascii::is_digit(c))
        return c - '0';
    const char lower = ascii::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Four digits to three octets, as long as there are four in a row. Gives how many it took.
std::size_t decode_quads(std::string_view octets, std::string& out)
{
    std::size_t at = 0;
    for (; at + 4 <= octets.size(); at += 4) {
        const int a = base64_value(octets[at]);
        const int b = base64_value(octets[at + 1]);
        const int c = base64_value(octets[at + 2]);
        const int d = base64_value(octets[at + 3]);
        if ((a | b | c | d) < 0)
            break;
        const int bits = a << 18 | b << 12 | c << 6 | d;
        const char three[] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                              static_cast<char>(bits)};
        out.append(three, 3);
    }
    return at;
}

} // namespace

TransferEncoding transfer_encoding(std::string_view token)
{
    if (token == "base64")
        return TransferEncoding::Base64;
    return token == "quoted-printable" ? TransferEncoding::QuotedPrintable
                                       : TransferEncoding::Identity;
}

void TransferDecoder::feed(std::string_view octets, std::string& out)
{
    if (encoding_ == TransferEncoding::Base64)
        feed_base64(octets, out);
    else if (encoding_ == TransferEncoding::QuotedPrintable)
        feed_quoted(octets, out);
    else
        out += octets;
}

void TransferDecoder::feed_base64(std::string_view octets, std::string& out)
{
    while (!octets.empty()) {
        if (bit_count_ == 0)
            octets.remove_prefix(decode_quads(octets, out));
        if (octets.empty())
            return;
        const char c = octets.front();
        octets.remove_prefix(1);
        const int value = base64_value(c);
        if (c == '=') { // ends a run; what follows is a new one
            bit_count_ = 0;
        } else if (value >= 0) {
            bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
            bit_count_ += 6;
        }
        if (bit_count_ >= 8) {
            bit_count_ -= 8;
            out += static_cast<char>(bits_ >> bit_count_);
        }
    }
}

void TransferDecoder::feed_quoted(std::string_view octets, std::string& out)
{
    while (!octets.empty()) {
        if (state_ == State::Text && held_.empty()) {
            const auto plain = std::min(octets.find_first_of("= \t\r\n"), octets.size());
            out += octets.substr(0, plain);
            octets.remove_prefix(plain);
            if (octets.empty())
                return;
        }
        take_quoted(octets.front(), out);
        octets.remove_prefix(1);
    }
}

void TransferDecoder::take_quoted(char c, std::string& out)
{
    const bool is_blank = ascii::is_space(c) || c == '\r';
    switch (state_) {
    case State::Text:
        take_text(c, out);
        break;
    case State::Equals:
        if (hex_value(c) >= 0) {
            held_ = c;
            state_ = State::Digit;
            break;
        }
        [[fallthrough]];
    case State::EqualsBlank: // RFC 2045 §6.7 rule 5, and rule 3's padding
        if (c == '\n') {
            held_.clear();
            state_ = State::Text;
        } else if (is_blank && held_.size() < kMaxHeldOctets) {
            held_ += c;
            state_ = State::EqualsBlank;
        } else {
            give_up_code(c, out);
        }
        break;
    case State::Digit:
        if (hex_value(c) < 0) {
            give_up_code(c, out);
            break;
        }
        out += static_cast<char>(hex_value(held_[0]) * 16 + hex_value(c));
        held_.clear();
        state_ = State::Text;
    }
}

void TransferDecoder::take_text(char c, std::string& out)
{
    if (c == '=') {
        out += held_;
        held_.clear();
        state_ = State::Equals;
    } else if (c == '\n') { // RFC 2045 §6.7 rule 3: blanks that end a line were added on the way
        out += held_.ends_with('\r') ? "\r\n" : "\n";
        held_.clear();
    } else if ((ascii::is_space(c) || c == '\r') && held_.size() < kMaxHeldOctets) {
        held_ += c;
    } else {
        out += held_;
        out += c;
        held_.clear();
    }
}

/// "=" begins no code: it stays, with what followed it.
void TransferDecoder::give_up_code(char c, std::string& out)
{
    out += '=';
    out += held_;
    held_.clear();
    state_ = State::Text;
    take_quoted(c, out);
}

void TransferDecoder::finish(std::string& out)
{
    if (state_ == State::Digit)
        out += '=' + held_;
    held_.clear();
    state_ = State::Text;
    bit_count_ = 0;
}

std::string decode_transfer(std::string_view octets, TransferEncoding encoding)
{
    std::string out;
    TransferDecoder decoder(encoding);
    decoder.feed(octets, out);
    decoder.finish(out);
    return out;
}

} // namespace mailctl::mime
