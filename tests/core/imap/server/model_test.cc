// Random commands on several sessions of one mailbox, against a simple model of it. What fails is
// made as short as it can be, and told as the commands that it takes.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>

#include "core/base/ascii.h"
#include "tests/core/imap/server/client.h"
#include "tests/core/imap/server/imap_server.h"
#include "tests/core/imap/server/shrink.h"

using namespace mailctl;
using namespace mailctl::imap::test;

namespace {

constexpr int kSteps = 250;
constexpr const char* kFlags[] = {"\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "work"};

/// The server and the model disagree.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void expect(bool holds, const std::string& what)
{
    if (!holds)
        throw Mismatch(what);
}

using FlagSet = std::set<std::string>;
/// The mailbox as it must be: flags by UID.
using Model = std::map<unsigned, FlagSet>;

FlagSet parse_flags(std::string_view text)
{
    FlagSet flags;
    for (const auto flag : ascii::split(text, ' '))
        if (!flag.empty() && flag != "\\Recent")
            flags.emplace(flag);
    return flags;
}

/// A search that tells its changes, and its results as its client was told them. RFC 5267
struct Followed {
    std::string program; ///< "UID SORT", and what follows RETURN (...)
    std::string command;
    bool by_uid = false, is_sorted = false;
    std::vector<unsigned> results;
};
constexpr const char* kPrograms[] = {"DELETED", "UNSEEN", "ALL", "OR FLAGGED KEYWORD work",
                                     "NOT (SEEN ANSWERED)"};
constexpr const char* kOrders[] = {"(REVERSE ARRIVAL)", "(SIZE REVERSE ARRIVAL)"};

/// A session and the mailbox as its client was told it. RFC 3501 §7.4.1: message n is entry n-1.
struct Known {
    unsigned uid = 0; ///< 0: not asked yet
    FlagSet flags;
    bool has_flags = false;
};
struct Session {
    explicit Session(std::unique_ptr<net::Stream> stream) : client(std::move(stream)) {}
    Client client;
    std::vector<Known> messages;
    std::map<std::string, Followed> followed; ///< by tag
};

/// The text between `from` and the next `to`.
std::string between(std::string_view line, std::string_view from, char to)
{
    const auto at = line.find(from);
    if (at == std::string_view::npos)
        return "";
    const auto start = at + from.size();
    return std::string(line.substr(start, line.find(to, start) - start));
}

void take_fetch(Session& session, std::size_t number, std::string_view line)
{
    expect(number >= 1 && number <= session.messages.size(), "a number that no message has");
    auto& message = session.messages[number - 1];
    auto uid = between(line, "UID ", ' ');
    uid = uid.substr(0, uid.find(')'));
    if (!uid.empty()) {
        const auto value = static_cast<unsigned>(std::stoul(uid));
        expect(message.uid == 0 || message.uid == value, "a number is another message's");
        message.uid = value;
    }
    if (line.find("FLAGS (") != std::string_view::npos) {
        message.flags = parse_flags(between(line, "FLAGS (", ')'));
        message.has_flags = true;
    }
}

std::vector<unsigned> numbers_of(std::string_view set)
{
    std::vector<unsigned> numbers;
    for (const auto part : ascii::split(set, ',')) {
        const auto colon = part.find(':');
        const auto first = std::stoul(std::string(part.substr(0, colon)));
        const auto last = colon == std::string_view::npos ? first : std::stoul(std::string(part.substr(colon + 1)));
        for (auto number = first; number <= last; ++number)
            numbers.push_back(static_cast<unsigned>(number));
    }
    return numbers;
}

/// "0 2:3 7 9": takes the results out where they stand. RFC 5267 §4.3.4
void take_out(Followed& followed, std::string_view pairs)
{
    auto& results = followed.results;
    const auto parts = ascii::split(pairs, ' ');
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
        const auto place = std::stoul(std::string(parts[i]));
        expect((place == 0) != followed.is_sorted, "a place in no order");
        for (const auto number : numbers_of(parts[i + 1])) {
            auto at = std::find(results.begin(), results.end(), number);
            if (place != 0 && place <= results.size())
                at = results.begin() + static_cast<std::ptrdiff_t>(place - 1);
            expect(at != results.end() && *at == number, "REMOVEFROM of what is no result");
            results.erase(at);
        }
    }
}

/// Puts results where they are to stand. RFC 5267 §4.3.3
void put_in(Followed& followed, std::string_view pairs)
{
    auto& results = followed.results;
    const auto parts = ascii::split(pairs, ' ');
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
        auto place = std::stoul(std::string(parts[i]));
        expect((place == 0) != followed.is_sorted, "a place in no order");
        for (const auto number : numbers_of(parts[i + 1])) {
            expect(std::find(results.begin(), results.end(), number) == results.end(),
                   "ADDTO of what is a result");
            auto at = std::lower_bound(results.begin(), results.end(), number);
            if (place != 0) {
                expect(place <= results.size() + 1, "ADDTO past the end");
                at = results.begin() + static_cast<std::ptrdiff_t>(place++ - 1);
            }
            results.insert(at, number);
        }
    }
}

