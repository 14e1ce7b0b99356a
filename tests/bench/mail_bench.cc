// bench_mail: a lean IMAP and POP3 client that times what it is told, for tests/bench/run.
//
//   bench_mail imap PORT USER PASSWORD     logs in, then takes one instruction a line:
//     run COMMAND                          the whole command
//     each DEPTH COUNT COMMAND             once for each message number, DEPTH in flight; %d: it
//     random DEPTH COUNT MOST COMMAND      the same for random numbers up to MOST, always the same ones
//     fill MAILBOX FIRST COUNT OCTETS      messages made from their numbers, as fast as the server takes them
//     append MAILBOX FIRST COUNT OCTETS    one by one
//     multiappend MAILBOX FIRST COUNT OCTETS AT_ONCE
//     idle MAILBOX COUNT OCTETS PORT USER PASSWORD   wake-ups of this one by a second connection
//   bench_mail pop3 PORT USER PASSWORD DEPTH         downloads everything, DEPTH in flight
//
// Answers each with one line of JSON: milliseconds, octets received, the client's own CPU, and where
// there were several commands, the median and the longest of one.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Instant = std::chrono::steady_clock::time_point;

Instant now()
{
    return std::chrono::steady_clock::now();
}

double ms_between(Instant from, Instant to)
{
    return std::chrono::duration<double, std::milli>(to - from).count();
}

double cpu_ms()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) { return double(t.tv_sec) * 1e3 + double(t.tv_usec) / 1e3; };
    return of(used.ru_utime) + of(used.ru_stime);
}

