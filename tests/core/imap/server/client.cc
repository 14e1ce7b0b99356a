// A small IMAP client for tests.
#include "tests/core/imap/server/client.h"

#include "core/imap/lexer.h"

namespace mailctl::imap::test {
namespace {

constexpr std::size_t kLineOctets = 16ULL << 20;

} // namespace

Awaitable<Answer> Client::enter()
{
    stream_->set_deadline(std::chrono::minutes(1));
    co_await reader_.read_line(kLineOctets);
    co_await run("LOGIN ann@example.org secret-ann");
    co_return co_await run("SELECT INBOX");
}

Awaitable<Answer> Client::run(std::string text)
{
    ++tag_;
    const std::string tag = this->tag() + " ";
    const std::string line = tag + text + "\r\n";
    co_await stream_->write(line);
    Answer answer;
    std::string whole;
    while (true) {
        const auto read = co_await reader_.read_line(kLineOctets);
        whole += read.text;
        if (const auto literal = announced_literal(read.text)) {
            std::string octets;
            while (octets.size() < literal->octets) {
                const auto some = co_await reader_.read_some(literal->octets - octets.size());
                octets += some;
            }
            answer.literals.push_back(std::move(octets));
            continue;
        }
        if (whole.starts_with(tag)) {
            answer.status = whole.substr(tag.size());
            co_return answer;
        }
        answer.untagged.push_back(std::move(whole));
        whole.clear();
    }
}

} // namespace mailctl::imap::test