void take_update(Session& session, std::string_view line)
{
    const auto found = session.followed.find(between(line, "(TAG \"", '"'));
    if (found == session.followed.end())
        return;
    auto& followed = found->second;
    const bool adds = line.find(" ADDTO (") != std::string_view::npos;
    const bool removes = line.find(" REMOVEFROM (") != std::string_view::npos;
    expect((line.find(") UID ") != std::string_view::npos) == followed.by_uid, "UID of an update");
    if (removes)
        take_out(followed, between(line, " REMOVEFROM (", ')'));
    if (adds)
        put_in(followed, between(line, " ADDTO (", ')'));
    for (const auto number : followed.results)
        expect(followed.by_uid || number <= session.messages.size(), "a result that no message has");
}

/// RFC 5267 §4.3.4: what is expunged is no result any more, and numbers behind it move.
void take_expunge(Session& session, unsigned number)
{
    const auto uid = session.messages[number - 1].uid;
    for (auto& [tag, followed] : session.followed) {
        for (auto& result : followed.results) {
            expect(result != (followed.by_uid ? uid : number), "EXPUNGE of a result");
            if (!followed.by_uid && result > number)
                --result;
        }
    }
}

/// Brings the client's view up to what the server said; `holds`: EXPUNGE is forbidden.
void take(Session& session, const Answer& answer, bool holds)
{
    for (const auto& line : answer.untagged) {
        const auto parts = ascii::split(line, ' ');
        if (line.starts_with("* ESEARCH "))
            take_update(session, line);
        if (parts.size() < 3 || !ascii::is_digit(parts[1].front()))
            continue;
        const auto number = std::stoul(std::string(parts[1]));
        if (parts[2] == "EXISTS") {
            expect(number >= session.messages.size(), "EXISTS made the mailbox smaller");
            session.messages.resize(number);
        } else if (parts[2] == "EXPUNGE") {
            expect(!holds, "EXPUNGE where it is forbidden");
            expect(number >= 1 && number <= session.messages.size(), "a number that no message has");
            take_expunge(session, static_cast<unsigned>(number));
            session.messages.erase(session.messages.begin() +
                                   static_cast<std::ptrdiff_t>(number - 1));
        } else if (parts[2] == "FETCH") {
            take_fetch(session, number, line);
        }
    }
}

class Driver {
public:
    Driver(ImapServer& server, std::vector<unsigned> steps)
        : server_(server), steps_(std::move(steps))
    {
    }
    const std::string& commands() const { return log_; }

    Awaitable<> drive()
    {
        for (int i = 0; i < 3; ++i) {
            sessions_.push_back(std::make_unique<Session>(server_.connect()));
            co_await open(*sessions_.back());
        }
        for (const auto step : steps_) {
            engine_.seed(step); // it does the same wherever it stands
            auto& session = *sessions_[pick(sessions_.size())];
            co_await act(session);
            if (pick(4) == 0)
                co_await compare(session);
        }
        for (auto& session : sessions_)
            co_await compare(*session);
    }

private:
    std::size_t pick(std::size_t below)
    {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(engine_);
    }

