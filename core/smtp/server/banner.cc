// Fills in a listener's banner: {hostname} {domain} {peer} {time} {unix}.
#include "core/smtp/server/banner.h"

#include "core/base/ascii.h"
#include "core/smtp/server/session.h"
#include "core/smtp/trace.h"

namespace mailctl::smtp {
namespace {

std::string value_of(const Session& s, std::string_view variable)
{
    if (variable == "hostname")
        return s.services->hostname;
    if (variable == "domain")
        return s.config().server.default_domain;
    if (variable == "peer")
        return s.stream.peer().address;
    if (variable == "time")
        return date_time(s.now());
    if (variable == "unix")
        return std::to_string(s.now().time_since_epoch() / seconds(1));
    return {};
}

std::string filled_in(const Session& s, std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos)
            break;
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) {
            out += text.substr(open);
            break;
        }
        out += value_of(s, text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
    return out;
}

} // namespace

std::string banner(const Session& s)
{
    const std::string_view word = s.is_lmtp() ? "LMTP" : "ESMTP";
    if (s.listener.banner.empty())
        return s.services->hostname + ' ' + std::string(word);
    std::string text = filled_in(s, s.listener.banner);
    if (ascii::find_ignoring_case(text, word) == std::string_view::npos)
        text += ' ' + std::string(word);
    return text;
}

} // namespace mailctl::smtp
