// Writes the field.
#include "core/spf/received_spf.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::spf {
namespace {

/// Of one value: terms and reasons are as long as a domain's owner likes.
constexpr std::size_t kMaxValueOctets = 400;

bool is_atext(char c)
{
    return ascii::is_alnum(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text)
{
    const auto parts = ascii::split(text, '.');
    return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), is_atext);
    });
}

/// One line of UTF-8 that is not endless.
std::string plain(std::string_view text)
{
    std::string out(text.substr(0, kMaxValueOctets));
    if (!utf8::is_valid(out))
        std::replace_if(out.begin(), out.end(), ascii::is_8bit, '?');
    std::replace_if(out.begin(), out.end(), ascii::is_control, '?');
    return out;
}

std::string value_of(std::string_view text)
{
    const std::string value = plain(text);
    if (is_dot_atom(value))
        return value;
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string in_comment(std::string_view text)
{
    std::string out;
    for (const char c : plain(text)) {
        if (c == '(' || c == ')' || c == '\\')
            out += '\\';
        out += c;
    }
    return out;
}

std::string sentence_of(const Outcome& outcome, const std::string& ip)
{
    const std::string& domain = outcome.domain;
    switch (outcome.verdict) {
    case Verdict::Pass: return domain + " permits " + ip;
    case Verdict::Fail: return domain + " does not permit " + ip;
    case Verdict::SoftFail: return domain + " does not quite permit " + ip;
    case Verdict::Neutral: return domain + " does not say whether it permits " + ip;
    case Verdict::None: return domain + " does not say who may send for it";
    case Verdict::TempError: return domain + " could not be asked";
    case Verdict::PermError: break;
    }
    return domain + " says what makes no sense";
}

} // namespace

std::string received_spf_field(const Outcome& outcome, const Envelope& envelope)
{
    std::string out = "Received-SPF: " + std::string(name_of(outcome.verdict)) + " (";
    out += in_comment(envelope.receiver + ": " + sentence_of(outcome, envelope.ip)) + ")";
    const auto add = [&out](std::string_view key, std::string_view value, bool is_last = false) {
        out.append("\r\n\t").append(key).append("=").append(value_of(value));
        out += is_last ? "" : ";";
    };
    add("client-ip", envelope.ip);
    add("envelope-from", envelope.sender ? to_string(*envelope.sender) : std::string());
    add("helo", envelope.helo);
    add("receiver", envelope.receiver);
    const bool is_error =
        outcome.verdict == Verdict::TempError || outcome.verdict == Verdict::PermError;
    if (is_error)
        add("problem", outcome.reason);
    else if (!outcome.matched.empty())
        add("mechanism", outcome.matched.back());
    add("identity", name_of(outcome.identity), true);
    return out + "\r\n";
}

} // namespace mailctl::spf