    Awaitable<> open(Session& session)
    {
        session.messages.clear();
        auto answer = co_await session.client.enter();
        expect(answer.is_ok(), answer.status);
        take(session, answer, false);
        co_await learn(session);
    }

    Awaitable<Answer> run(Session& session, std::string text, bool holds = false)
    {
        const auto at = std::find_if(sessions_.begin(), sessions_.end(),
                                     [&](const auto& each) { return each.get() == &session; });
        log_ += std::to_string(at - sessions_.begin() + 1) + ": " + text.substr(0, text.find('\r')) + "\n";
        auto answer = co_await session.client.run(std::move(text));
        expect(!answer.status.starts_with("BAD"), answer.status);
        take(session, answer, holds);
        co_return answer;
    }

    /// Asks for UIDs and flags of everything: what a client does after SELECT and EXISTS.
    Awaitable<> learn(Session& session)
    {
        if (!session.messages.empty())
            co_await run(session, "FETCH 1:* (UID FLAGS)", true);
    }

    FlagSet some_flags()
    {
        FlagSet flags;
        for (const auto* flag : kFlags)
            if (pick(3) == 0)
                flags.insert(flag);
        return flags;
    }

    static std::string list(const FlagSet& flags)
    {
        std::string out;
        for (const auto& flag : flags)
            out += (out.empty() ? "" : " ") + flag;
        return "(" + out + ")";
    }

    Awaitable<> act(Session& session)
    {
        switch (pick(14)) {
        case 0:
        case 1:
            co_await append(session);
            break;
        case 2:
        case 3:
        case 4:
            co_await store(session);
            break;
        case 5:
            co_await expunge(session);
            break;
        case 6:
            co_await transfer(session);
            break;
        case 7:
            co_await search(session);
            break;
        case 8:
            co_await fetch_one(session);
            break;
        case 9:
            co_await append_two(session);
            break;
        case 10:
            co_await replace(session);
            break;
        case 11:
        case 12:
            co_await follow(session);
            break;
        default:
            co_await run(session, "NOOP");
        }
    }

    Awaitable<> append(Session& session)
    {
        const auto flags = some_flags();
        const auto answer =
            co_await run(session, "APPEND INBOX " + list(flags) + " " + some_date() + some_message());
        auto uid = between(answer.status, "APPENDUID ", ']');
        uid = uid.substr(uid.find(' ') + 1);
        model_[static_cast<unsigned>(std::stoul(uid))] = flags;
    }

    std::string some_date()
    {
        return "\"01-Jan-2024 00:00:0" + std::to_string(pick(10)) + " +0000\" ";
    }

    std::string some_message()
    {
        return pick(2) ? "{6+}\r\nx: y\r\n" : "{7+}\r\nx: yy\r\n";
    }

    /// Starts a search that tells its changes; where there are four already, one of them ends.
    Awaitable<> follow(Session& session)
    {
        if (session.followed.size() == 4) {
            const auto at = std::next(session.followed.begin(), static_cast<std::ptrdiff_t>(pick(4)));
            const auto tag = at->first;
            session.followed.erase(at);
            const auto answer = co_await run(session, "CANCELUPDATE \"" + tag + "\"");
            expect(answer.is_ok(), answer.status);
        }
        Followed made;
        made.by_uid = pick(2);
        made.is_sorted = pick(2);
        made.command = made.by_uid ? "UID " : "";
        made.command += made.is_sorted ? "SORT" : "SEARCH";
        if (made.is_sorted)
            made.program = std::string(kOrders[pick(std::size(kOrders))]) + " UTF-8 ";
        made.program += kPrograms[pick(std::size(kPrograms))];
        const auto answer = co_await run(session, made.command + " RETURN (UPDATE ALL) " + made.program, !made.by_uid);
        made.results = results_in(answer);
        session.followed[session.client.tag()] = std::move(made);
        for (const auto& line : answer.untagged) // what it told of others behind its result
            if (line.find("ADDTO (") != std::string::npos || line.find("REMOVEFROM (") != std::string::npos)
                if (between(line, "(TAG \"", '"') == session.client.tag())
                    take_update(session, line);
    }

