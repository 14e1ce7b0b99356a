// A listener's greeting text with its variables filled in. SMTP-03
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace mailctl::net {

struct BannerFacts {
    std::string hostname, domain, peer;
    Time now{};
};

/// Replaces {hostname} {domain} {peer} {time} {unix}; unknown ones become nothing, and control
/// characters spaces, so that the text stays one line.
std::string fill_in_banner(std::string_view text, const BannerFacts& facts);

} // namespace mailctl::net
