// Compares two sets of rows.
#include "store/queue/difference.h"

#include <algorithm>
#include <utility>

namespace mailctl::store {

void add_difference(Batch& batch, std::vector<Row> before, std::vector<Row> after)
{
    const auto by_key = [](const Row& a, const Row& b) { return a.key < b.key; };
    std::sort(before.begin(), before.end(), by_key);
    std::sort(after.begin(), after.end(), by_key);
    auto old = before.begin();
    for (Row& row : after) {
        for (; old != before.end() && old->key < row.key; ++old)
            batch.erase.push_back(std::move(old->key));
        const bool same_key = old != before.end() && old->key == row.key;
        if (!same_key || old->value != row.value)
            batch.put.push_back(std::move(row));
        if (same_key)
            ++old;
    }
    for (; old != before.end(); ++old)
        batch.erase.push_back(std::move(old->key));
}

} // namespace mailctl::store