    static std::vector<unsigned> results_in(const Answer& answer)
    {
        for (const auto& line : answer.untagged)
            if (line.starts_with("* ESEARCH ") && line.find(" ALL ") != std::string::npos)
                return numbers_of(between(line, " ALL ", ' '));
        return {};
    }

    /// The results that were told are those of a search now.
    Awaitable<> compare_followed(Session& session)
    {
        for (const auto& [tag, followed] : session.followed) {
            const auto told = followed.results;
            const auto answer =
                co_await run(session, followed.command + " RETURN (ALL) " + followed.program, !followed.by_uid);
            expect(results_in(answer) == told, "results of " + tag + ", " + followed.command + " " + followed.program);
        }
    }

    Awaitable<> append_two(Session& session)
    {
        const auto one = some_flags(), two = some_flags();
        const auto text = "APPEND INBOX " + list(one) + " {6+}\r\nx: y\r\n " + list(two) +
                          " {6+}\r\nz: y\r\n";
        const auto answer = co_await run(session, text);
        auto uids = between(answer.status, "APPENDUID ", ']');
        uids = uids.substr(uids.find(' ') + 1);
        const auto first = static_cast<unsigned>(std::stoul(uids));
        expect(uids == std::to_string(first) + ":" + std::to_string(first + 1), answer.status);
        model_[first] = one;
        model_[first + 1] = two;
    }

    Awaitable<> replace(Session& session)
    {
        const auto [number, uid] = choose(session);
        if (number == 0 || uid == 0)
            co_return;
        const auto flags = some_flags();
        const bool exists = model_.count(uid) != 0;
        const bool by_uid = pick(2);
        auto text = by_uid ? "UID REPLACE " + std::to_string(uid)
                           : "REPLACE " + std::to_string(number);
        text += " INBOX " + list(flags) + " {6+}\r\nn: w\r\n";
        const auto answer = co_await run(session, text);
        expect(answer.is_ok() == exists, answer.status);
        if (!exists)
            co_return;
        std::string all;
        for (const auto& line : answer.untagged)
            all += line;
        const auto code = between(all, "APPENDUID ", ']');
        model_.erase(uid);
        model_[static_cast<unsigned>(std::stoul(code.substr(code.find(' ') + 1)))] = flags;
    }

    /// One message of the session's view, by number where `by_number`; 0: there is none.
    std::pair<std::size_t, unsigned> choose(Session& session)
    {
        if (session.messages.empty())
            return {0, 0};
        const auto number = pick(session.messages.size()) + 1;
        return {number, session.messages[number - 1].uid};
    }

    Awaitable<> store(Session& session)
    {
        const auto [number, uid] = choose(session);
        if (number == 0 || uid == 0)
            co_return;
        const auto flags = some_flags();
        const auto how = pick(3);
        const bool by_uid = pick(2), silent = pick(2);
        const char* const signs[] = {"", "+", "-"};
        std::string text = by_uid ? "UID STORE " + std::to_string(uid)
                                  : "STORE " + std::to_string(number);
        text += std::string(" ") + signs[how] + "FLAGS" + (silent ? ".SILENT " : " ") + list(flags);
        const bool exists = model_.count(uid) != 0;
        auto& message = session.messages[number - 1];
        if (silent && exists) // a client does its own silent change itself
            apply(message.flags, how, flags);
        const auto answer = co_await run(session, text, !by_uid);
        expect(answer.is_ok() == (exists || by_uid || silent), answer.status); // RFC 2180 §4.2.1
        if (exists)
            apply(model_[uid], how, flags);
    }

    static void apply(FlagSet& to, std::size_t how, const FlagSet& flags)
    {
        if (how == 0)
            to.clear();
        for (const auto& flag : flags) {
            if (how == 2)
                to.erase(flag);
            else
                to.insert(flag);
        }
    }

    Awaitable<> expunge(Session& session)
    {
        // The view may be behind what the session's own EXPUNGE sees: bring it up first.
        co_await run(session, "NOOP");
        co_await learn(session);
        const auto answer = co_await run(session, "EXPUNGE");
        expect(answer.is_ok(), answer.status);
        std::erase_if(model_, [](const auto& entry) { return entry.second.count("\\Deleted") != 0; });
    }

