// "Did you mean": the known word nearest to one that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailctl {

/// The known name nearest to an unknown one, where it is near enough to be meant; else empty.
std::string nearest(std::string_view unknown, const std::vector<std::string_view>& known);

} // namespace mailctl
