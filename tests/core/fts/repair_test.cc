// An index that is lost, older than the mail, or of other mail is noticed and never believed.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/fts/index_writer.h"
#include "tests/core/fts/fts_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;
using fts::Field;

namespace {

namespace fs = std::filesystem;

struct Mailbox : FtsFixture {
    void deliver(const std::string& word) { append(inbox(), letter(word)); }
    void copy_index(const fs::path& to)
    {
        fs::remove_all(to);
        fs::copy(index_path(), to, fs::copy_options::recursive);
    }
    void put_index(const fs::path& from)
    {
        fs::remove_all(index_path());
        fs::copy(from, index_path(), fs::copy_options::recursive);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fts_repair, Mailbox)

BOOST_AUTO_TEST_CASE(knows_nothing_before_it_is_made)
{
    deliver("apple");
    BOOST_TEST(says("apple") == "?");
    BOOST_TEST(!status().exists);
    update();
    BOOST_TEST(says("apple") == "y");
    BOOST_TEST(says("pear") == "n");
    BOOST_TEST(status().messages == 1U);
    BOOST_TEST(status().waiting == 0U);
    BOOST_TEST(status().octets > 0U);
}

BOOST_AUTO_TEST_CASE(new_mail_is_looked_up_until_it_is_taken_in)
{
    deliver("apple");
    update();
    deliver("pear");
    BOOST_TEST(says("pear") == "n?");
    BOOST_TEST(status().waiting == 1U);
    update();
    BOOST_TEST(says("pear") == "ny");
}

BOOST_AUTO_TEST_CASE(expunged_mail_goes)
{
    deliver("apple");
    deliver("pear");
    update();
    const std::vector<Uid> uids{Uid{1}};
    must(account->expunge(inbox(), uids, false));
    update();
    BOOST_TEST(status().messages == 1U);
    BOOST_TEST(says("apple") == "?n"); // nobody asks for the first any more
}

BOOST_AUTO_TEST_CASE(mail_of_a_mailbox_that_is_deleted_goes)
{
    must(account->create_mailbox("old", SpecialUse::None));
    append(box("old").id, letter("apple"));
    deliver("pear");
    update();
    must(account->delete_mailbox("old"));
    update();
    BOOST_TEST(status().messages == 1U);
}

BOOST_AUTO_TEST_CASE(lives_through_a_restart)
{
    deliver("apple");
    update();
    restart();
    BOOST_TEST(says("apple") == "y");
}

BOOST_AUTO_TEST_CASE(a_lost_index_is_made_anew)
{
    deliver("apple");
    update();
    stop();
    fs::remove_all(folder.path() / "fts");
    start();
    BOOST_TEST(says("apple") == "?");
    BOOST_TEST(status().waiting == 1U);
    update();
    BOOST_TEST(says("apple") == "y");
    BOOST_TEST(says("pear") == "n");
}

BOOST_AUTO_TEST_CASE(a_damaged_index_is_made_anew)
{
    deliver("apple");
    update();
    stop();
    for (const auto& file : fs::directory_iterator(index_path()))
        std::ofstream(file.path()) << "no database";
    start();
    BOOST_TEST(says("apple") == "?");
    update();
    BOOST_TEST(says("apple") == "y");
}

BOOST_AUTO_TEST_CASE(an_older_index_is_brought_forward)
{
    deliver("apple");
    update();
    const auto old = folder.path() / "old";
    copy_index(old);
    deliver("pear");
    update();
    stop();
    put_index(old);
    start();
    BOOST_TEST(says("pear") == "n?");
    update();
    BOOST_TEST(says("pear") == "ny");
    BOOST_TEST(says("apple") == "yn");
}

// The store comes back from a backup, and the index stayed: ids name other mail now.
BOOST_AUTO_TEST_CASE(a_store_of_before_does_not_believe_later_mail)
{
    deliver("apple");
    update();
    const auto anchor = must(fts::read_anchor(*account)).value();
    deliver("pear");
    deliver("plum");
    update();
    BOOST_TEST(says("pear") == "nyn");
    stop();
    engine = std::make_unique<MemoryEngine>(); // as it was after the first update
    must(engine->commit(keys::account(kAnn), new_account(clock.now(), Usage())));
    open();
    deliver("apple");
    must(fts::write_anchor(*account, anchor));
    start();
    deliver("fig");
    deliver("lime");
    BOOST_TEST(says("pear") == "n??");
    BOOST_TEST(says("fig") == "n??");
    update();
    BOOST_TEST(says("pear") == "nnn");
    BOOST_TEST(says("fig") == "nyn");
    BOOST_TEST(says("lime") == "nny");
    BOOST_TEST(status().messages == 3U);
}

// The process ended between the index's commit and the account's.
BOOST_AUTO_TEST_CASE(what_the_account_does_not_vouch_for_is_taken_in_again)
{
    deliver("apple");
    update();
    deliver("pear");
    {
        auto writer = fts::IndexWriter::open(index_path(), system_random());
        BOOST_REQUIRE(writer.has_value());
        const std::vector<fts::FieldText> wrong{{Field::Body, "plum"}};
        BOOST_REQUIRE((*writer)->add(EmailId{2}, wrong).has_value());
        BOOST_REQUIRE((*writer)->commit(2).has_value());
    }
    BOOST_TEST(says("plum") == "n?");
    update();
    BOOST_TEST(says("plum") == "nn");
    BOOST_TEST(says("pear") == "ny");
}

BOOST_AUTO_TEST_CASE(an_index_of_another_account_is_dropped)
{
    deliver("apple");
    update();
    stop();
    fs::remove_all(index_path());
    {
        auto writer = fts::IndexWriter::open(index_path(), system_random());
        BOOST_REQUIRE(writer.has_value());
        const std::vector<fts::FieldText> wrong{{Field::Body, "plum"}};
        BOOST_REQUIRE((*writer)->add(EmailId{1}, wrong).has_value());
        BOOST_REQUIRE((*writer)->commit(1).has_value());
    }
    start();
    BOOST_TEST(says("plum") == "?");
    update();
    BOOST_TEST(says("plum") == "n");
    BOOST_TEST(says("apple") == "y");
}

BOOST_AUTO_TEST_CASE(erased_and_rebuilt)
{
    deliver("apple");
    update();
    must(indexes->erase(account));
    BOOST_TEST(!status().exists);
    BOOST_TEST(says("apple") == "?");
    update();
    update(true);
    BOOST_TEST(says("apple") == "y");
}

BOOST_AUTO_TEST_CASE(long_texts_are_looked_up)
{
    const auto text = letter("apple");
    settings.message_octets = 100'000;
    append(inbox(), text);
    update();
    BOOST_TEST(says("apple") == "y");
    settings.message_octets = 10;
    deliver("pear");
    update();
    BOOST_TEST(says("plum") == "n?");
    BOOST_TEST(status().messages == 2U);
}

BOOST_AUTO_TEST_CASE(switched_off_it_says_nothing)
{
    deliver("apple");
    update();
    settings.enabled = false;
    BOOST_TEST(says("apple") == "?");
}

BOOST_AUTO_TEST_CASE(backups_are_told_to_pass_over)
{
    deliver("apple");
    update();
    std::string first;
    std::getline(std::ifstream(folder.path() / "fts" / "CACHEDIR.TAG"), first);
    BOOST_TEST(first == "Signature: 8a477f597d28d172789f06886806bc55");
}

BOOST_AUTO_TEST_SUITE_END()
