// Reads RDATA. RFC 1035 §3.3, §3.4
#include <arpa/inet.h>

#include <cstring>

#include "core/base/ascii.h"
#include "core/dns/raw.h"

namespace mailctl::dns {
namespace {

constexpr std::size_t kMaxNameOctets = 255;
constexpr std::size_t kMaxLabelOctets = 63;

Error corrupt()
{
    return Error(Errc::Corrupt, "DNS: malformed record");
}

/// Reads octets from the front of RDATA.
class Reader {
public:
    explicit Reader(std::string_view rdata) : rest_(rdata) {}

    Result<std::uint64_t> number(std::size_t octets)
    {
        if (rest_.size() < octets)
            return corrupt();
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < octets; ++i)
            value = value << 8 | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(octets);
        return value;
    }

    Result<std::string> name()
    {
        std::string name;
        for (;;) {
            TRY(const auto length, number(1));
            if (length == 0)
                return name;
            if (length > kMaxLabelOctets || length > rest_.size() || name.size() > kMaxNameOctets)
                return corrupt();
            if (!name.empty())
                name += '.';
            name += ascii::lower(rest_.substr(0, length));
            rest_.remove_prefix(length);
        }
    }

    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// What stands for something else in master files gets a backslash: RFC 1035 §5.1. Macros of SPF
/// make names with any of it out of what strangers say.
std::string as_in_master_files(const std::string& name)
{
    if (name.find_first_of(" ;()") == std::string::npos)
        return name;
    std::string out;
    for (const char c : name) {
        if (c == ' ') {
            out += "\\032";
            continue;
        }
        if (c == ';' || c == '(' || c == ')')
            out += '\\';
        out += c;
    }
    return out;
}

} // namespace

Result<std::string> question_name(std::string_view text)
{
    std::string name = ascii::lower(text);
    if (!name.empty() && name.back() == '.')
        name.pop_back();
    if (name.size() > kMaxNameOctets - 2)
        return Error(Errc::Invalid, "DNS name over 253 octets");
    if (name.empty())
        return name;
    for (const auto label : ascii::split(name, '.')) {
        if (label.empty() || label.size() > kMaxLabelOctets)
            return Error(Errc::Invalid, "no DNS name: " + ascii::printable(text));
        for (const char c : label)
            if (c < ' ' || c == 127 || c == '\\' || c == '"')
                return Error(Errc::Invalid, "no DNS name: " + ascii::printable(text));
    }
    return as_in_master_files(name);
}

Result<std::string> reverse_name(std::string_view address)
{
    const std::string text(address);
    unsigned char octets[16];
    std::string name;
    if (inet_pton(AF_INET, text.c_str(), octets) == 1) {
        for (int i = 3; i >= 0; --i)
            name += std::to_string(octets[i]) + '.';
        return name + "in-addr.arpa";
    }
    if (inet_pton(AF_INET6, text.c_str(), octets) != 1)
        return Error(Errc::Invalid, "no IP address: " + ascii::printable(address));
    static constexpr char kDigits[] = "0123456789abcdef";
    for (int i = 15; i >= 0; --i) {
        name += kDigits[octets[i] & 15];
        name += '.';
        name += kDigits[octets[i] >> 4];
        name += '.';
    }
    return name + "ip6.arpa";
}

Result<std::string> address_of(std::string_view rdata)
{
    char text[INET6_ADDRSTRLEN] = {};
    if (rdata.size() == 4)
        inet_ntop(AF_INET, rdata.data(), text, sizeof text);
    else if (rdata.size() == 16)
        inet_ntop(AF_INET6, rdata.data(), text, sizeof text);
    else
        return corrupt();
    return std::string(text);
}

Result<Mx> mx_of(std::string_view rdata)
{
    Reader in(rdata);
    Mx mx;
    TRY(const auto preference, in.number(2));
    mx.preference = static_cast<std::uint16_t>(preference);
    TRY(mx.exchange, in.name());
    return mx;
}

Result<Srv> srv_of(std::string_view rdata)
{
    Reader in(rdata);
    Srv srv;
    TRY(const auto priority, in.number(2));
    TRY(const auto weight, in.number(2));
    TRY(const auto port, in.number(2));
    srv.priority = static_cast<std::uint16_t>(priority);
    srv.weight = static_cast<std::uint16_t>(weight);
    srv.port = static_cast<std::uint16_t>(port);
    TRY(srv.target, in.name());
    return srv;
}

Result<Tlsa> tlsa_of(std::string_view rdata)
{
    Reader in(rdata);
    Tlsa tlsa;
    TRY(const auto usage, in.number(1));
    TRY(const auto selector, in.number(1));
    TRY(const auto matching, in.number(1));
    tlsa.usage = static_cast<std::uint8_t>(usage);
    tlsa.selector = static_cast<std::uint8_t>(selector);
    tlsa.matching = static_cast<std::uint8_t>(matching);
    tlsa.data = in.rest();
    return tlsa;
}

Result<std::string> txt_of(std::string_view rdata)
{
    std::string text;
    while (!rdata.empty()) {
        const std::size_t length = static_cast<unsigned char>(rdata.front());
        if (length > rdata.size() - 1)
            return corrupt();
        text += rdata.substr(1, length);
        rdata.remove_prefix(1 + length);
    }
    return text;
}

Result<std::string> name_of(std::string_view rdata)
{
    return Reader(rdata).name();
}

Result<std::uint32_t> soa_minimum_of(std::string_view rdata)
{
    Reader in(rdata);
    TRY_VOID(in.name());
    TRY_VOID(in.name());
    for (int skipped = 0; skipped < 4; ++skipped)
        TRY_VOID(in.number(4));
    TRY(const auto minimum, in.number(4));
    return static_cast<std::uint32_t>(minimum);
}

} // namespace mailctl::dns
