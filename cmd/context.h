// All that a subcommand may touch: its streams, the settings, the store, the running server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "cmd/exit.h"
#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace mailctl::server {
class Server; // core/server/server.h
}

namespace mailctl::cmd {

enum class Format { Table, Json, Ndjson, Csv, Tsv };

/// The caller's world: descriptors, terminal and folder, of this process or of a client of the
/// control socket.
struct Streams {
    int in = 0;
    int out = 1;
    int err = 2;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    unsigned width = 80;
    std::string directory; ///< relative names start here
    std::string conf;      ///< $MAILCTL_CONF of the caller; empty: unset
};

/// A file that an argument names. A client opens it and passes the descriptor, so that the
/// server's rights never decide what a caller can read.
struct FileArgument {
    std::string path; ///< as written
    bool output = false;
    int descriptor = -1; ///< >= 0: opened by the client
};

/// Where settings and store come from: opened by this process, or a running server's.
class Backend {
public:
    virtual ~Backend() = default;
    /// Errors: Invalid (every mistake in the file was written to `err`), NotFound.
    virtual Result<std::shared_ptr<const conf::Config>> config() = 0;
    /// Errors: Busy, Unavailable, Corrupt, and those of config().
    virtual Result<store::Store*> store() = 0;
    /// nullptr: no server, the command runs by itself.
    virtual server::Server* server() = 0;
    /// Where awaited work runs; never the thread that waits.
    virtual boost::asio::any_io_executor executor() = 0;
};

/// A server on another machine, as the global options name it.
struct HostOptions {
    std::string host; ///< "HOST[:PORT]"; empty: this machine
    std::string ca, certificate, key, token_file;
};

struct SendmailOptions; // cmd/sendmail/sendmail.h

/// One run of one command. Threads: the command's own.
class Context {
public:
    Context(Streams streams, Backend& backend);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // Output -----------------------------------------------------------------------------------
    void write(std::string_view octets);     ///< data, to standard output, buffered
    void note(std::string_view line);        ///< for people, to standard error; silent with -q
    void detail(std::string_view line);      ///< a note that only -v shows
    void complain(std::string_view line);    ///< "mailctl: ..." to standard error, always
    int fail(const Error& error);            ///< complains; gives the exit status of the error
    int usage(std::string_view what);        ///< complains; EX_USAGE
    bool flush();                            ///< false: standard output is gone
    /// "file: 40% (400 of 1000), 12 s left" on a terminal, at most ten times a second.
    void progress(std::string_view what, std::uint64_t done, std::uint64_t total);
    void end_progress();

    // Input ------------------------------------------------------------------------------------
    /// The next line of standard input without its newline; nullopt at its end.
    std::optional<std::string> read_line();
    /// What is left of standard input, piece by piece; empty: its end, or cancelled.
    std::string read_some();
    /// Asks at the terminal without echo. Errors: Invalid (no terminal).
    Result<std::string> ask_secret(std::string_view prompt);
    /// True with --yes, or when the person at the terminal says yes. Off a terminal without --yes:
    /// Errors: Denied; return ctx.usage(...) then.
    Result<bool> confirm(std::string_view question);
    /// A named input file, or standard input for "-". The caller closes it unless it is in().
    /// Errors: NotFound (EX_NOINPUT), Denied.
    Result<int> open_input(const std::string& path);
    /// A named output file, made or emptied. Errors: Unavailable.
    Result<int> open_output(const std::string& path);

    // Work -------------------------------------------------------------------------------------
    Result<std::shared_ptr<const conf::Config>> config() { return backend_.config(); }
    Result<store::Store*> store() { return backend_.store(); }
    server::Server* server() { return backend_.server(); }
    boost::asio::any_io_executor executor() { return backend_.executor(); }
    /// Runs awaitable work to its end: `const auto user = ctx.wait(directory.find(address));`
    template <class T>
    T wait(Awaitable<T> work)
    {
        return boost::asio::co_spawn(backend_.executor(), std::move(work), boost::asio::use_future)
            .get();
    }
    /// True once the client is gone or ^C was pressed: stop long work soon.
    bool cancelled() const { return cancelled_ && cancelled_(); }

    const Streams& streams() const { return streams_; }

    // Set by the global options and main.
    Format format = Format::Table;
    bool quiet = false;
    bool verbose = false;
    bool yes = false;
    bool dry_run = false;
    std::string conf_option; ///< -c
    HostOptions host;
    std::vector<FileArgument> files;
    std::function<int()> action; ///< what the chosen command will do
    std::shared_ptr<const SendmailOptions> sendmail; ///< of the command of that name
    std::function<bool()> cancelled_;

private:
    Streams streams_;
    Backend& backend_;
    std::string out_;
    bool out_failed_ = false;
    std::string in_;
    std::string last_progress_;
    std::int64_t progress_shown_ms_ = 0, progress_started_ms_ = 0;
};

/// Adds an option or positional whose value names a file that the caller opens.
CLI::Option* add_input_file(CLI::App& app, Context& ctx, const std::string& name,
                            std::string& path, const std::string& help);
CLI::Option* add_output_file(CLI::App& app, Context& ctx, const std::string& name,
                             std::string& path, const std::string& help);
/// Adds --dry-run and --yes to a command that changes something.
void add_change_options(CLI::App& app, Context& ctx);

} // namespace mailctl::cmd
