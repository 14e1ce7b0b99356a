// Reads the keywords of another server's EHLO reply. RFC 5321 §4.1.1.1
#include "core/smtp/peer_extensions.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::smtp {
namespace {

struct Flag {
    std::string_view keyword;
    bool PeerExtensions::*member;
};
constexpr Flag kFlags[] = {
    {"PIPELINING", &PeerExtensions::pipelining},
    {"8BITMIME", &PeerExtensions::eight_bit_mime},
    {"BINARYMIME", &PeerExtensions::binary_mime},
    {"CHUNKING", &PeerExtensions::chunking},
    {"DSN", &PeerExtensions::dsn},
    {"SMTPUTF8", &PeerExtensions::smtp_utf8},
    {"STARTTLS", &PeerExtensions::start_tls},
    {"ENHANCEDSTATUSCODES", &PeerExtensions::enhanced_codes},
    {"REQUIRETLS", &PeerExtensions::require_tls},
    {"ETRN", &PeerExtensions::etrn},
};

/// Takes the next word off the front; empty at the end.
std::string_view next_word(std::string_view& rest)
{
    const auto begin = std::min(rest.find_first_not_of(" \t\r"), rest.size());
    rest.remove_prefix(begin);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r"));
    rest.remove_prefix(word.size());
    return word;
}

void add_mechanisms(std::string_view names, std::vector<std::string>& mechanisms)
{
    for (auto name = next_word(names); !name.empty(); name = next_word(names)) {
        std::string upper = ascii::upper(name);
        if (std::find(mechanisms.begin(), mechanisms.end(), upper) == mechanisms.end())
            mechanisms.push_back(std::move(upper));
    }
}

/// RFC 9422 §3
void read_limits(std::string_view pairs, PeerExtensions& out)
{
    constexpr std::string_view kMailMax = "MAILMAX=";
    for (auto pair = next_word(pairs); !pair.empty(); pair = next_word(pairs))
        if (ascii::starts_with_ignoring_case(pair, kMailMax))
            out.max_messages =
                ascii::parse_number<std::uint64_t>(pair.substr(kMailMax.size())).value_or(0);
}

void read_keyword(std::string_view line, PeerExtensions& out)
{
    constexpr std::string_view kOldAuth = "AUTH=";
    std::string_view rest = line;
    const std::string_view word = next_word(rest);
    for (const Flag& flag : kFlags)
        if (ascii::equals_ignoring_case(word, flag.keyword))
            out.*flag.member = true;
    if (ascii::equals_ignoring_case(word, "SIZE")) {
        out.has_size = true;
        out.size = ascii::parse_number<std::uint64_t>(next_word(rest)).value_or(0);
    } else if (ascii::equals_ignoring_case(word, "AUTH")) {
        add_mechanisms(rest, out.auth);
    } else if (ascii::starts_with_ignoring_case(word, kOldAuth)) {
        // Servers older than the standard write "AUTH=LOGIN PLAIN".
        add_mechanisms(ascii::trim(line).substr(kOldAuth.size()), out.auth);
    } else if (ascii::equals_ignoring_case(word, "LIMITS")) {
        read_limits(rest, out);
    }
}

} // namespace

PeerExtensions parse_extensions(std::string_view ehlo_text)
{
    PeerExtensions out;
    out.esmtp = true;
    for (auto end = ehlo_text.find('\n'); end != std::string_view::npos;) {
        ehlo_text.remove_prefix(end + 1);
        end = ehlo_text.find('\n');
        read_keyword(ehlo_text.substr(0, end), out);
    }
    return out;
}

std::string_view peer_name(std::string_view text)
{
    text = text.substr(0, text.find('\n'));
    return next_word(text);
}

} // namespace mailctl::smtp
