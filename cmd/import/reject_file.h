// The rows that an import could not take, with the reason, in a form that imports again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/context.h"

namespace mailctl::cmd {

/// A CSV file with the columns reject_line, reject_reason and those of the import. Without a file
/// the rejects are complaints on standard error.
class RejectFile {
public:
    explicit RejectFile(Context& ctx, char separator) : ctx_(ctx), separator_(separator) {}
    ~RejectFile();
    RejectFile(const RejectFile&) = delete;
    RejectFile& operator=(const RejectFile&) = delete;

    /// Makes or empties the file. Errors: Unavailable.
    Result<> open(const std::string& path);
    void set_columns(std::vector<std::string> names) { names_ = std::move(names); }
    void add(std::uint64_t line, std::string_view reason, const std::vector<std::string>& fields);
    /// Errors: Unavailable (the disk took not all of it).
    Result<> finish();

private:
    void put(const std::vector<std::string>& fields);
    void write_out();

    Context& ctx_;
    char separator_;
    std::string path_;
    int descriptor_ = -1;
    std::vector<std::string> names_;
    std::string buffer_;
    bool is_first_ = true;
    bool failed_ = false;
};

} // namespace mailctl::cmd
