// An index as it is made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/fts/field.h"

namespace mailctl::fts {

/// One account's index, open for writing: one at a time, in any process. What is not committed is
/// lost when it goes. Threads: one at a time.
class IndexWriter {
public:
    /// Makes an empty one where there is none, under a new instance.
    /// Errors: Busy (another writes it), Corrupt (or of another format), Unavailable.
    static Result<std::unique_ptr<IndexWriter>> open(const std::filesystem::path& folder, Random& random);
    ~IndexWriter();

    const std::string& instance() const;
    std::uint64_t up_to() const;
    /// Where the account's change log was read up to, for what is gone.
    std::uint64_t seen() const;
    void set_seen(std::uint64_t mod_seq);

    /// Takes a message in. Errors: Corrupt, Unavailable.
    Result<> add(EmailId id, const std::vector<FieldText>& texts);
    /// Takes in that there is such a message, of unknown text.
    Result<> add_unread(EmailId id);
    Result<> remove(EmailId id);
    /// Forgets messages after that one.
    Result<> forget_after(std::uint64_t number);
    Result<std::vector<EmailId>> messages();
    /// What waits to be committed, in postings.
    std::size_t waiting() const;
    /// Durable when it returns.
    Result<> commit(std::uint64_t up_to);

private:
    struct State;
    explicit IndexWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace mailctl::fts
