// Plays wire transcripts against a server in the same process: no ports, no sleeps.
//
// The notation (STYLE.md §10), one thing a line:
//   # RFC 5321 §3.3: why          a comment
//   S: 220 mx.example.org ...     the server's next line; "..." is any text, wherever it stands;
//                                 $name is one word, bound at first sight and equal after ($$: "$";
//                                 names are lower case, so IMAP's $Forwarded is itself)
//   C: RCPT TO:<ann@example.org>  the client's line, CRLF added, $name replaced
//   C2: S2: TLS2 !2 ...           another connection; without a digit it is connection 1
//   C<"a\n.\r\n" "x"*1000>        exact octets: \r \n \t \0 \xHH \\ \", repeated with *N
//   C: a APPEND INBOX {$}         {$} or {$+}: the octet count of the block that follows
//   C: {{{                        the block's lines, each sent with CRLF, up to
//   }}}                           after a counted block the rest of this line and CRLF are sent
//   S: {{{                        the same from the server; "}}})" expects ")" after the block
//   S: ~* 2 EXISTS                lines in any order before the next plain S: line
//   ! * ... EXPUNGE               must not appear before the next plain S: line; with it, untagged
//                                 lines that no ~ names are passed over
//   TLS                           the client starts TLS (memory streams only pretend)
//   DEFLATE                       both ends compress from here on (RFC 4978)
//   CLOSE                         the server closes now
//   DROP                          the client closes now
//   WAIT 5m                       time passes: Options::advance, and deadlines of memory streams
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/net/stream.h"
#include "tests/wire/transcript.h"

namespace mailctl::wire {

/// Gives the client's end of a new connection whose server already runs.
using Connect = std::function<std::unique_ptr<net::Stream>(int connection)>;

struct Options {
    Names names;                                            ///< bound from the start
    std::function<void(std::chrono::milliseconds)> advance; ///< WAIT moves a clock with it
    std::shared_ptr<const net::TlsContext> tls; ///< a client's: where streams are sockets
    std::chrono::seconds guard{10};             ///< real time for one transcript
};

/// Plays the transcript, running `io` until it is done and nothing is left to run at once.
/// A failure is a Boost.Test error that names file:line, what was expected, what the server said.
void play(const std::string& file, const Connect& connect, boost::asio::io_context& io,
          const Options& options = {});

/// What play would report; empty where all went as written. For tests of the player.
std::string failure_of(const std::vector<Step>& steps, const std::string& file,
                       const Connect& connect, boost::asio::io_context& io,
                       const Options& options = {});

/// The *.wire files of a folder below tests/, sorted: "core/smtp/wire".
std::vector<std::string> transcripts(const std::string& folder);

} // namespace mailctl::wire
