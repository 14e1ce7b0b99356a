// Annotations of mailboxes: whose they are, their limits, and what becomes of them.
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

constexpr AccountId kBob{2};

struct Annotations : AccountFixture {
    MailboxId inbox = must(account->find_mailbox("INBOX")).id;

    Awaitable<Result<>> set(AccountId reader, std::vector<MetadataEntry> entries)
    {
        return account->set_entries(inbox, reader, std::move(entries));
    }
    std::string text(MailboxId box, AccountId reader)
    {
        std::string all;
        for (const auto& entry : must(account->entries(box, reader)))
            all += entry.name + "=" + *entry.value + " ";
        return all;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(metadata)

BOOST_FIXTURE_TEST_CASE(private_ones_belong_to_their_reader, Annotations)
{
    must(set(kAnn, {{"/shared/comment", "all"}, {"/private/comment", "ann"}}));
    must(set(kBob, {{"/private/comment", "bob"}, {"/private/x", ""}}));
    open();
    BOOST_TEST(text(inbox, kAnn) == "/private/comment=ann /shared/comment=all ");
    BOOST_TEST(text(inbox, kBob) == "/private/comment=bob /private/x= /shared/comment=all ");
    must(set(kBob, {{"/private/comment", std::nullopt}, {"/shared/comment", std::nullopt}}));
    BOOST_TEST(text(inbox, kAnn) == "/private/comment=ann ");
    must(account->set_entries(MailboxId{}, kAnn, {{"/private/server", "s"}}));
    BOOST_TEST(text(MailboxId{}, kAnn) == "/private/server=s ");
    BOOST_TEST(must(account->check(false)).empty());
}

BOOST_FIXTURE_TEST_CASE(limits, Annotations)
{
    const std::string name = "/shared/" + std::string(kMaxMetadataNameOctets - 8, 'n');
    const std::string value(kMaxMetadataOctets, 'v');
    must(set(kAnn, {{name, value}}));
    BOOST_TEST((run(set(kAnn, {{name + "n", "v"}})).error().code() == Errc::Invalid));
    BOOST_TEST((run(set(kAnn, {{"/shared/a", "new"}, {name, value + "v"}})).error().code() ==
                Errc::Invalid));
    BOOST_TEST(must(account->entries(inbox, kAnn)).size() == 1U); // all or none
    for (std::size_t i = 1; i < kMaxMetadataEntries; ++i)
        must(set(kAnn, {{"/shared/" + std::to_string(i), "v"}}));
    BOOST_TEST((run(set(kAnn, {{"/shared/more", "v"}})).error().code() == Errc::OverQuota));
    must(set(kAnn, {{"/shared/1", "changed"}}));
    must(set(kAnn, {{"/private/1", "another count"}}));
    must(set(kAnn, {{"/shared/1", std::nullopt}, {"/shared/more", "v"}}));
}

BOOST_FIXTURE_TEST_CASE(they_go_with_their_mailbox_and_are_told, Annotations)
{
    must(set(kBob, {{"/private/comment", "bob"}}));
    const auto before = account->highest_mod_seq();
    must(set(kAnn, {{"/shared/comment", "all"}}));
    const auto changes = must(account->changes_since(before));
    BOOST_TEST(changes.entries.size() == 1U);
    BOOST_TEST((changes.entries.front().kind == ChangeEntry::Kind::MetadataChanged));
    BOOST_TEST((changes.entries.front().names == std::vector<std::string>{"/shared/comment"}));
    BOOST_TEST((changes.entries.front().reader == kAnn));
    must(account->rename_mailbox("INBOX", "kept"));
    const auto kept = must(account->find_mailbox("kept")).id;
    BOOST_TEST(text(kept, kBob) == "/private/comment=bob /shared/comment=all ");
    BOOST_TEST(text(inbox, kBob) == "/private/comment=bob /shared/comment=all ");
    must(account->delete_mailbox("kept"));
    BOOST_TEST((run(account->entries(kept, kBob)).error().code() == Errc::NotFound));
    BOOST_TEST(must(account->check(false)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_role_comes_with_them_or_nothing_does, Annotations)
{
    const auto other = must(account->create_mailbox("Other", SpecialUse::None)).id;
    must(account->set_entries(other, kAnn, {{"/private/comment", "a"}}, SpecialUse::All));
    BOOST_TEST((must(account->mailbox_by_role(SpecialUse::All)).id == other));
    const auto taken = run(account->set_entries(other, kAnn, {{"/private/comment", "b"}}, SpecialUse::Junk));
    BOOST_TEST((taken.error().code() == Errc::Exists));
    const auto denied = run(account->set_entries(inbox, kAnn, {}, SpecialUse::None));
    BOOST_TEST((denied.error().code() == Errc::Denied));
    const auto server = run(account->set_entries(MailboxId{}, kAnn, {}, SpecialUse::None));
    BOOST_TEST((server.error().code() == Errc::NotFound));
    open();
    BOOST_TEST(text(other, kAnn) == "/private/comment=a ");
    BOOST_TEST((box("Other").role == SpecialUse::All));
    must(account->set_entries(other, kAnn, {}, SpecialUse::None));
    BOOST_TEST((box("Other").role == SpecialUse::None));
    BOOST_TEST(must(account->check(false)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
