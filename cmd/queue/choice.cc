// Which queue entries a command is about.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <limits>

#include "cmd/arguments.h"
#include "cmd/queue/queue.h"
#include "cmd/read_input.h"
#include "core/base/ascii.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPageEntries = 500;
constexpr std::size_t kAllOctets = std::numeric_limits<std::size_t>::max(); ///< as many ids as there are

/// ">2h" is what is more, "<2h" less, "2h" and ">=2h" so much or more.
struct Bound {
    enum class Test { More, Less, AtLeast, AtMost } test = Test::AtLeast;
    std::string_view value;
};

Bound bound_of(std::string_view text)
{
    Bound bound;
    const bool more = text.starts_with('>'), less = text.starts_with('<');
    const bool equal = text.size() > 1 && text[1] == '=';
    if (more || less)
        text.remove_prefix(equal ? 2 : 1);
    if (more)
        bound.test = equal ? Bound::Test::AtLeast : Bound::Test::More;
    if (less)
        bound.test = equal ? Bound::Test::AtMost : Bound::Test::Less;
    bound.value = ascii::trim(text);
    return bound;
}

/// Turns a test into bounds that include their ends. Errors: Invalid (less than nothing).
template <class Number>
Result<> set_bounds(Bound::Test test, Number value, std::optional<Number>& least,
                    std::optional<Number>& most)
{
    switch (test) {
    case Bound::Test::More: least = value + Number{1}; break;
    case Bound::Test::AtLeast: least = value; break;
    case Bound::Test::AtMost: most = value; break;
    case Bound::Test::Less:
        if (value == Number{0})
            return Error(Errc::Invalid, "nothing is less than that");
        most = value - Number{1};
        break;
    }
    return ok();
}

Result<> read_age(const std::string& text, store::QueueFilter& filter)
{
    const Bound bound = bound_of(text);
    const auto age = parse_duration(bound.value);
    if (!age)
        return age.error().within("--age");
    if (const auto set = set_bounds(bound.test, *age, filter.older, filter.younger); !set)
        return set.error().within("--age");
    return ok();
}

Result<> read_size(const std::string& text, store::QueueFilter& filter)
{
    const Bound bound = bound_of(text);
    const auto size = parse_size(bound.value);
    if (!size)
        return size.error().within("--size");
    if (const auto set = set_bounds(bound.test, *size, filter.larger, filter.smaller); !set)
        return set.error().within("--size");
    return ok();
}

Result<> read_attempts(const std::string& text, store::QueueFilter& filter)
{
    const Bound bound = bound_of(text);
    const auto number = ascii::parse_number<unsigned>(bound.value);
    if (!number || *number > 1'000'000)
        return Error(Errc::Invalid, "--attempts: not a number: " + ascii::printable(bound.value));
    if (const auto set =
            set_bounds(bound.test, *number, filter.min_attempts, filter.max_attempts);
        !set)
        return set.error().within("--attempts");
    return ok();
}

/// Not the store's: only the server knows.
constexpr std::string_view kDelivering = "delivering";

Result<store::QueueFilter::State> read_state(const std::string& text)
{
    using State = store::QueueFilter::State;
    if (text == "waiting")
        return State::Waiting;
    if (text == "retry")
        return State::Retry;
    if (text == "held")
        return State::Held;
    if (text == "due")
        return State::Due;
    if (text.empty() || text == "any" || text == kDelivering)
        return State::Any;
    return Error(Errc::Invalid, "--state: one of waiting, retry, held, due, delivering, any");
}

/// "@example.org" is everybody there.
std::string whole_domain(const std::string& address)
{
    return address.starts_with('@') ? "*" + address : address;
}

/// The first word of each line; a heading "id" may stand on top. Errors: Invalid, NotFound.
Result<std::vector<QueueId>> ids_from(Context& ctx, const std::string& path)
{
    std::vector<QueueId> ids;
    std::size_t number = 0;
    const auto take = [&](std::string_view line) -> Result<> {
        ++number;
        const auto word = line.substr(0, line.find_first_of(" \t,;\r"));
        if (word.empty() || (word == "id" && number == 1))
            return ok();
        const auto id = parse_queue_id(word);
        if (!id)
            return id.error().within(path + ":" + std::to_string(number));
        ids.push_back(*id);
        return ok();
    };
    if (path == "-") {
        while (const auto line = ctx.read_line())
            TRY_VOID(take(*line));
        return ids;
    }
    TRY(const std::string text, read_input(ctx, path, kAllOctets));
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        TRY_VOID(take(rest.substr(0, end)));
        rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    return ids;
}

bool says_something(const store::QueueFilter& filter)
{
    return !filter.from.empty() || !filter.to.empty() || !filter.domain.empty() ||
           !filter.account.empty() || !filter.error.empty();
}

void add_more(CLI::App& verb, Context& ctx, QueueChoice& choice, ChoiceUse use)
{
    if (use != ChoiceUse::Shape) {
        verb.add_option("ID", choice.ids, "Their ids");
        verb.add_option("--id", choice.more_ids, "Only this one; may be repeated")->type_name("ID");
        add_input_file(verb, ctx, "--ids-from", choice.ids_from,
                       "Only those whose ids stand first in the lines of this file; - is standard "
                       "input");
    }
    if (use != ChoiceUse::History)
        verb.add_option("--state", choice.state, "Only those in this state: waiting (never tried), "
                                                 "retry, held, due, delivering")
            ->type_name("STATE");
    verb.add_option("--age", choice.age, "Only so old or older; also '>2h', '<30m'")
        ->type_name("DURATION");
    verb.add_option("--attempts", choice.attempts, "Only so often tried or more; also '>3', '<2'")
        ->type_name("N");
    verb.add_option("--limit", choice.filter.limit,
                    use == ChoiceUse::History ? "The latest so many (default 1000); 0: all"
                                              : "Stop after this many")
        ->type_name("N");
}

} // namespace