class Connection {
public:
    explicit Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("no connection");
    }
    ~Connection() { ::close(fd_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view octets)
    {
        while (!octets.empty()) {
            const auto sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                throw std::runtime_error("the server went away");
            octets.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// The next line without its end; holds until the next call.
    std::string_view line()
    {
        for (std::size_t seen = from_;;) {
            if (const void* end = std::memchr(buffer_.data() + seen, '\n', to_ - seen)) {
                const auto at = static_cast<std::size_t>(static_cast<const char*>(end) - buffer_.data());
                std::string_view text(buffer_.data() + from_, at - from_);
                from_ = at + 1;
                if (text.ends_with('\r'))
                    text.remove_suffix(1);
                return text;
            }
            const auto kept = to_ - from_;
            receive();
            seen = from_ + kept;
        }
    }

    void skip(std::uint64_t octets)
    {
        while (octets > 0) {
            if (from_ == to_)
                receive();
            const auto some = std::min<std::uint64_t>(octets, to_ - from_);
            from_ += some;
            octets -= some;
        }
    }

    std::uint64_t received() const { return received_; }

private:
    void receive()
    {
        if (from_ == to_)
            from_ = to_ = 0;
        if (to_ == buffer_.size() && from_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + from_, to_ - from_);
            to_ -= from_;
            from_ = 0;
        }
        if (to_ == buffer_.size())
            buffer_.resize(buffer_.size() * 2);
        const auto got = ::recv(fd_, buffer_.data() + to_, buffer_.size() - to_, 0);
        if (got <= 0)
            throw std::runtime_error("the server hung up");
        to_ += static_cast<std::size_t>(got);
        received_ += static_cast<std::uint64_t>(got);
    }

    int fd_;
    std::vector<char> buffer_ = std::vector<char>(512 * 1024);
    std::size_t from_ = 0, to_ = 0;
    std::uint64_t received_ = 0;
};

/// How long it took; `each`: of single commands.
struct Timing {
    double ms = 0;
    std::uint64_t octets = 0;
    double client_ms = 0;
    std::vector<double> each;
    std::string last; ///< the last untagged line
};

void print(Timing timing)
{
    std::sort(timing.each.begin(), timing.each.end());
    std::printf("{\"ms\": %.4f, \"octets\": %llu, \"client_ms\": %.3f", timing.ms,
                static_cast<unsigned long long>(timing.octets), timing.client_ms);
    if (!timing.each.empty())
        std::printf(", \"count\": %zu, \"p50\": %.4f, \"most\": %.4f", timing.each.size(),
                    timing.each[timing.each.size() / 2], timing.each.back());
    std::printf(", \"words\": %zu}\n", static_cast<std::size_t>(
                    std::count(timing.last.begin(), timing.last.end(), ' ')));
    std::fflush(stdout);
}

class Imap {
public:
    Imap(std::uint16_t port, const std::string& user, const std::string& password) : wire(port)
    {
        wire.line();
        run("LOGIN " + user + " " + password);
        run("CAPABILITY");
        has_literal_plus = last.find(" LITERAL+") != std::string::npos;
    }

    /// Reads one response: true where it is a tagged one, which has to be OK.
    bool read_response()
    {
        bool at_start = true, is_tagged = false;
        for (;;) {
            const auto text = wire.line();
            if (at_start) {
                is_tagged = text.starts_with('t');
                if (is_tagged && text.find(" OK") == std::string_view::npos)
                    throw std::runtime_error(std::string(text));
                if (text.starts_with("* BYE"))
                    throw std::runtime_error(std::string(text));
                if (!is_tagged)
                    last.assign(text);
            }
            if (!text.ends_with('}'))
                return is_tagged;
            const auto open = text.rfind('{');
            if (open == std::string_view::npos)
                return is_tagged;
            wire.skip(std::strtoull(text.data() + open + 1, nullptr, 10));
            at_start = false;
        }
    }

    void run(std::string_view command)
    {
        start(command);
        while (!read_response())
            ;
    }

    void start(std::string_view command)
    {
        out_.assign("t").append(std::to_string(++tag_)).append(" ").append(command).append("\r\n");
        wire.send(out_);
    }

    /// Waits for "+ ".
    void await_continuation()
    {
        while (!wire.line().starts_with('+'))
            ;
    }

    Connection wire;
    std::string last;
    bool has_literal_plus = false;

private:
    unsigned tag_ = 0;
    std::string out_;
};

const std::vector<std::string>& words()
{
    static const auto made = [] {
        std::vector<std::string> list;
        std::istringstream common(
            "the of and to in is that for it as was with be by on not he his but at are this have from or "
            "had an they which one you were all her she there would their we him been has when who will no "
            "more if out so up said what its about than into them can only other time new some could these "
            "two may first then do any like my now over such our man me even most made after also well must "
            "before back through years where much your way down should because each just those people how "
            "too little state good very make world still see own work long here between both life being "
            "under never day same another know while last might us great old year off come since meeting "
            "invoice report attached please regards thanks tomorrow schedule project budget update server");
        for (std::string word; common >> word;)
            list.push_back(word);
        // Rarer ones, as any language has many of.
        const char* const starts[] = {"ba", "co", "de", "fra", "gre", "hi", "lu", "mo", "pre", "sta", "tri", "ve"};
        const char* const middles[] = {"ran", "lin", "mo", "ster", "ti", "vel", "cos", "dan", "ger", "pul"};
        const char* const ends[] = {"tion", "ment", "er", "ing", "al", "ous", "ity", "ed", "ly", "ness", "or", "ism"};
        for (const auto* start : starts)
            for (const auto* middle : middles)
                for (const auto* end : ends)
                    list.push_back(std::string(start) + middle + end);
        return list;
    }();
    return made;
}

/// Lines of words; common ones come most often.
void add_text(std::string& out, std::mt19937& random, std::size_t until, const char* line_end)
{
    const auto& list = words();
    while (out.size() < until) {
        const auto line_starts = out.size();
        while (out.size() - line_starts < 68) {
            const bool rare = random() % 5 == 0;
            out.append(list[rare ? random() % list.size() : random() % 150]).append(" ");
        }
        out += line_end;
    }
}

/// Message `number`, the same in every run: a third have an HTML part, every thousandth a rare word,
/// and most answer the one before.
std::string make_message(unsigned number, std::size_t octets)
{
    std::mt19937 random(number);
    const auto id = [](unsigned n) { return "<" + std::to_string(n) + ".bench@elsewhere.test>"; };
    const auto two = [](unsigned n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
    std::string text = "Return-Path: <sender@elsewhere.test>\r\nReceived: from client.elsewhere.test (client [192.0.2.7])"
                       "\r\n\tby mx.bench.test with ESMTPS id " + std::to_string(random()) + "x\r\n";
    text += "From: \"Sender " + std::to_string(number % 50) + "\" <sender" + std::to_string(number % 50) +
            "@elsewhere.test>\r\nTo: user000@bench.test\r\nSubject: number " + std::to_string(number) + " of a " +
            words()[random() % words().size()] + "\r\nDate: " + std::to_string(number % 28 + 1) + " Oct 2026 " +
            two(number / 60 % 24) + ":" + two(number % 60) + ":00 +0000\r\nMessage-ID: " + id(number) + "\r\n";
    if (number % 8 != 0)
        text += "In-Reply-To: " + id(number - 1) + "\r\nReferences: " + id(number - number % 8) + " " + id(number - 1) + "\r\n";
    text += "MIME-Version: 1.0\r\n";
    const bool has_html = number % 3 == 0;
    text += has_html ? "Content-Type: multipart/alternative; boundary=\"next\"\r\n\r\n--next\r\nContent-Type: text/plain; "
                       "charset=utf-8\r\n\r\n"
                     : "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    if (number % 1000 == 7)
        text += "A xylophonist plays.\r\n";
    const std::string end = "</body></html>\r\n--next--\r\n";
    if (has_html) {
        add_text(text, random, octets / 2, "\r\n");
        text += "--next\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>\r\n";
        add_text(text, random, octets - end.size(), "<br>\r\n");
        return text + end;
    }
    add_text(text, random, octets, "\r\n");
    return text;
}

template <class Work>
Timing timed(Imap& imap, Work work)
{
    Timing timing;
    const auto octets = imap.wire.received();
    const auto cpu = cpu_ms();
    const auto begin = now();
    work(timing);
    timing.ms = ms_between(begin, now());
    timing.client_ms = cpu_ms() - cpu;
    timing.octets = imap.wire.received() - octets;
    timing.last = imap.last;
    return timing;
}

Timing run_many(Imap& imap, std::size_t depth, const std::string& command, const std::vector<unsigned>& numbers)
{
    const auto at = command.find("%d");
    return timed(imap, [&](Timing& timing) {
        std::deque<Instant> begun;
        std::size_t next = 0;
        while (next < numbers.size() || !begun.empty()) {
            while (next < numbers.size() && begun.size() < depth) {
                begun.push_back(now());
                imap.start(at == std::string::npos ? command
                                                   : std::string(command).replace(at, 2, std::to_string(numbers[next])));
                ++next;
            }
            while (!imap.read_response())
                ;
            timing.each.push_back(ms_between(begun.front(), now()));
            begun.pop_front();
        }
    });
}

struct Batch {
    std::string mailbox;
    unsigned first = 1, count = 0;
    std::size_t octets = 10240;
};

Timing append_each(Imap& imap, const Batch& batch)
{
    std::vector<std::string> messages;
    for (unsigned i = 0; i < batch.count; ++i)
        messages.push_back(make_message(batch.first + i, batch.octets));
    return timed(imap, [&](Timing& timing) {
        for (const auto& message : messages) {
            const auto begin = now();
            imap.start("APPEND " + batch.mailbox + " {" + std::to_string(message.size()) + "}");
            imap.await_continuation();
            imap.wire.send(message);
            imap.wire.send("\r\n");
            while (!imap.read_response())
                ;
            timing.each.push_back(ms_between(begin, now()));
        }
    });
}

Timing append_together(Imap& imap, const Batch& batch, unsigned at_once)
{
    const std::string sign = imap.has_literal_plus ? "+}\r\n" : "}\r\n";
    return timed(imap, [&](Timing&) {
        for (unsigned done = 0; done < batch.count; done += at_once) {
            std::string command = "APPEND " + batch.mailbox;
            for (unsigned i = done; i < std::min(done + at_once, batch.count); ++i) {
                const auto message = make_message(batch.first + i, batch.octets);
                command.append(" {").append(std::to_string(message.size())).append(sign);
                if (!imap.has_literal_plus) {
                    command.resize(command.size() - 2);
                    i == done ? imap.start(command) : imap.wire.send(command + "\r\n");
                    imap.await_continuation();
                    command.clear();
                    imap.wire.send(message);
                } else {
                    command += message;
                }
            }
            if (imap.has_literal_plus)
                imap.start(command);
            else
                imap.wire.send("\r\n");
            while (!imap.read_response())
                ;
        }
    });
}

/// Pipelined where the server takes literals without asking.
Timing fill(Imap& imap, const Batch& batch)
{
    constexpr std::size_t kInFlight = 32;
    if (!imap.has_literal_plus)
        return append_each(imap, batch);
    return timed(imap, [&](Timing&) {
        std::size_t in_flight = 0;
        for (unsigned i = 0; i < batch.count; ++i) {
            const auto message = make_message(batch.first + i, batch.octets);
            imap.start("APPEND " + batch.mailbox + " {" + std::to_string(message.size()) + "+}\r\n" + message);
            if (++in_flight < kInFlight)
                continue;
            while (!imap.read_response())
                ;
            --in_flight;
        }
        for (; in_flight > 0; --in_flight)
            while (!imap.read_response())
                ;
    });
}

/// From the OK of the APPEND to EXISTS at the idler; below zero (EXISTS was there first) is zero.
Timing wake(Imap& idler, Imap& other, const Batch& batch)
{
    std::vector<std::string> messages;
    for (unsigned i = 0; i < batch.count; ++i)
        messages.push_back(make_message(i + 1, batch.octets));
    return timed(idler, [&](Timing& timing) {
        for (const auto& message : messages) {
            idler.start("IDLE");
            idler.await_continuation();
            Instant woken;
            // A thread of its own would add its wake-up; the kernel keeps the time of neither, so the
            // idler is read after the OK, and what waits there by then counts as none.
            other.start("APPEND " + batch.mailbox + " {" + std::to_string(message.size()) + "}");
            other.await_continuation();
            other.wire.send(message);
            other.wire.send("\r\n");
            while (!other.read_response())
                ;
            const auto accepted = now();
            do
                idler.read_response();
            while (idler.last.find(" EXISTS") == std::string::npos);
            woken = now();
            timing.each.push_back(ms_between(accepted, woken));
            idler.wire.send("DONE\r\n");
            while (!idler.read_response())
                ;
            idler.last.clear();
        }
    });
}

std::vector<unsigned> random_numbers(unsigned count, unsigned most)
{
    std::mt19937 random(4711);
    std::vector<unsigned> numbers;
    for (unsigned i = 0; i < count; ++i)
        numbers.push_back(random() % most + 1);
    return numbers;
}

Timing obey(Imap& imap, const std::string& instruction)
{
    std::istringstream in(instruction);
    std::string verb, command;
    std::size_t depth = 1;
    unsigned count = 0, most = 0;
    in >> verb;
    const auto rest = [&] {
        std::getline(in >> std::ws, command);
        return command;
    };
    if (verb == "run") {
        rest();
        return timed(imap, [&](Timing&) { imap.run(command); });
    }
    if (verb == "each" || verb == "random") {
        in >> depth >> count;
        if (verb == "random")
            in >> most;
        rest();
        std::vector<unsigned> numbers = random_numbers(count, most == 0 ? 1 : most);
        for (unsigned i = 0; verb == "each" && i < count; ++i)
            numbers[i] = i + 1;
        return run_many(imap, depth, command, numbers);
    }
    Batch batch;
    if (verb == "idle") {
        unsigned port = 0;
        std::string user, password;
        in >> batch.mailbox >> batch.count >> batch.octets >> port >> user >> password;
        Imap other(static_cast<std::uint16_t>(port), user, password);
        return wake(imap, other, batch);
    }
    in >> batch.mailbox >> batch.first >> batch.count >> batch.octets;
    if (verb == "fill")
        return fill(imap, batch);
    if (verb == "append")
        return append_each(imap, batch);
    if (verb == "multiappend" && in >> count)
        return append_together(imap, batch, count);
    throw std::runtime_error("no such instruction: " + instruction);
}

std::string pop3_line(Connection& wire)
{
    std::string text(wire.line());
    if (!text.starts_with("+OK"))
        throw std::runtime_error(text);
    return text;
}

Timing download(std::uint16_t port, const std::string& user, const std::string& password, std::size_t depth)
{
    Connection wire(port);
    const auto ask = [&wire](const std::string& command) {
        wire.send(command + "\r\n");
        return pop3_line(wire);
    };
    pop3_line(wire);
    ask("USER " + user);
    const auto begin = now();
    const auto cpu = cpu_ms();
    ask("PASS " + password);
    const auto stat = ask("STAT");
    const auto count = std::strtoul(stat.c_str() + 4, nullptr, 10);
    ask("UIDL");
    while (wire.line() != ".")
        ;
    unsigned long asked = 0;
    for (unsigned long got = 0; got < count; ++got) {
        std::string commands;
        for (; asked < count && asked - got < depth; ++asked)
            commands += "RETR " + std::to_string(asked + 1) + "\r\n";
        wire.send(commands);
        pop3_line(wire);
        while (wire.line() != ".")
            ;
    }
    ask("QUIT");
    Timing timing;
    timing.ms = ms_between(begin, now());
    timing.client_ms = cpu_ms() - cpu;
    timing.octets = wire.received();
    return timing;
}

int serve(const std::vector<std::string>& args)
{
    const auto port = static_cast<std::uint16_t>(std::stoul(args[1]));
    if (args[0] == "pop3") {
        print(download(port, args[2], args[3], args.size() > 4 ? std::stoul(args[4]) : 1));
        return 0;
    }
    Imap imap(port, args[2], args[3]);
    for (std::string line; std::getline(std::cin, line);)
        print(obey(imap, line));
    return 0;
}

} // namespace

int main(int count, char** words_given)
{
    const std::vector<std::string> args(words_given + 1, words_given + count);
    if (args.size() < 4 || (args[0] != "imap" && args[0] != "pop3")) {
        std::fprintf(stderr, "usage: bench_mail imap|pop3 PORT USER PASSWORD [DEPTH]\n");
        return 64;
    }
    try {
        return serve(args);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench_mail: %s\n", failure.what());
        return 1;
    }
}
