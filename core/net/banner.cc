// Fills in greeting texts.
#include "core/net/banner.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::net {
namespace {

std::string value_of(std::string_view variable, const BannerFacts& facts)
{
    if (variable == "hostname")
        return facts.hostname;
    if (variable == "domain")
        return facts.domain;
    if (variable == "peer")
        return facts.peer;
    if (variable == "time")
        return to_rfc3339(std::chrono::floor<seconds>(facts.now));
    if (variable == "unix")
        return std::to_string(facts.now.time_since_epoch() / seconds(1));
    return {};
}

} // namespace

std::string fill_in_banner(std::string_view text, const BannerFacts& facts)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            out += text;
            break;
        }
        out += text.substr(0, open);
        out += value_of(text.substr(open + 1, close - open - 1), facts);
        text.remove_prefix(close + 1);
    }
    std::replace_if(out.begin(), out.end(), [](char c) { return ascii::is_control(c); }, ' ');
    return out;
}

} // namespace mailctl::net