    Awaitable<> transfer(Session& session)
    {
        const auto [number, uid] = choose(session);
        if (number == 0 || uid == 0)
            co_return;
        const bool moves = pick(2);
        const bool to_self = pick(2);
        const bool exists = model_.count(uid) != 0;
        const std::string text = std::string("UID ") + (moves ? "MOVE " : "COPY ") +
                                 std::to_string(uid) + (to_self ? " INBOX" : " Trash");
        const auto answer = co_await run(session, text);
        expect(answer.is_ok(), answer.status);
        if (!exists)
            co_return;
        std::string all = answer.status;
        for (const auto& line : answer.untagged)
            all += line;
        auto code = between(all, "COPYUID ", ']');
        const auto target = static_cast<unsigned>(std::stoul(code.substr(code.rfind(' ') + 1)));
        const auto flags = model_[uid];
        if (moves)
            model_.erase(uid);
        if (to_self)
            model_[target] = flags;
    }

    Awaitable<> search(Session& session)
    {
        const bool by_uid = pick(2);
        const std::string text = by_uid ? "UID SEARCH DELETED" : "SEARCH SEEN";
        co_await run(session, text, !by_uid);
    }

    Awaitable<> fetch_one(Session& session)
    {
        const auto [number, uid] = choose(session);
        if (number == 0)
            co_return;
        const bool exists = uid == 0 || model_.count(uid) != 0;
        const auto answer =
            co_await run(session, "FETCH " + std::to_string(number) + " (UID FLAGS)", true);
        if (uid != 0)
            expect(answer.is_ok() == exists, answer.status);
    }

    /// After NOOP the client's view is the model: the same UIDs in order, the same flags.
    Awaitable<> compare(Session& session)
    {
        co_await run(session, "NOOP");
        std::vector<Known> told = session.messages;
        co_await compare_followed(session);
        co_await learn(session);
        expect(session.messages.size() == model_.size(), "the number of messages");
        std::size_t i = 0;
        for (const auto& [uid, flags] : model_) {
            expect(session.messages[i].uid == uid, "UID " + std::to_string(uid));
            expect(session.messages[i].flags == flags, "flags of UID " + std::to_string(uid));
            if (told[i].has_flags) // told without asking
                expect(told[i].flags == flags, "flags told of UID " + std::to_string(uid));
            ++i;
        }
    }

    ImapServer& server_;
    std::vector<unsigned> steps_;
    std::mt19937 engine_;
    std::vector<std::unique_ptr<Session>> sessions_;
    Model model_;
    std::string log_;
};

/// What went wrong, and the commands up to there; nullopt: nothing.
std::optional<std::string> failure_of(const std::vector<unsigned>& steps)
{
    ImapServer server;
    std::optional<std::string> failure;
    {
        Driver driver(server, steps);
        try {
            server.run(driver.drive());
        } catch (const std::exception& e) { // a Mismatch, or an answer that no client could read
            failure = std::string(e.what()) + "\n" + driver.commands();
        }
    }
    server.io.restart();
    server.io.run();
    return failure;
}

} // namespace

BOOST_AUTO_TEST_CASE(sessions_agree_with_a_model)
{
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 engine(seed);
        std::vector<unsigned> steps(kSteps);
        for (auto& step : steps)
            step = static_cast<unsigned>(engine());
        if (!failure_of(steps))
            continue;
        const auto fewest = shrink<unsigned>(
            steps, [](const auto& some) { return failure_of(some).has_value(); });
        BOOST_ERROR("seed " << seed << ", " << fewest.size() << " steps: " << *failure_of(fewest));
    }
}

BOOST_AUTO_TEST_CASE(what_fails_is_shrunk)
{
    std::vector<int> steps(100);
    for (int i = 0; i < 100; ++i)
        steps[static_cast<std::size_t>(i)] = i;
    const auto has = [](const std::vector<int>& some, int step) {
        return std::find(some.begin(), some.end(), step) != some.end();
    };
    const auto fewest = shrink<int>(steps, [&](const auto& some) {
        return has(some, 3) && has(some, 50) && has(some, 97);
    });
    BOOST_TEST(fewest == (std::vector<int>{3, 50, 97}), boost::test_tools::per_element());
}
