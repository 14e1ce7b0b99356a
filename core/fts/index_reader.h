// An index as searches see it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/fts/answer.h"
#include "core/fts/field.h"

namespace mailctl::fts {

/// One account's index, open for reading beside the one that writes it. Threads: one at a time.
class IndexReader {
public:
    /// Errors: NotFound (there is none), Corrupt, Unavailable.
    static Result<std::unique_ptr<IndexReader>> open(const std::filesystem::path& folder);
    ~IndexReader();

    /// Sees what was committed since. Errors: Corrupt, Unavailable.
    Result<> refresh();
    const std::string& instance() const;
    std::uint64_t up_to() const; ///< the EmailId up to which messages were taken in
    std::size_t memory_octets() const;
    std::uint64_t documents() const;

    /// `trusted`: messages up to there are the store's. Errors: Corrupt, Unavailable.
    Result<Answer> find(const Sought& sought, std::uint64_t trusted);

private:
    struct State;
    explicit IndexReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace mailctl::fts
