// Compares words letter by letter.
#include "core/base/nearest.h"

#include <algorithm>
#include <utility>

namespace mailctl {
namespace {

/// What is longer was not mistyped.
constexpr std::size_t kMaxMistypedOctets = 100;

/// Letters to change, add or take away between the two.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> line(b.size() + 1);
    for (std::size_t j = 0; j < line.size(); ++j)
        line[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(line[0], i);
        for (std::size_t j = 1; j < line.size(); ++j) {
            const auto substituted = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = line[j];
            line[j] = std::min({substituted, line[j] + 1, line[j - 1] + 1});
        }
    }
    return line.back();
}

} // namespace

std::string nearest(std::string_view unknown, const std::vector<std::string_view>& known)
{
    std::string best;
    if (unknown.size() > kMaxMistypedOctets)
        return best;
    std::size_t best_distance = unknown.size() / 3 + 2;
    for (const auto candidate : known) {
        if (const auto far = distance(unknown, candidate); far < best_distance) {
            best_distance = far;
            best = candidate;
        }
    }
    return best;
}

} // namespace mailctl
