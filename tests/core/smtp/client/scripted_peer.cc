// Plays scripts: two coroutines on one context, the peer and the client.
#include "tests/core/smtp/client/scripted_peer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/ascii.h"

namespace mailctl::smtp::testing {
namespace {

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        out += text[i] == 'r' ? '\r' : text[i] == 'n' ? '\n' : text[i] == '0' ? '\0' : text[i];
    }
    return out;
}

class Peer {
public:
    Peer(std::unique_ptr<net::Stream> stream, Talk& talk) : stream_(std::move(stream)), talk_(talk)
    {}

    Awaitable<> play(std::string script)
    {
        try {
            for (const auto line : ascii::split(script, '\n')) {
                const std::string_view step = ascii::trim(line);
                if (step == "CLOSE")
                    break;
                if (!step.empty())
                    co_await take(step);
                if (!talk_.script_error.empty())
                    break;
            }
        } catch (const net::Disconnected& e) {
            talk_.script_error = last_step_ + ": the client is gone: " + e.what();
        }
        stream_.reset();
    }

private:
    Awaitable<> take(std::string_view step)
    {
        last_step_ = step;
        if (step.starts_with("S: ")) {
            co_await wait_a_little();
            if (!in_.empty() || stream_->try_read(buffer_, 1) != 0)
                talk_.script_error = last_step_ + ": the client did not wait for it: " + in_;
            const std::string line = std::string(step.substr(3)) + "\r\n";
            co_await stream_->write(line);
        } else if (step.starts_with("S<")) {
            const std::string octets = unescaped(step.substr(2, step.size() - 3));
            co_await stream_->write(octets);
        } else if (step.starts_with("C: ")) {
            const std::string line = co_await read_to("\r\n");
            if (line != std::string(step.substr(3)) + "\r\n")
                talk_.script_error = last_step_ + ": the client said " + ascii::printable(line);
        } else if (step == "LINE") {
            co_await read_to("\r\n");
        } else if (step == "DATA") {
            in_.insert(0, "\r\n"); // a message of no lines ends with its first dot
            const std::string body = co_await read_to("\r\n.\r\n");
            talk_.bodies.push_back(body.substr(2));
        } else if (step == "BDAT") {
            co_await read_chunk();
        } else if (step == "TLS") {
            co_await stream_->start_tls(nullptr);
        } else if (step.starts_with("ELAPSE ")) {
            co_await wait_a_little();
            net::elapse(*stream_, std::chrono::milliseconds(std::stol(std::string(step.substr(7)))));
            co_await wait_a_little();
        } else {
            talk_.script_error = "no such step: " + last_step_;
        }
    }

    /// Until the client has done what it does without waiting for more.
    Awaitable<> wait_a_little()
    {
        for (int i = 0; i < 20; ++i)
            co_await boost::asio::post(stream_->executor(), boost::asio::use_awaitable);
    }

    Awaitable<std::string> read_to(std::string_view end)
    {
        auto found = in_.find(end);
        while (found == std::string::npos) {
            co_await read_more();
            found = in_.find(end);
        }
        std::string out = in_.substr(0, found + end.size());
        in_.erase(0, out.size());
        co_return out;
    }

    Awaitable<> read_chunk()
    {
        const std::string line = co_await read_to("\r\n");
        talk_.chunks.push_back(line);
        const std::size_t octets = std::stoul(line.substr(5));
        while (in_.size() < octets)
            co_await read_more();
        talk_.bodies.push_back(in_.substr(0, octets));
        in_.erase(0, octets);
    }

    Awaitable<> read_more()
    {
        const std::size_t got = co_await stream_->read_some(buffer_, sizeof buffer_);
        in_.append(buffer_, got);
    }

    std::unique_ptr<net::Stream> stream_;
    Talk& talk_;
    std::string in_, last_step_;
    char buffer_[4096];
};

Awaitable<> run_client(std::unique_ptr<net::Stream> stream, ClientOptions options, Deeds deeds,
                       Talk& talk)
{
    Opened opened = co_await open_client(std::move(stream), std::move(options));
    talk.is_opened = opened.client != nullptr;
    if (!talk.is_opened) {
        talk.failure = opened.failure.value_or(Failure());
        co_return;
    }
    talk.extensions = opened.client->extensions();
    talk.greeting_name = opened.client->greeting_name();
    co_await deeds(*opened.client, talk);
    talk.is_alive = opened.client->is_alive();
}

Awaitable<> send_all(Client& client, Talk& talk, std::vector<Letter> letters)
{
    for (Letter& letter : letters) {
        PiecesSource source(letter.pieces);
        source.fails_at = letter.fails_at;
        Outcome outcome = co_await client.send(std::move(letter.envelope), source);
        talk.outcomes.push_back(std::move(outcome));
    }
}

} // namespace

Awaitable<Result<std::string_view>> PiecesSource::next()
{
    if (at_ == fails_at)
        co_return Error(Errc::Corrupt, "broken");
    if (at_ == pieces_.size())
        co_return std::string_view();
    co_return std::string_view(pieces_[at_++]);
}

ClientOptions plain_options()
{
    ClientOptions options;
    options.hello = "here";
    options.tls = ClientTls::None;
    return options;
}

Talk talk(std::string_view script, ClientOptions options, Deeds deeds,
          net::MemoryStreamOptions stream)
{
    Talk talk;
    boost::asio::io_context io;
    auto [server, client] = net::memory_stream_pair(io.get_executor(), stream);
    Peer peer(std::move(server), talk);
    boost::asio::co_spawn(io, peer.play(std::string(script)), boost::asio::detached);
    boost::asio::co_spawn(io, run_client(std::move(client), std::move(options), deeds, talk),
                          boost::asio::detached);
    io.run_for(std::chrono::seconds(20));
    if (!io.stopped())
        talk.script_error += " (client or peer wait for ever)";
    return talk;
}

Talk send(std::string_view script, std::vector<Letter> letters, ClientOptions options)
{
    const auto deeds = [letters = std::move(letters)](Client& client, Talk& talk) {
        return send_all(client, talk, letters);
    };
    return talk(script, std::move(options), deeds);
}

Letter letter_to(std::vector<std::string> recipients)
{
    Letter letter;
    letter.envelope.sender = "s@a.example";
    for (auto& recipient : recipients) {
        letter.envelope.recipients.emplace_back();
        letter.envelope.recipients.back().address = std::move(recipient);
    }
    for (const auto& piece : letter.pieces)
        letter.envelope.octets += piece.size();
    return letter;
}

} // namespace mailctl::smtp::testing
