// The records of an account: what is stored is read back.
#include "store/account/records.h"
#include "store/record.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::store;

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(a_cell_comes_back)
{
    Cell cell;
    cell.mod_seq = ModSeq{77};
    cell.log_from = ModSeq{12};
    cell.next_email = EmailId{1'000'000};
    cell.next_mailbox = MailboxId{9};
    cell.uid_validity = 123;
    cell.usage = {1ULL << 40, 5};
    cell.limits = {1ULL << 41, 6};
    cell.created = Time(seconds(1'700'000'000));
    cell.commit = ~std::uint64_t{0};
    cell.erased = true;
    const auto read = decode_cell(encode(cell));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(encode(*read) == encode(cell));
    BOOST_TEST(read->usage.octets == 1ULL << 40);
    BOOST_TEST(read->erased);
    BOOST_TEST(!decode_cell("").has_value());
}

BOOST_AUTO_TEST_CASE(a_message_row_comes_back)
{
    MessageRow row;
    row.uid = Uid{5};
    row.mod_seq = ModSeq{300};
    row.email = EmailId{70};
    row.flags.set(SystemFlag::Seen);
    row.flags.set_keyword(0);
    row.flags.set_keyword(127);
    row.octets = 10'240;
    row.internal_date = Time(seconds(-1));
    row.saved = Time(seconds(1'700'000'000));
    const auto read = decode_message(Uid{5}, encode(row));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->uid == row.uid && read->mod_seq == row.mod_seq && read->email == row.email));
    BOOST_TEST((read->flags == row.flags));
    BOOST_TEST((read->internal_date == row.internal_date && read->saved == row.saved));
}

BOOST_AUTO_TEST_CASE(an_email_record_comes_back)
{
    EmailRecord email;
    email.thread = ThreadId{3};
    email.body.blob.octets[0] = 1;
    email.body.shared = true;
    email.body.octets = 99;
    email.message_ids = {1, ~std::uint64_t{0}, 0x0102030405060708};
    email.card_octets = 150'000;
    email.card = std::string(kCardPieceOctets, 'c');
    const auto read = decode_email(encode(email));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(encode(*read) == encode(email));
    BOOST_TEST((read->message_ids == email.message_ids));
    BOOST_TEST(read->card_pieces() == 2u);
}

BOOST_AUTO_TEST_CASE(uids_are_packed_as_runs)
{
    std::vector<Uid> uids;
    for (std::uint32_t uid = 1; uid <= 1000; ++uid)
        uids.push_back(Uid{uid});
    uids.push_back(Uid{5000});
    uids.push_back(Uid{0xFFFFFFFF});
    const auto packed = pack_uids(uids);
    BOOST_TEST(packed.size() < 20u);
    const auto read = unpack_uids(packed);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == uids));
    BOOST_TEST(pack_uids({}).empty());
    BOOST_TEST(unpack_uids("")->empty());
    BOOST_TEST((*unpack_uids(pack_uids({Uid{0}, Uid{2}})) == std::vector<Uid>{Uid{0}, Uid{2}}));
}

BOOST_AUTO_TEST_CASE(damaged_uids_do_not_grow)
{
    BOOST_TEST(!unpack_uids("\x01\x02\xff\xff\xff\xff\x0f").has_value());
    // A gap that leads past the last UID, or all the way around to it.
    RecordWriter past, around;
    past.element(0, std::uint64_t{1} << 32);
    around.element(0, std::uint64_t{7}).element(0, ~std::uint64_t{0});
    BOOST_TEST(!unpack_uids(past.take()).has_value());
    BOOST_TEST(!unpack_uids(around.take()).has_value());
}

BOOST_AUTO_TEST_CASE(damaged_log_entries_do_not_grow)
{
    // Few octets each, a million UIDs each.
    const auto log_of = [](std::uint64_t run) {
        RecordWriter uids, log;
        uids.element(0, std::uint64_t{0}).element(1, run);
        const auto packed = uids.take();
        for (int i = 0; i < 2; ++i)
            log.element(1, std::uint64_t{1}).text(3, packed);
        return log.take();
    };
    BOOST_TEST(decode_log(log_of(500'000)).has_value());
    const auto damaged = decode_log(log_of(500'001));
    BOOST_REQUIRE(!damaged.has_value());
    BOOST_TEST((damaged.error().code() == Errc::Corrupt));
}

BOOST_AUTO_TEST_CASE(a_log_entry_comes_back)
{
    LogRecord log;
    log.commit = 7;
    log.entries.resize(2);
    log.entries[0] = {ChangeEntry::Kind::Appeared, ModSeq{}, MailboxId{1}, {Uid{4}, Uid{5}}};
    log.entries[1] = {ChangeEntry::Kind::MailboxChanged, ModSeq{}, MailboxId{2}, {}};
    const auto read = decode_log(encode(log));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(encode(*read) == encode(log));
    BOOST_TEST(read->entries[0].uids.size() == 2u);
}

BOOST_AUTO_TEST_CASE(message_ids_hash_alike_in_every_spelling)
{
    BOOST_TEST(hash_of_message_id("<a@b>") == hash_of_message_id(" A@B "));
    BOOST_TEST(hash_of_message_id("<a@b>") != hash_of_message_id("<a@c>"));
    BOOST_TEST(hash_of_message_id("<a@b>") == 2464673430981960400u); // stable: on disk
}

BOOST_AUTO_TEST_SUITE_END()
