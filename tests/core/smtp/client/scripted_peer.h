// A peer that plays a script against the client, over streams in memory.
//
// One step a line; blanks before a step do not count:
//   S: 220 mx.example.org   sent with CRLF
//   C: EHLO here            the client's next line must be this; S: after it: the client must wait
//   LINE                    any line of the client
//   DATA                    reads up to CRLF.CRLF, as it comes over the wire, into `bodies`
//   BDAT                    reads one chunk: its command into `chunks`, its octets into `bodies`
//   TLS                     takes part in a TLS handshake (pretended)
//   S<250 a\r\n250 b\r\n>    sent as it stands, \r \n replaced; the client need not wait
//   ELAPSE 300000           that many milliseconds pass for whoever waits
//   CLOSE                   the peer closes; so does the end of the script
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/memory_stream.h"
#include "core/smtp/client/client.h"

namespace mailctl::smtp::testing {

/// A message in pieces.
class PiecesSource : public MessageSource {
public:
    explicit PiecesSource(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Awaitable<Result<std::string_view>> next() override;
    void rewind() override { at_ = 0; }
    /// The piece after which reading fails.
    std::size_t fails_at = std::string::npos;

private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
};

/// What became of one run.
struct Talk {
    std::string script_error; ///< empty: all went as written
    bool is_opened = false;
    Failure failure; ///< where it was not opened
    PeerExtensions extensions;
    std::string greeting_name;
    std::vector<Outcome> outcomes;
    std::vector<PeerReply> replies; ///< of etrn
    std::vector<std::string> bodies, chunks;
    bool is_alive = false; ///< before the end
};

/// What the client does once it is open.
using Deeds = std::function<Awaitable<>(Client&, Talk&)>;

ClientOptions plain_options();
Talk talk(std::string_view script, ClientOptions options, Deeds deeds,
          net::MemoryStreamOptions stream = {});

/// Sends each message in turn.
struct Letter {
    Envelope envelope;
    std::vector<std::string> pieces{"Subject: x\r\n\r\nhello\r\n"};
    std::size_t fails_at = std::string::npos;
};
Talk send(std::string_view script, std::vector<Letter> letters,
          ClientOptions options = plain_options());

/// From s@a.example to each of these.
Letter letter_to(std::vector<std::string> recipients);

} // namespace mailctl::smtp::testing
