// Queued mail that this server takes in again when its time has come.
#include <boost/test/unit_test.hpp>

#include "tests/core/queue/relay.h"

using namespace mailctl;
using namespace mailctl::queue;

namespace {

/// Takes mail for "ann", cannot take "later"'s now, and none of others'.
class Boxes final : public Mailroom {
public:
    explicit Boxes(Relay& relay) : relay_(relay) {}
    Awaitable<Result<Taken>> take(std::shared_ptr<const store::QueueEntry> entry,
                                  std::uint32_t recipient) override
    {
        const std::string& to = entry->recipients[recipient].address;
        relay_.events.push_back("here " + to);
        if (to.starts_with("later@"))
            co_return Error(Errc::Busy, "full");
        if (to.starts_with("away@"))
            co_return Taken::SentOn;
        if (!to.starts_with("ann@"))
            co_return Error(Errc::NotFound, "no such user");
        co_return Taken::Kept;
    }

private:
    Relay& relay_;
};

void wait_here(store::QueueEntry& entry)
{
    entry.not_before = entry.arrived + std::chrono::hours(200);
    for (auto& recipient : entry.recipients) {
        recipient.next_attempt = *entry.not_before;
        if (!recipient.address.ends_with("@far.example"))
            recipient.route = "here";
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(what_waits_until_a_time_goes_then_and_lives_as_long_as_other_mail)
{
    Relay relay;
    relay.mailroom = std::make_unique<Boxes>(relay);
    relay.start();
    const QueueId id = relay.add("later",
                                 {"ann@here.example", "away@here.example", "later@here.example",
                                  "none@here.example", "bob@far.example"},
                                 wait_here);
    relay.pass(std::chrono::hours(200) - std::chrono::seconds(1));
    relay.settle();
    BOOST_TEST(relay.count("here ann@here.example") == 0U);
    BOOST_TEST(relay.count("192.0.2.1 message later") == 0U);
    relay.pass(std::chrono::seconds(2));
    relay.until_event("192.0.2.1 message later");
    relay.until_event("notice failure none@here.example 5.1.1");
    relay.settle();
    BOOST_TEST(relay.count("here ann@here.example") == 1U);
    BOOST_TEST(relay.state(id).find("later@here.example waiting 1 4.3.0 full") != std::string::npos);
    relay.pass(std::chrono::minutes(11));
    relay.until_events("here later@here.example", 2);
}

BOOST_AUTO_TEST_CASE(without_mailboxes_it_stays)
{
    Relay relay;
    relay.start();
    const QueueId id = relay.add("later", {"ann@here.example"},
                                 [](store::QueueEntry& entry) { entry.recipients[0].route = "here"; });
    relay.settle();
    BOOST_TEST(relay.state(id).find("waiting 1 4.3.5 no mailboxes are here") != std::string::npos);
}
