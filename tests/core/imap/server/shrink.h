// Makes a failing list of steps short enough to be read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace mailctl::imap::test {

/// Fewer of the steps that fail as well: pieces are left out, large ones first, for as long as that
/// changes anything. `fails` must answer alike for the same steps.
template <class Step>
std::vector<Step> shrink(std::vector<Step> steps,
                         const std::function<bool(const std::vector<Step>&)>& fails)
{
    for (std::size_t piece = steps.size() / 2; piece > 0;) {
        const auto before = steps.size();
        for (std::size_t at = 0; at < steps.size();) {
            const auto end = std::min(at + piece, steps.size());
            std::vector<Step> fewer(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(at));
            fewer.insert(fewer.end(), steps.begin() + static_cast<std::ptrdiff_t>(end), steps.end());
            if (fails(fewer))
                steps = std::move(fewer);
            else
                at = end;
        }
        if (piece > 1 || steps.size() == before)
            piece /= 2;
    }
    return steps;
}

} // namespace mailctl::imap::test
