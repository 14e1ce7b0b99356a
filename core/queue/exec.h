// A command that takes a message: the way "exec" of a [[route]].
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/smtp/client/client.h"

namespace mailctl::queue {

struct ExecJob {
    std::vector<std::string> command; ///< words; the first is a full path
    std::string sender;
    std::vector<std::string> recipients;
    milliseconds limit{0};
};

/// One result for all recipients of the job.
struct ExecResult {
    enum class State : std::uint8_t { Delivered, Deferred, Failed } state = State::Deferred;
    smtp::PeerReply reply;
};

/// Runs the command with the message on its standard input. `message` is read on the caller's
/// executor, never on a worker.
Awaitable<ExecResult> run_exec(ExecJob job, smtp::MessageSource& message,
                               boost::asio::any_io_executor workers);

} // namespace mailctl::queue
