// Writes reject files.
#include "cmd/import/reject_file.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/csv.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kBufferOctets = 64 * 1024;

} // namespace

RejectFile::~RejectFile()
{
    write_out();
    if (descriptor_ > STDERR_FILENO)
        ::close(descriptor_);
}

Result<> RejectFile::open(const std::string& path)
{
    TRY(descriptor_, ctx_.open_output(path));
    path_ = path;
    return ok();
}

void RejectFile::add(std::uint64_t line, std::string_view reason,
                     const std::vector<std::string>& fields)
{
    if (descriptor_ < 0) {
        ctx_.complain("line " + std::to_string(line) + ": " + std::string(reason));
        return;
    }
    if (std::exchange(is_first_, false)) {
        std::vector<std::string> header{"reject_line", "reject_reason"};
        header.insert(header.end(), names_.begin(), names_.end());
        put(header);
    }
    std::vector<std::string> row{std::to_string(line), std::string(reason)};
    row.insert(row.end(), fields.begin(), fields.end());
    put(row);
}

void RejectFile::put(const std::vector<std::string>& fields)
{
    buffer_ += csv::format_row(fields, separator_);
    if (buffer_.size() >= kBufferOctets)
        write_out();
}

void RejectFile::write_out()
{
    std::string_view rest = buffer_;
    while (descriptor_ >= 0 && !failed_ && !rest.empty()) {
        const auto written = ::write(descriptor_, rest.data(), rest.size());
        if (written > 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            failed_ = true;
    }
    buffer_.clear();
}

Result<> RejectFile::finish()
{
    write_out();
    if (failed_)
        return Error(Errc::Unavailable, path_ + ": cannot be written");
    return ok();
}

} // namespace mailctl::cmd
