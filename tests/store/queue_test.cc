// The queue: entries come and go with all their rows, and every filter finds them.
#include <memory>
#include <set>

#include <boost/test/unit_test.hpp>

#include "store/keys.h"
#include "tests/store/queue_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;
using Site = mailctl::tests::QueueSite;

BOOST_AUTO_TEST_SUITE(queue)

BOOST_AUTO_TEST_CASE(an_entry_is_kept_whole)
{
    Site site;
    QueueEntry sent = site.entry("ann@example.org", {"x@far.example", "Y@Other.example"});
    sent.account = "ann@example.org";
    sent.peer = "192.0.2.1";
    sent.envelope_id = "QQ314";
    sent.spf = "softfail";
    sent.return_full = sent.smtp_utf8 = sent.body_8bit = true;
    sent.priority = 3;
    sent.recipients[1].notify = 6;
    sent.recipients[1].original_recipient = "rfc822;y@other.example";
    const QueueId id = must(site.queue.add(sent));
    const QueueEntry found = must(site.queue.find(id));
    BOOST_TEST(found.sender == "ann@example.org");
    BOOST_TEST(found.account == "ann@example.org");
    BOOST_TEST(found.peer == "192.0.2.1");
    BOOST_TEST(found.envelope_id == "QQ314");
    BOOST_TEST(found.spf == "softfail");
    BOOST_TEST(found.return_full);
    BOOST_TEST(found.smtp_utf8);
    BOOST_TEST(found.body_8bit);
    BOOST_TEST(!found.body_binary);
    BOOST_TEST(found.priority == 3);
    BOOST_TEST((found.arrived == sent.arrived));
    BOOST_REQUIRE_EQUAL(found.recipients.size(), 2);
    BOOST_TEST(found.recipients[1].address == "Y@Other.example");
    BOOST_TEST(found.recipients[1].notify == 6);
    BOOST_TEST(found.recipients[1].original_recipient == "rfc822;y@other.example");
    BOOST_TEST(must(site.queue.read_body(found, 0, 100)) == sent.inline_body);
    BOOST_TEST(must(site.queue.read_body(found, 9, 5)) == "hello");
    BOOST_TEST(must(site.queue.read_body(found, 999, 5)).empty());
    BOOST_TEST(must(site.queue.count()) == 1);
    must(site.queue.remove(id));
    BOOST_TEST(site.rows() == 0);
    BOOST_TEST(must(site.queue.count()) == 0);
    BOOST_TEST((run(site.queue.remove(id)).error().code() == Errc::NotFound));
}

