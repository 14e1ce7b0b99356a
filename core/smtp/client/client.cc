// The client that callers hold: sends messages over an opened session, one after the other.
#include "core/smtp/client/client.h"

#include "core/smtp/client/fit.h"
#include "core/smtp/client/opening.h"
#include "core/smtp/client/transaction.h"

namespace mailctl::smtp {
namespace {

class SessionClient : public Client {
public:
    SessionClient(std::unique_ptr<net::Stream> stream, ClientOptions options)
        : session_(std::move(stream), std::move(options))
    {}

    ClientSession& session() { return session_; }

    const PeerExtensions& extensions() const override { return session_.extensions; }
    const std::optional<net::TlsInfo>& tls() const override
    {
        return session_.connection.stream().tls();
    }
    const net::Endpoint& peer() const override { return session_.connection.stream().peer(); }
    const std::string& greeting_name() const override { return session_.greeting_name; }
    unsigned messages() const override { return session_.messages; }

    Awaitable<Outcome> send(Envelope envelope, MessageSource& message) override
    {
        Outcome outcome;
        outcome.recipients.resize(envelope.recipients.size());
        Plan plan = make_plan(envelope, session_.extensions, tls().has_value());
        if (plan.refusal) {
            refuse(*plan.refusal, outcome);
            co_return outcome;
        }
        MessageSource* source = &message;
        Fitted fitted;
        if (plan.to_7bit || plan.ascii_header)
            fitted = co_await make_fit(plan, envelope, session_.extensions, message);
        if (fitted.refusal) {
            refuse(*fitted.refusal, outcome);
            co_return outcome;
        }
        if (fitted.converted)
            source = fitted.converted.get();
        ClientTransaction transaction(session_, envelope, plan, outcome);
        if (!plan.recipients.empty()) {
            ++session_.messages;
            try {
                co_await transaction.send(*source);
            } catch (const net::Disconnected& e) {
                transaction.broken(e);
            }
        }
        outcome.usable = is_usable();
        co_return outcome;
    }

    Awaitable<Outcome> ask(Envelope envelope) override
    {
        Outcome outcome;
        outcome.recipients.resize(envelope.recipients.size());
        const Plan plan = make_plan(envelope, session_.extensions, tls().has_value());
        if (plan.refusal) {
            refuse(*plan.refusal, outcome);
            co_return outcome;
        }
        ClientTransaction transaction(session_, envelope, plan, outcome);
        if (!plan.recipients.empty()) {
            try {
                co_await transaction.ask();
            } catch (const net::Disconnected& e) {
                transaction.broken(e);
            }
        }
        outcome.usable = is_usable();
        co_return outcome;
    }

    Awaitable<PeerReply> etrn(std::string domain) override
    {
        PeerReply reply;
        std::string line = "ETRN " + domain + "\r\n";
        try {
            reply = co_await session_.connection.ask(line, session_.options.timeouts.command);
        } catch (const net::Disconnected& e) {
            session_.is_over = true;
            reply = own_words("4.4.2", e.what());
        }
        co_return reply;
    }

    bool is_alive() override { return !session_.is_over && session_.connection.is_quiet(); }

    Awaitable<> quit() override
    {
        if (!session_.is_over) {
            session_.is_over = true;
            std::string line = "QUIT\r\n";
            try {
                co_await session_.connection.ask(line, session_.options.timeouts.quit);
            } catch (const net::Disconnected&) { // it is gone, which is what was wanted
            }
        }
        session_.connection.stream().close();
    }

    std::function<void()> closer() override { return session_.connection.stream().closer(); }

private:
    bool is_usable() const
    {
        const std::uint64_t most = session_.extensions.max_messages; // RFC 9422 §4.1
        return !session_.is_over && (most == 0 || session_.messages < most);
    }

    void refuse(const PeerReply& why, Outcome& outcome) const
    {
        using State = Outcome::Recipient::State;
        for (auto& recipient : outcome.recipients) {
            recipient.state = why.enhanced.starts_with('5') ? State::Failed : State::Deferred;
            recipient.reply = why;
        }
        outcome.usable = is_usable();
    }

    ClientSession session_;
};

} // namespace

std::string_view name_of(Stage stage)
{
    constexpr std::string_view kNames[] = {"connect", "greeting", "hello", "starttls", "auth",
                                           "mail",    "rcpt",     "data",  "final dot", "quit"};
    return kNames[static_cast<std::size_t>(stage)];
}

Awaitable<Opened> open_client(std::unique_ptr<net::Stream> stream, ClientOptions options)
{
    auto client = std::make_unique<SessionClient>(std::move(stream), std::move(options));
    Opening opening(client->session());
    Opened opened;
    opened.failure = co_await opening.run();
    if (!opened.failure)
        opened.client = std::move(client);
    co_return opened;
}

} // namespace mailctl::smtp
