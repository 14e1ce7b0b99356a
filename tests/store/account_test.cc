// Appending to an account and reading from it.
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

BOOST_AUTO_TEST_SUITE(account)

BOOST_FIXTURE_TEST_CASE(a_new_account_has_its_mailboxes, AccountFixture)
{
    const auto boxes = must(account->mailboxes());
    std::vector<std::string> names;
    for (const auto& box : boxes) {
        names.push_back(box.name);
        BOOST_TEST(box.subscribed);
        BOOST_TEST(box.uid_validity == 1'700'000'000u);
        BOOST_TEST((box.uid_next == Uid{1}));
    }
    const std::vector<std::string> expected{"INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
    BOOST_TEST(must(account->mailbox_by_role(SpecialUse::Junk)).name == "Junk");
    BOOST_TEST((must(account->find_mailbox("inbox")).role == SpecialUse::Inbox));
    check();
}

BOOST_FIXTURE_TEST_CASE(a_new_account_has_the_mailboxes_that_are_asked_for, AccountFixture)
{
    const std::vector<std::string> wanted{"Work/2026/May", "trash", "Inbox", "Trash", "bad//name", "inbox/Bills"};
    const AccountId other{77};
    must(engine->commit(keys::account(other), new_account(clock.now(), {}, wanted)));
    const MailAccount::Environment environment{*engine, clock, *random, nullptr};
    const auto opened = must(MailAccount::open(environment, other));
    const auto boxes = must(opened->mailboxes());
    std::vector<std::string> names;
    for (const auto& box : boxes)
        names.push_back(box.name);
    const std::vector<std::string> expected{"INBOX", "INBOX/Bills", "Work", "Work/2026", "Work/2026/May", "trash"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
    BOOST_TEST(must(opened->mailbox_by_role(SpecialUse::Trash)).name == "trash");
    BOOST_TEST((run(opened->mailbox_by_role(SpecialUse::Sent)).error().code() == Errc::NotFound));
}

BOOST_FIXTURE_TEST_CASE(a_second_account_of_the_same_id_is_refused, AccountFixture)
{
    const auto again = run(engine->commit(keys::account(kAnn), new_account(clock.now(), {})));
    BOOST_TEST((again.error().code() == Errc::Conflict));
}

BOOST_FIXTURE_TEST_CASE(an_account_that_was_never_made_is_not_found, AccountFixture)
{
    MailAccount::Environment environment{*engine, clock, *random};
    const auto opened = run(MailAccount::open(environment, AccountId{99}));
    BOOST_TEST((opened.error().code() == Errc::NotFound));
}

BOOST_FIXTURE_TEST_CASE(what_is_appended_is_read_back, AccountFixture)
{
    auto message = message_of(letter("one", "1@example.org"), Time(seconds(1'600'000'000)));
    message.flags.set(SystemFlag::Flagged);
    clock.advance(seconds(60));
    const auto appended = must(account->append(inbox(), std::move(message)));
    BOOST_TEST((appended.uid == Uid{1}));
    BOOST_TEST(appended.uid_validity == 1'700'000'000u);
    BOOST_TEST(!appended.repeated);
    append(inbox(), letter("two"));

    open();
    const auto all = rows(inbox());
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST((all[0].uid == Uid{1} && all[1].uid == Uid{2}));
    BOOST_TEST((all[0].mod_seq < all[1].mod_seq));
    BOOST_TEST(all[0].flags.has(SystemFlag::Flagged));
    BOOST_TEST((all[0].internal_date == Time(seconds(1'600'000'000))));
    BOOST_TEST((all[0].saved == clock.now()));
    BOOST_TEST(all[0].octets == letter("one", "1@example.org").size());
    BOOST_TEST(body(all[0]) == letter("one", "1@example.org"));
    const auto email = must(account->email(all[0].email));
    BOOST_TEST(email.card.envelope.subject == "one");
    BOOST_TEST(must(account->read_body(email.body, 6, 3)) == "ann");
    BOOST_TEST(must(account->read_body(email.body, 10'000, 3)) == "");

    const auto info = box("INBOX");
    BOOST_TEST(info.messages == 2u);
    BOOST_TEST(info.unseen == 2u);
    BOOST_TEST(info.octets == all[0].octets + all[1].octets);
    BOOST_TEST((info.uid_next == Uid{3}));
    BOOST_TEST((info.highest_mod_seq == all[1].mod_seq));
    BOOST_TEST(must(account->usage()).messages == 2u);
    BOOST_TEST(must(account->usage()).octets == info.octets);
    check();
}

BOOST_FIXTURE_TEST_CASE(ranges_and_limits_of_messages, AccountFixture)
{
    for (int i = 0; i < 10; ++i)
        append(inbox(), letter(std::to_string(i)));
    must(account->expunge(inbox(), to_uids({4}), false));
    const auto uids_in = [&](std::uint32_t first, std::uint32_t last, std::uint32_t limit) {
        Uids uids;
        for (const auto& row : must(account->messages(inbox(), {Uid{first}, Uid{last}}, limit)))
            uids.push_back(value_of(row.uid));
        return uids;
    };
    BOOST_TEST(uids_in(3, 5, 100) == (Uids{3, 5}), boost::test_tools::per_element());
    BOOST_TEST(uids_in(0, 2, 100) == (Uids{1, 2}), boost::test_tools::per_element());
    BOOST_TEST(uids_in(8, 0xFFFFFFFF, 2) == (Uids{8, 9}), boost::test_tools::per_element());
    BOOST_TEST(uids_in(10, 10, 1) == (Uids{10}), boost::test_tools::per_element());
    BOOST_TEST(uids_in(11, 20, 5).empty());
    BOOST_TEST(uids_in(5, 4, 5).empty());
    BOOST_TEST((run(account->messages(MailboxId{99}, {}, 1)).error().code() == Errc::NotFound));
}

BOOST_FIXTURE_TEST_CASE(errors_leave_nothing_behind, AccountFixture)
{
    const auto before = account->highest_mod_seq();
    BOOST_TEST((run(account->append(MailboxId{99}, message_of(letter("x")))).error().code() ==
                Errc::NotFound));
    NewMessage empty;
    BOOST_TEST((run(account->append(inbox(), empty)).error().code() == Errc::Invalid));
    std::string noise(200'000, ' ');
    for (auto& c : noise)
        c = static_cast<char>(random->next_u64());
    BOOST_TEST((run(account->append(inbox(), message_of(noise))).error().code() == Errc::Invalid));
    BOOST_TEST((run(account->email(EmailId{1})).error().code() == Errc::NotFound));
    BOOST_TEST((account->highest_mod_seq() == before));
    check();
}

// RFC 9208 §5.1: the limit itself may be reached.
BOOST_AUTO_TEST_CASE(quota_at_the_limit_and_one_past)
{
    const auto text = letter("x");
    AccountFixture f(Usage{2 * text.size(), 0});
    f.append(f.inbox(), text);
    BOOST_TEST((run(f.account->append(f.inbox(), message_of(text + "y"))).error().code() ==
                Errc::OverQuota));
    f.append(f.inbox(), text);
    BOOST_TEST(
        (run(f.account->append(f.inbox(), message_of("y"))).error().code() == Errc::OverQuota));
    const auto copied = run(f.account->copy(f.inbox(), to_uids({1}), f.box("Sent").id));
    BOOST_TEST((copied.error().code() == Errc::OverQuota));
    must(f.account->move(f.inbox(), to_uids({1}), f.box("Sent").id));
    BOOST_TEST(must(f.account->usage()).octets == 2 * text.size());

    must(f.account->set_limits(Usage{0, 3}));
    f.append(f.inbox(), text);
    BOOST_TEST(
        (run(f.account->append(f.inbox(), message_of(text))).error().code() == Errc::OverQuota));
    f.open();
    BOOST_TEST(must(f.account->limits()).messages == 3u);
    BOOST_TEST(must(f.account->limits()).octets == 0u);
    must(f.account->set_limits(Usage{1, 1})); // below the usage: nothing new, nothing lost
    BOOST_TEST(
        (run(f.account->append(f.inbox(), message_of(text))).error().code() == Errc::OverQuota));
    f.check();
}

BOOST_FIXTURE_TEST_CASE(a_repeated_delivery_is_told_and_not_stored, AccountFixture)
{
    auto message = message_of(letter("once"));
    message.delivery_id = "relay-1/7";
    const auto first = must(account->append(inbox(), message));
    open();
    const auto second = must(account->append(inbox(), message));
    BOOST_TEST(!first.repeated);
    BOOST_TEST(second.repeated);
    BOOST_TEST((second.uid == first.uid));
    BOOST_TEST(uids(inbox()).size() == 1u);
    message.delivery_id = "relay-1/8";
    message.body.blob = {};
    BOOST_TEST(!must(account->append(inbox(), message)).repeated);
    BOOST_TEST(uids(inbox()).size() == 2u);
    message.delivery_id = std::string(400, 'd');
    BOOST_TEST((run(account->append(inbox(), message)).error().code() == Errc::Invalid));
    check();
}

BOOST_FIXTURE_TEST_CASE(delivery_ids_are_forgotten_after_a_week, AccountFixture)
{
    auto message = message_of(letter("once"));
    for (int i = 0; i < 300; ++i) {
        message.delivery_id = "d" + std::to_string(i);
        must(account->append(inbox(), message));
    }
    clock.advance(std::chrono::days(8));
    for (int i = 0; i < 300; ++i) {
        message.delivery_id = "e" + std::to_string(i);
        must(account->append(inbox(), message));
    }
    Query query;
    query.ranges.push_back({"dd", "", 1000});
    const auto left = must(engine->read(keys::account(kAnn), query)).pages[0].rows.size();
    BOOST_TEST(left < 150u);
    check();
}

BOOST_FIXTURE_TEST_CASE(one_body_in_two_mailboxes_is_one_email, AccountFixture)
{
    auto message = message_of(letter("twice"));
    message.body.blob = new_blob_id(clock.now(), *random);
    must(account->append(inbox(), message));
    must(account->append(box("Archive").id, message));
    const auto in_inbox = rows(inbox()).at(0);
    const auto in_archive = rows(box("Archive").id).at(0);
    BOOST_TEST((in_inbox.email == in_archive.email));
    check();
    must(account->expunge(inbox(), to_uids({1}), false));
    BOOST_TEST(body(in_archive) == letter("twice"));
    must(account->expunge(box("Archive").id, to_uids({1}), false));
    BOOST_TEST((run(account->email(in_archive.email)).error().code() == Errc::NotFound));
    check();
}

// RFC 5256 §3: References and In-Reply-To tie messages together, in any order of arrival.
BOOST_FIXTURE_TEST_CASE(threads_follow_references, AccountFixture)
{
    append(inbox(), letter("a", "a@x"));
    append(inbox(), letter("other", "o@x"));
    append(inbox(), letter("Re: a", "b@x", "<a@x>"));
    append(inbox(), letter("Re: a", "d@x", "<a@x> <b@x> <c@x>")); // c comes late
    append(inbox(), letter("Re: a", "c@x", "<a@x> <b@x>"));
    append(inbox(), letter("reply to a message nobody has", "f@x", "<gone@x>"));
    append(inbox(), letter("another reply to it", "g@x", "<gone@x>"));
    append(inbox(), letter("none"));
    append(inbox(), letter("none"));
    const auto all = rows(inbox());
    BOOST_TEST((thread(all[2]) == thread(all[0])));
    BOOST_TEST((thread(all[3]) == thread(all[0])));
    BOOST_TEST((thread(all[4]) == thread(all[0])));
    BOOST_TEST((thread(all[1]) != thread(all[0])));
    BOOST_TEST((thread(all[6]) == thread(all[5])));
    BOOST_TEST((thread(all[7]) != thread(all[8])));
    must(account->expunge(inbox(), to_uids({1, 2, 3, 4, 5, 6, 7}), false));
    check();
}

BOOST_FIXTURE_TEST_CASE(a_very_large_card_is_kept_in_pieces, AccountFixture)
{
    std::string text = "From: ann@example.org\r\n";
    for (int field = 0; field < 12; ++field)
        text += "References: <" + std::string(900, static_cast<char>('a' + field)) + "@x>\r\n";
    for (const auto* name : {"To", "Cc", "Bcc"})
        for (int i = 0; i < 400; ++i)
            text += (i == 0 ? std::string(name) + ": " : std::string(",\r\n ")) + "somebody-" +
                    std::to_string(i) + "@department-of-long-names.example.org" +
                    (i == 399 ? "\r\n" : "");
    auto message = message_of("x");
    auto card = mime::make_card(text + "\r\nbody\r\n");
    // Whatever the parser cuts, the store takes cards of this size.
    card.root.description = std::string(250'000, 'd');
    message.card = std::make_shared<const mime::Card>(std::move(card));
    must(account->append(inbox(), message));
    open();
    const auto row = rows(inbox()).at(0);
    BOOST_TEST(must(account->email(row.email)).card.root.description.size() == 250'000u);
    check();
    must(account->expunge(inbox(), to_uids({1}), false));
    check();
}

BOOST_FIXTURE_TEST_CASE(notes_are_kept, AccountFixture)
{
    BOOST_TEST(!must(account->note("last_login.imap")).has_value());
    must(account->set_note("last_login.imap", "2026-11-21T02:00:00Z"));
    must(account->set_note("empty", ""));
    open();
    BOOST_TEST(*must(account->note("last_login.imap")) == "2026-11-21T02:00:00Z");
    BOOST_TEST(*must(account->note("empty")) == "");
    BOOST_TEST((run(account->set_note("", "x")).error().code() == Errc::Invalid));
    BOOST_TEST(
        (run(account->set_note("x", std::string(70'000, 'x'))).error().code() == Errc::Invalid));
}

BOOST_FIXTURE_TEST_CASE(keywords_get_bits, AccountFixture)
{
    const auto first = must(account->intern_keywords({"$Forwarded", "Work", "$forwarded"}));
    BOOST_TEST(first == (std::vector<unsigned>{0, 1, 0}), boost::test_tools::per_element());
    BOOST_TEST(must(account->intern_keywords({"WORK"})).at(0) == 1u);
    open();
    BOOST_TEST(must(account->keywords()) == (std::vector<std::string>{"$Forwarded", "Work"}),
               boost::test_tools::per_element());
    std::vector<std::string> many;
    for (unsigned i = 2; i < kMaxKeywords; ++i)
        many.push_back("k" + std::to_string(i));
    BOOST_TEST(must(account->intern_keywords(many)).back() == kMaxKeywords - 1);
    BOOST_TEST((run(account->intern_keywords({"one-more"})).error().code() == Errc::OverQuota));
    BOOST_TEST(must(account->keywords()).size() == kMaxKeywords);
}

BOOST_FIXTURE_TEST_CASE(recent_messages_are_claimed_once, AccountFixture)
{
    append(inbox(), letter("1"));
    append(inbox(), letter("2"));
    const auto looked = must(account->take_recent(inbox(), Recent::Look));
    BOOST_TEST((looked.first == Uid{1} && looked.last == Uid{2}));
    const auto shown = must(account->take_recent(inbox(), Recent::Show));
    BOOST_TEST((shown.first == Uid{1} && shown.last == Uid{2}));
    for (const auto how : {Recent::Look, Recent::Show}) {
        const auto none = must(account->take_recent(inbox(), how));
        BOOST_TEST((none.first == Uid{3} && none.last == Uid{2}));
    }
    open();
    BOOST_TEST((must(account->take_recent(inbox(), Recent::Show)).first == Uid{1})); // not kept
    append(inbox(), letter("3"));
    const auto unseen = must(account->take_recent(inbox(), Recent::Keep));
    BOOST_TEST((unseen.first == Uid{3} && unseen.last == Uid{3}));
    open();
    BOOST_TEST((must(account->take_recent(inbox(), Recent::Look)).first == Uid{3}));
    check();
}

BOOST_AUTO_TEST_SUITE_END()
