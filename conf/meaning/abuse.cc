// What the settings of mass mail mean together.
#include "conf/meaning/abuse.h"

#include <algorithm>

#include "conf/meaning/parts.h"
#include "core/address/address.h"
#include "core/base/ascii.h"

namespace mailctl::conf {

std::vector<std::string> what_is_wrong(const DetectSettings& detect)
{
    std::vector<std::string> out;
    if (detect.window < kMinDetectWindow || detect.window > kMaxDetectWindow)
        out.push_back("abuse.detect.window: must be between 1m and 6h");
    for (const auto& name : detect.notify_only)
        if (std::find(std::begin(kDetections), std::end(kDetections), name) ==
            std::end(kDetections))
            out.push_back("abuse.detect.notify_only: \"" + ascii::printable(name) +
                          "\" is no detection");
    if (!detect.notify.empty() && !address::parse(detect.notify))
        out.push_back("abuse.detect.notify: \"" + ascii::printable(detect.notify) +
                      "\" is no mail address");
    return out;
}

void check_abuse(Checker& check, const Config& config)
{
    for (const auto& wrong : what_is_wrong(config.abuse.detect)) {
        const auto colon = wrong.find(": ");
        check.complain(wrong.substr(0, colon), wrong.substr(colon + 2));
    }
}

} // namespace mailctl::conf