BOOST_AUTO_TEST_CASE(filters_find_what_they_name)
{
    Site site;
    QueueEntry first = site.entry("ann@example.org", {"x@far.example", "y@other.example"});
    first.account = "ann@example.org";
    must(site.queue.add(first));
    must(site.queue.add(site.entry("bob@example.org", {"x@far.example"})));
    must(site.queue.add(site.entry("", {"z@FAR.example"})));

    using Names = std::vector<std::string>;
    QueueFilter all;
    BOOST_TEST(site.senders(all) == (Names{"ann@example.org", "bob@example.org", ""}));
    QueueFilter filter;
    filter.domain = "far.example";
    BOOST_TEST(site.senders(filter).size() == 3);
    filter.domain = "other.example";
    BOOST_TEST(site.senders(filter) == Names{"ann@example.org"});
    filter.domain = "*.example";
    filter.from = "bob@*";
    BOOST_TEST(site.senders(filter) == Names{"bob@example.org"});
    filter = {};
    filter.from = "ANN@example.org";
    BOOST_TEST(site.senders(filter) == Names{"ann@example.org"});
    filter.from = "<>";
    BOOST_TEST(site.senders(filter) == Names{""});
    filter = {};
    filter.account = "ann@example.org";
    BOOST_TEST(site.senders(filter) == Names{"ann@example.org"});
    filter = {};
    filter.to = "x@far.example";
    BOOST_TEST(site.senders(filter).size() == 2);
    filter.limit = 1;
    const auto one = must(site.queue.list(filter));
    BOOST_REQUIRE_EQUAL(one.size(), 1);
    filter.after = one[0].id;
    BOOST_TEST(site.senders(filter) == Names{"bob@example.org"});
    filter = {};
    filter.id = one[0].id;
    BOOST_TEST(site.senders(filter) == Names{"ann@example.org"});
    filter.id = QueueId{1};
    BOOST_TEST(site.senders(filter).empty());
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(a_delivery_id_is_queued_once)
{
    Site site;
    QueueEntry entry = site.entry("ann@example.org", {"x@far.example"});
    entry.delivery_id = "d1";
    const QueueId id = must(site.queue.add(entry));
    site.clock.advance(milliseconds(1000));
    BOOST_TEST((must(site.queue.add(entry)) == id));
    BOOST_TEST(must(site.queue.count()) == 1);
    must(site.queue.remove(id));
    BOOST_TEST(site.rows() == 0);
}

BOOST_AUTO_TEST_CASE(many_recipients_take_several_rows)
{
    Site site;
    std::vector<std::string> recipients;
    for (std::size_t i = 0; i < kMaxQueueRecipients; ++i)
        recipients.push_back("recipient-with-a-long-name-" + std::to_string(i) + "@d" +
                             std::to_string(i % 900) + ".example");
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", recipients)));
    const QueueEntry found = must(site.queue.find(id));
    BOOST_REQUIRE_EQUAL(found.recipients.size(), kMaxQueueRecipients);
    BOOST_TEST(found.recipients.back().address == recipients.back());
    must(site.queue.remove(id));
    BOOST_TEST(site.rows() == 0);
    recipients.push_back("one@too.many");
    BOOST_TEST((run(site.queue.add(site.entry("a@example.org", recipients))).error().code() ==
                Errc::Invalid));
    BOOST_TEST((run(site.queue.add(site.entry("a@example.org", {}))).error().code() ==
                Errc::Invalid));
}

BOOST_AUTO_TEST_CASE(a_shared_body_is_given_up_even_after_a_crash)
{
    Site site;
    QueueEntry entry = site.entry("ann@example.org", {"x@far.example"});
    entry.inline_body.clear();
    entry.body.shared = true;
    entry.body.blob = new_blob_id(site.clock.now(), site.random);
    const QueueId id = must(site.queue.add(entry));
    const QueueEntry found = must(site.queue.find(id));
    BOOST_TEST(must(site.queue.read_body(found, 0, 6)) == "shared");
    site.bodies.fail = true;
    BOOST_TEST((run(site.queue.remove(id)).error().code() == Errc::Unavailable));
    BOOST_TEST((run(site.queue.find(id)).error().code() == Errc::NotFound));
    site.bodies.fail = false;
    BOOST_TEST(must(site.queue.finish_releases()) == 1);
    BOOST_TEST(site.bodies.released.contains(entry.body.blob));
    BOOST_TEST(site.rows() == 0);
}

BOOST_AUTO_TEST_CASE(a_failed_add_leaves_nothing)
{
    Site site;
    site.engine.fail_write(1, Errc::Unavailable);
    const auto failed = run(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    BOOST_TEST((failed.error().code() == Errc::Unavailable));
    BOOST_TEST(site.rows() == 0);
    BOOST_TEST(must(site.queue.count()) == 0);
}

BOOST_AUTO_TEST_CASE(check_finds_stray_index_rows)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    auto disk = site.engine.disk();
    for (auto& [partition, rows] : disk->rows)
        std::erase_if(rows, [](const auto& row) { return row.first[0] == 'e'; });
    BOOST_TEST((run(site.queue.find(id)).error().code() == Errc::NotFound));
    BOOST_TEST(must(site.queue.check(true)).size() == 4);
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(check_brings_missing_index_rows_back)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    for (auto& [partition, rows] : site.engine.disk()->rows)
        std::erase_if(rows, [](const auto& row) { return row.first[0] == 't' || row.first[0] == 'd'; });
    QueueFilter filter;
    filter.domain = "far.example";
    BOOST_TEST(site.senders(filter).empty());
    BOOST_TEST(must(site.queue.check(true)).size() == 1);
    BOOST_TEST(must(site.queue.check(false)).empty());
    BOOST_TEST(site.senders(filter).size() == 1);
    BOOST_TEST(must(site.queue.due(static_cast<std::uint16_t>(value_of(id) % 16), site.clock.now(),
                                   std::nullopt, 10))
                   .size() == 1);
}

BOOST_AUTO_TEST_CASE(an_entry_that_does_not_decode_is_set_aside_and_its_body_stays)
{
    Site site;
    must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    must(site.queue.add(site.entry("bob@example.org", {"x@far.example"})));
    std::size_t bodies = 0;
    bool damaged = false;
    for (auto& [partition, rows] : site.engine.disk()->rows) {
        for (auto& [key, value] : rows) {
            if (key[0] == 'e' && !damaged) {
                value = "\x01\xff";
                damaged = true;
            }
        }
    }
    BOOST_TEST((run(site.queue.list({})).error().code() == Errc::Corrupt));
    BOOST_TEST(must(site.queue.check(true)).size() > 0);
    BOOST_TEST(must(site.queue.check(false)).empty());
    BOOST_TEST(must(site.queue.list({})).size() == 1);
    for (const auto& [partition, rows] : site.engine.disk()->rows)
        for (const auto& [key, value] : rows)
            bodies += key[0] == 'y' ? 1 : 0;
    BOOST_TEST(bodies == 2);
}

/// Rows as the first release wrote them: recipients apart, no domains in the due index.
BOOST_AUTO_TEST_CASE(entries_of_the_first_form_are_read_and_changed)
{
    Site site;
    const QueueEntry entry = must(site.queue.find(
        must(site.queue.add(site.entry("ann@example.org", {"x@far.example", "y@b.example"})))));
    auto& rows = site.engine.disk()->rows[keys::queue(keys::queue_shard(entry.id))];
    QueueEntry bare = entry;
    bare.recipients.clear();
    rows[keys::queue_entry(entry.id)] = entry_rows(bare).front().value;
    rows[keys::queue_recipients(entry.id, 0)] = encode_recipients(entry).front();
    rows[keys::queue_due(entry.next_attempt, entry.id)] = "1";

    BOOST_TEST(must(site.queue.find(entry.id)).recipients.size() == 2);
    BOOST_TEST(must(site.queue.check(false)).empty());
    const auto due = must(site.queue.due(keys::queue_shard(entry.id), site.clock.now(),
                                         std::nullopt, 10));
    BOOST_REQUIRE_EQUAL(due.size(), 1);
    BOOST_TEST(due[0].domains.empty());
    QueueEntry after = entry;
    after.recipients[0].state = QueueRecipient::State::Delivered;
    must(site.queue.replace(entry, after));
    BOOST_TEST((must(site.queue.find(entry.id)).recipients[0].state ==
                QueueRecipient::State::Delivered));
    BOOST_TEST(must(site.queue.check(false)).empty());
    must(site.queue.remove(entry.id));
    BOOST_TEST(site.rows() == 0);
}

/// Adds the entry with a body of so many octets; gives whether that is kept as it is.
bool is_unpacked(Site& site, QueueEntry entry, std::size_t octets)
{
    const std::string body(octets, 'x');
    entry.inline_body = body;
    const auto found = must(site.queue.find(must(site.queue.add(std::move(entry)))));
    BOOST_TEST((must(site.queue.read_body(found, 0, octets)) == body));
    const auto& rows = site.engine.disk()->rows[keys::queue(keys::queue_shard(found.id))];
    return rows.at(keys::inline_body(found.body.blob)).size() > octets;
}

bool is_unpacked(Site& site, std::size_t octets)
{
    return is_unpacked(site, site.entry("ann@example.org", {"x@far.example"}), octets);
}

BOOST_AUTO_TEST_CASE(a_body_is_packed_where_the_queue_is_long)
{
    Site site;
    for (int i = 0; i < kShortQueue; ++i)
        BOOST_TEST(is_unpacked(site, 1000));
    BOOST_TEST(!is_unpacked(site, 1000));
    const auto all = must(site.queue.list({}));
    must(site.queue.remove(all[0].id));
    must(site.queue.remove(all[1].id));
    BOOST_TEST(is_unpacked(site, 1000));
    BOOST_TEST(!is_unpacked(site, 1000));
}

BOOST_AUTO_TEST_CASE(the_body_of_what_waits_is_packed)
{
    Site site;
    QueueEntry held = site.entry("ann@example.org", {"x@far.example"});
    held.held = true;
    BOOST_TEST(!is_unpacked(site, held, 1000));
    QueueEntry later = site.entry("ann@example.org", {"x@far.example"});
    later.next_attempt = site.clock.now() + milliseconds(1);
    BOOST_TEST(!is_unpacked(site, later, 1000));
    later.next_attempt = site.clock.now();
    BOOST_TEST(is_unpacked(site, later, 1000));
}

BOOST_AUTO_TEST_CASE(a_long_body_is_packed)
{
    Site site;
    BOOST_TEST(is_unpacked(site, kMaxUnpackedOctets));
    BOOST_TEST(!is_unpacked(site, kMaxUnpackedOctets + 1));
}

BOOST_AUTO_TEST_SUITE_END()
