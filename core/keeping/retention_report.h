// What a run of [[retention]] did, told by mail. QTA-04
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/services.h"
#include "core/keeping/retention.h"

namespace mailctl::keeping {

inline constexpr std::size_t kMaxReportLines = 500; ///< further mailboxes are only counted

/// One run over many users.
class RetentionReport {
public:
    void add(const std::string& user, const Ended& ended);
    void add_failure(const std::string& user, const Error& error);

    bool is_empty() const { return mailboxes_ == 0 && failed_ == 0; }
    std::uint64_t messages() const { return messages_; }
    std::uint64_t octets() const { return octets_; }
    std::uint64_t mailboxes() const { return mailboxes_; }
    std::uint64_t failed() const { return failed_; }
    /// A line for each mailbox and failure, LF line ends.
    std::string list() const;

private:
    void add_line(std::string line);

    std::vector<std::string> lines_;
    std::uint64_t left_out_ = 0;
    std::uint64_t messages_ = 0, octets_ = 0, mailboxes_ = 0, failed_ = 0;
};

/// Sends it to upkeep.report; nothing where that is empty, or the report. Errors: Invalid (nobody
/// there), Unavailable.
Awaitable<Result<>> send_report(const delivery::Services& services, const RetentionReport& report);

} // namespace mailctl::keeping
