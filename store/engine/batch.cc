// Limits of batches.
#include "store/engine/batch.h"

namespace mailctl::store {
namespace {

Result<> check_key(std::string_view key)
{
    if (key.empty() || key.size() > kMaxKeyOctets)
        return Error(Errc::Invalid, "a key of " + std::to_string(key.size()) + " octets");
    return ok();
}

Result<> check_value(std::string_view value)
{
    if (value.empty() || value.size() > kMaxValueOctets)
        return Error(Errc::Invalid, "a value of " + std::to_string(value.size()) + " octets");
    return ok();
}

} // namespace

Result<> validate(std::string_view partition, const Batch& batch)
{
    if (partition.empty() || partition.size() > 255)
        return Error(Errc::Invalid, "a partition name must have 1 to 255 octets");
    std::size_t octets = 0;
    for (const auto& expectation : batch.expect)
        TRY_VOID(check_key(expectation.key));
    for (const auto& key : batch.erase) {
        TRY_VOID(check_key(key));
        octets += key.size();
    }
    for (const auto& prefix : batch.erase_prefix)
        if (prefix.size() > kMaxKeyOctets)
            return Error(Errc::Invalid, "a prefix of " + std::to_string(prefix.size()) + " octets");
    for (const auto& row : batch.put) {
        TRY_VOID(check_key(row.key));
        TRY_VOID(check_value(row.value));
        octets += row.key.size() + row.value.size();
    }
    const std::size_t rows = batch.erase.size() + batch.erase_prefix.size() + batch.put.size();
    if (rows > kMaxBatchRows || octets > kMaxBatchOctets)
        return Error(Errc::Invalid, "a batch of " + std::to_string(rows) + " rows and " +
                                        std::to_string(octets) + " octets");
    return ok();
}

std::string after_prefix(std::string_view prefix)
{
    std::string end(prefix);
    while (!end.empty() && end.back() == '\xFF')
        end.pop_back();
    if (!end.empty())
        end.back() = static_cast<char>(end.back() + 1);
    return end;
}

} // namespace mailctl::store