bool QueueChoice::is_empty() const
{
    return ids.empty() && more_ids.empty() && ids_from.empty() && state.empty() && age.empty() &&
           size.empty() && attempts.empty() && !says_something(filter);
}

void add_queue_choice(CLI::App& verb, Context& ctx, QueueChoice& choice, ChoiceUse use)
{
    choice.filter.limit = use == ChoiceUse::History ? 1000 : 0;
    verb.add_option("--from", choice.filter.from, "Only of this sender (* allowed); <>: bounces")
        ->type_name("ADDRESS");
    verb.add_option("--to", choice.filter.to,
                    "Only for this recipient (* allowed); @DOMAIN: all of it")
        ->type_name("ADDRESS");
    verb.add_option("--domain", choice.filter.domain, "Only for this recipient domain (* allowed)")
        ->type_name("DOMAIN");
    verb.add_option("--account", choice.filter.account, "Only submitted by this login (* allowed)")
        ->type_name("ADDRESS");
    verb.add_option("--error", choice.filter.error,
                    "Only where the last reply has this in it (* allowed)")
        ->type_name("TEXT");
    verb.add_option("--size", choice.size, "Only so large or larger; also '>1MiB', '<64KiB'")
        ->type_name("SIZE");
    if (use != ChoiceUse::Rule)
        add_more(verb, ctx, choice, use);
    if (use == ChoiceUse::Change) {
        verb.add_flag("--all", choice.all, "Everything in the queue");
        add_change_options(verb, ctx);
    }
}

Result<ChosenEntries> read_queue_choice(Context& ctx, const QueueChoice& choice)
{
    ChosenEntries chosen;
    chosen.filter = choice.filter;
    chosen.filter.to = whole_domain(choice.filter.to);
    TRY(chosen.filter.state, read_state(choice.state));
    if (!choice.age.empty()) {
        TRY_VOID(read_age(choice.age, chosen.filter));
    }
    if (!choice.size.empty()) {
        TRY_VOID(read_size(choice.size, chosen.filter));
    }
    if (!choice.attempts.empty()) {
        TRY_VOID(read_attempts(choice.attempts, chosen.filter));
    }
    for (const auto* list : {&choice.ids, &choice.more_ids}) {
        for (const auto& text : *list) {
            TRY(const QueueId id, parse_queue_id(text));
            chosen.ids.push_back(id);
        }
    }
    chosen.may_be_gone = chosen.ids.empty() && !choice.ids_from.empty();
    chosen.by_id = !chosen.ids.empty() || chosen.may_be_gone;
    if (!choice.ids_from.empty()) {
        TRY(const auto more, ids_from(ctx, choice.ids_from));
        chosen.ids.insert(chosen.ids.end(), more.begin(), more.end());
    }
    if (choice.state == kDelivering) {
        const auto sent = delivering_now(ctx);
        if (chosen.by_id)
            std::erase_if(chosen.ids, [&](QueueId id) {
                return !std::binary_search(sent.begin(), sent.end(), id);
            });
        else
            chosen.ids = sent;
        chosen.by_id = chosen.may_be_gone = true;
    }
    return chosen;
}

std::vector<QueueId> delivering_now(Context& ctx)
{
    auto* server = ctx.server();
    return server ? server->runner().delivering() : std::vector<QueueId>();
}

namespace {

Result<> each_named(Context& ctx, store::Queue& queue, const ChosenEntries& chosen,
                    const std::function<bool(store::QueueEntry&)>& each)
{
    std::uint64_t gone = 0, count = 0;
    for (const QueueId id : chosen.ids) {
        if (chosen.filter.limit != 0 && count == chosen.filter.limit)
            break;
        store::QueueFilter filter = chosen.filter;
        filter.id = id;
        TRY(auto found, ctx.wait(queue.list(filter)));
        if (found.empty()) {
            const auto there = ctx.wait(queue.find(id));
            if (!there && there.error().code() == Errc::NotFound && chosen.may_be_gone)
                ++gone;
            else if (!there)
                return there.error();
            continue;
        }
        ++count;
        if (!each(found.front()) || ctx.cancelled())
            break;
    }
    if (gone > 0)
        ctx.note(std::to_string(gone) + " of " + std::to_string(chosen.ids.size()) +
                 " are not in the queue any more");
    return ok();
}

} // namespace

Result<> each_entry(Context& ctx, const ChosenEntries& chosen,
                    const std::function<bool(store::QueueEntry&)>& each)
{
    TRY(store::Store* store, ctx.store());
    if (chosen.by_id)
        return each_named(ctx, store->queue(), chosen, each);
    store::QueueFilter filter = chosen.filter;
    std::uint64_t left = filter.limit == 0 ? UINT64_MAX : filter.limit;
    while (left > 0 && !ctx.cancelled()) {
        filter.limit = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kPageEntries));
        TRY(auto page, ctx.wait(store->queue().list(filter)));
        for (auto& entry : page) {
            if (!each(entry))
                return ok();
        }
        if (page.size() < filter.limit)
            break;
        left -= page.size();
        filter.after = page.back().id;
        if (!ctx.flush())
            break;
    }
    return ok();
}

std::string messages(std::uint64_t count)
{
    return std::to_string(count) + (count == 1 ? " message" : " messages");
}

} // namespace mailctl::cmd
