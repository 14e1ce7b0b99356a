// Retention by rule, and the levels of quota warnings.
#include "core/keeping/retention.h"

#include <boost/test/unit_test.hpp>

#include "core/keeping/quota_warning.h"
#include "core/keeping/retention_report.h"
#include "store/account.h"
#include "store/deleted.h"
#include "store/directory.h"
#include "store/engine/memory_engine.h"
#include "store/keeping.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::keeping;
using tests::must;

namespace {

conf::Retention table(std::string mailbox, milliseconds keep)
{
    conf::Retention made;
    made.mailbox = std::move(mailbox);
    made.keep = keep;
    return made;
}

constexpr std::chrono::days kMonth{30};

/// One user, ann@example.org, with mail.
struct Mail {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{1};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
    store::User user;
    std::shared_ptr<store::Account> account;

    Mail()
    {
        store::Domain domain;
        domain.name = "example.org";
        must(store->directory().add_domain(domain));
        user.address = {"ann", "example.org"};
        user.account = must(store->directory().add_user(user));
        account = must(store->account(user.account));
    }
    MailboxId box(const std::string& name) { return must(account->find_mailbox(name)).id; }
    void append(const std::string& name, std::uint8_t flags = 0)
    {
        store::NewMessage message;
        message.inline_body = "Subject: x\r\n\r\nx\r\n";
        message.internal_date = clock.now();
        message.flags.system = flags;
        must(account->append(box(name), std::move(message)));
    }
    std::uint64_t run(const std::vector<conf::Retention>& tables, Retain how = Retain::Apply)
    {
        const auto rules = retention_rules(tables);
        BOOST_REQUIRE(rules.has_value());
        std::uint64_t messages = 0;
        for (const auto& ended : must(retain(*account, user, *rules, clock.now(), how)))
            messages += ended.messages;
        return messages;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(tables_become_queries)
{
    auto trash = table("\\Trash", kMonth);
    BOOST_TEST(query_of(trash) == "role:trash saved-older:30d");
    trash.query = "not flag:flagged or larger:1M";
    BOOST_TEST(query_of(trash) == "role:trash saved-older:30d (not flag:flagged or larger:1M)");
    auto named = table("My \"old\" Mail", std::chrono::hours(36));
    named.age = conf::RetentionAge::Received;
    BOOST_TEST(query_of(named) == "mailbox:\"My \\\"old\\\" Mail\" older:1d12h");
    BOOST_TEST(retention_rules({trash, named}).has_value());
}

BOOST_AUTO_TEST_CASE(old_mail_goes_from_the_mailboxes_of_the_rule)
{
    Mail mail;
    mail.append("Trash");
    mail.append("INBOX");
    mail.clock.advance(kMonth - seconds(1));
    mail.append("Trash");
    const std::vector<conf::Retention> rules{table("\\Trash", kMonth)};
    BOOST_TEST(mail.run(rules) == 0u);
    mail.clock.advance(seconds(1));
    BOOST_TEST(mail.run(rules, Retain::Preview) == 1u);
    BOOST_TEST(mail.run(rules, Retain::Preview) == 1u); // a preview changes nothing
    BOOST_TEST(mail.run(rules) == 1u);
    BOOST_TEST(mail.run(rules) == 0u);
    BOOST_TEST(must(mail.account->find_mailbox("Trash")).messages == 1u);
    BOOST_TEST(must(mail.account->find_mailbox("INBOX")).messages == 1u);
}

BOOST_AUTO_TEST_CASE(time_in_trash_counts_from_when_it_came_there)
{
    Mail mail;
    mail.append("INBOX");
    mail.clock.advance(kMonth);
    must(mail.account->move(mail.box("INBOX"), {Uid{1}}, mail.box("Trash")));
    auto rule = table("Trash", kMonth);
    BOOST_TEST(mail.run({rule}) == 0u);
    rule.age = conf::RetentionAge::Received;
    BOOST_TEST(mail.run({rule}) == 1u);
}

BOOST_AUTO_TEST_CASE(rules_for_domains_users_patterns_and_queries)
{
    Mail mail;
    constexpr std::uint8_t kFlagged = 4;
    mail.append("Trash", kFlagged);
    mail.append("Junk");
    mail.clock.advance(kMonth);
    auto rule = table("*", kMonth);
    rule.domains = {"example.com"};
    BOOST_TEST(mail.run({rule}) == 0u);
    rule.domains = {"example.com", "example.org"};
    rule.users = {"b*@example.org"};
    BOOST_TEST(mail.run({rule}) == 0u);
    rule.users = {"a*@example.org"};
    rule.query = "not flag:flagged";
    BOOST_TEST(mail.run({rule}) == 1u); // of Junk
    rule.query.clear();
    BOOST_TEST(mail.run({table("\\Junk", kMonth), rule}) == 1u);
}

BOOST_AUTO_TEST_CASE(room_is_given_from_the_newest_on)
{
    const Time start{seconds(1'700'000'000)};
    struct Case {
        std::string_view name;
        std::vector<std::uint64_t> octets; ///< of UIDs 1, 2 and so on, a second apart
        std::uint64_t most_octets, most_messages;
        std::vector<unsigned> gone;
    };
    const Case cases[] = {
        {"no limit", {10, 10}, 0, 0, {}},
        {"nothing there", {}, 1, 1, {}},
        {"octets, at the limit", {10, 10, 10}, 30, 0, {}},
        {"octets, one past it", {10, 10, 10}, 29, 0, {1}},
        {"messages, at the limit", {1, 1, 1}, 0, 3, {}},
        {"messages, one past it", {1, 1, 1}, 0, 2, {1}},
        {"no smaller one passes a large one", {1, 50, 10}, 20, 0, {1, 2}},
        {"the newest is too large", {1, 50}, 20, 0, {1, 2}},
        {"the first of two limits", {5, 5, 5, 5}, 15, 2, {1, 2}},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            std::vector<Occupant> messages;
            for (unsigned i = 0; i < c.octets.size(); ++i)
                messages.push_back({Uid{i + 1}, start + seconds(i), c.octets[i]});
            std::vector<unsigned> gone;
            for (const auto uid : without_room(messages, c.most_octets, c.most_messages))
                gone.push_back(value_of(uid));
            BOOST_TEST(gone == c.gone, boost::test_tools::per_element());
        }
    }
    // By time first: UID 1 came to this server after UID 2.
    const auto gone = without_room({{Uid{1}, start + seconds(1), 1}, {Uid{2}, start, 1}}, 0, 1);
    BOOST_REQUIRE(gone.size() == 1u);
    BOOST_TEST(value_of(gone[0]) == 2u);
}

BOOST_AUTO_TEST_CASE(mailboxes_are_kept_below_a_size_and_a_number)
{
    Mail mail;
    constexpr std::uint8_t kFlagged = 4;
    mail.append("Junk", kFlagged);
    for (int i = 0; i < 4; ++i)
        mail.append("Junk");
    mail.append("INBOX");
    auto rule = table("\\Junk", milliseconds(0));
    rule.keep_count = 5;
    BOOST_TEST(mail.run({rule}) == 0u);
    rule.keep_count = 3;
    BOOST_TEST(mail.run({rule}, Retain::Preview) == 2u);
    rule.query = "not flag:flagged"; // of the four others
    BOOST_TEST(mail.run({rule}) == 1u);
    rule.keep_count = 0;
    rule.keep_size = must(mail.account->find_mailbox("Junk")).octets / 4 * 2;
    BOOST_TEST(mail.run({rule}) == 1u);
    const auto junk = must(mail.account->find_mailbox("Junk"));
    BOOST_TEST(junk.messages == 3u);
    const auto rows = must(mail.account->messages(junk.id, {}, 10));
    BOOST_REQUIRE(rows.size() == 3u);
    BOOST_TEST(value_of(rows[0].uid) == 1u); // flagged: not meant
    BOOST_TEST(value_of(rows[1].uid) == 4u);
    BOOST_TEST(must(mail.account->find_mailbox("INBOX")).messages == 1u);
}

BOOST_AUTO_TEST_CASE(age_and_room_end_a_message_once)
{
    Mail mail;
    mail.append("Trash");
    mail.append("Trash");
    mail.clock.advance(kMonth);
    mail.append("Trash");
    mail.append("Trash");
    auto rule = table("Trash", kMonth);
    rule.keep_count = 1;
    BOOST_TEST(mail.run({rule}, Retain::Preview) == 3u);
    const auto rules = retention_rules({rule});
    BOOST_TEST((*rules)[0].text == "mailbox:\"Trash\" saved-older:30d; keep_count 1");
    BOOST_TEST(mail.run({rule}) == 3u);
}

BOOST_AUTO_TEST_CASE(a_report_has_a_line_for_each_mailbox_up_to_a_limit)
{
    RetentionReport report;
    BOOST_TEST(report.is_empty());
    Ended ended;
    ended.mailbox = "Trash";
    ended.rule = std::string(2000, 'x');
    ended.messages = 2;
    ended.octets = 1024;
    for (std::size_t i = 0; i < kMaxReportLines; ++i)
        report.add("ann@example.org", ended);
    BOOST_TEST(report.list().find("...") == std::string::npos);
    report.add_failure("bob@example.org", Error(Errc::Unavailable, "disk"));
    BOOST_TEST(report.list().ends_with("... +1\n"));
    BOOST_TEST(report.messages() == 2 * kMaxReportLines);
    BOOST_TEST(report.mailboxes() == kMaxReportLines);
    BOOST_TEST(report.failed() == 1u);
    BOOST_TEST(report.list().find('\n') < 998u); // RFC 5322 §2.1.1
}

BOOST_AUTO_TEST_CASE(what_retention_ends_can_be_brought_back)
{
    Mail mail;
    mail.store->keeping().set_rules({std::chrono::days(7), false});
    mail.append("Trash");
    mail.clock.advance(kMonth);
    BOOST_TEST(mail.run({table("Trash", kMonth)}) == 1u);
    BOOST_TEST(must(mail.account->deleted().usage()).messages == 1u);
}

// QTA-03
BOOST_AUTO_TEST_CASE(levels_of_warnings)
{
    const std::vector<std::string> levels{"95", "80"};
    BOOST_TEST(level_reached(levels, 79) == 0u);
    BOOST_TEST(level_reached(levels, 80) == 80u);
    BOOST_TEST(level_reached(levels, 94) == 80u);
    BOOST_TEST(level_reached(levels, 120) == 95u);
    BOOST_TEST(level_reached({}, 100) == 0u);
    // Told 95: forgotten 5 percent below, where 80 still counts as told.
    BOOST_TEST(level_kept(levels, 95, 91) == 95u);
    BOOST_TEST(level_kept(levels, 95, 90) == 80u);
    BOOST_TEST(level_kept(levels, 95, 76) == 80u);
    BOOST_TEST(level_kept(levels, 95, 75) == 0u);
    BOOST_TEST(level_kept(levels, 80, 75) == 0u);
    BOOST_TEST(!percent_used({100, 5}, {}).has_value());
    BOOST_TEST(percent_used({100, 5}, {200, 0}).value() == 50u);
    BOOST_TEST(percent_used({100, 9}, {200, 10}).value() == 90u);
    BOOST_TEST(percent_used({1, 0}, {0, 10}).value() == 0u);
    BOOST_TEST(percent_used({~std::uint64_t{0}, 0}, {1, 0}).value() == 100'000u);
}
