// What [abuse] means: the same for the settings and for users' and domains' own.
#pragma once

#include <string>
#include <vector>

#include "conf/abuse.h"

namespace mailctl::conf {

/// What its types alone do not tell, each as "KEY: what is wrong"; empty: nothing is.
std::vector<std::string> what_is_wrong(const DetectSettings& detect);

} // namespace mailctl::conf
