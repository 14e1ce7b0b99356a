// Access control lists, and what they mean for users, groups, domains and anyone.
#include "tests/store/account_fixture.h"

#include "store/account/shared/acl_record.h"
#include "store/sharing.h"
#include "store/store.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

using Kind = AclSubject::Kind;

AclSubject subject(Kind kind, std::string name = "", AccountId account = {})
{
    AclSubject who;
    who.kind = kind;
    who.name = std::move(name);
    who.account = account;
    return who;
}

MailboxRights rights(std::string_view letters)
{
    return *parse_mailbox_rights(letters);
}

struct Lists : AccountFixture {
    MailboxId inbox = must(account->find_mailbox("INBOX")).id;

    void set(AclSubject who, AclChange how, std::string_view letters)
    {
        must(account->change_acl(inbox, std::move(who), how, rights(letters)));
    }
    std::string text(MailboxId box)
    {
        std::string all;
        for (const auto& entry : must(account->acl(box)).entries)
            all += entry.who.name + "=" + to_string(entry.rights) + " ";
        return all;
    }
};

/// A directory with two domains, three users, and an alias within an alias.
struct Sharers {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{1};
    std::unique_ptr<Store> store =
        make_store(std::make_unique<MemoryEngine>(), clock, random);

    Sharers()
    {
        Domain org, net;
        org.name = "example.org";
        net.name = "example.net";
        must(store->directory().add_domain(org));
        must(store->directory().add_domain(net));
        must(store->directory().add_domain_alias("example.org", "example.com"));
        add("ann", "example.org", 1);
        add("bob", "example.org", 2);
        add("dora", "example.net", 3);
        add_alias("inner", {"bob@example.com", "far@far.example"});
        add_alias("team", {"inner@example.org"});
    }
    void add(const char* name, const char* domain, std::uint64_t account)
    {
        User user;
        user.account = AccountId{account};
        user.address = {name, domain};
        must(store->directory().add_user(user));
    }
    void add_alias(const char* name, std::vector<std::string> targets)
    {
        Alias alias;
        alias.address = {name, "example.org"};
        alias.targets = std::move(targets);
        must(store->directory().add_alias(alias));
    }
    Visitor visitor(std::uint64_t account)
    {
        return {store->directory(), must(store->directory().find_account(AccountId{account}))};
    }
    std::string may(std::uint64_t account, const Acl& acl, bool is_for_anyone = true)
    {
        auto who = visitor(account);
        return to_string(must(who.rights(acl, is_for_anyone)));
    }
    AclSubject named(std::string identifier)
    {
        return must(find_subject(store->directory(), std::move(identifier)));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(acl)

BOOST_AUTO_TEST_CASE(letters)
{
    struct Case {
        std::string_view letters;
        std::string_view rights;
    };
    const Case cases[] = {{"", ""},          {"lrswipkxtea", "lrswipkxtea"}, {"aet", "tea"},
                          {"c", "kx"},       {"d", "te"},                    {"rrl", "lr"}};
    for (const auto& c : cases)
        BOOST_TEST(to_string(rights(c.letters)) == c.rights, c.letters);
    for (const auto* bad : {"L", "q", "l r", "0", "+l"})
        BOOST_TEST((parse_mailbox_rights(bad).error().code() == Errc::Invalid), bad);
    BOOST_TEST(kAllMailboxRights.bits == rights("lrswipkxtea").bits);
}

BOOST_FIXTURE_TEST_CASE(entries_are_set_added_to_taken_from_and_dropped, Lists)
{
    set(subject(Kind::Group, "team@example.org"), AclChange::Set, "lr");
    set(subject(Kind::Domain, "example.net"), AclChange::Add, "l");
    set(subject(Kind::Group, "team@example.org"), AclChange::Add, "sw");
    set(subject(Kind::Group, "team@example.org"), AclChange::Remove, "rk");
    set(subject(Kind::Anyone, ""), AclChange::Remove, "l");
    open();
    BOOST_TEST(text(inbox) == "team@example.org=lsw example.net=l ");
    set(subject(Kind::Domain, "example.net"), AclChange::Set, "");
    set(subject(Kind::Group, "team@example.org"), AclChange::Drop, "");
    BOOST_TEST(text(inbox) == "example.net= ");
    BOOST_TEST(must(account->acls_by_mailbox()).size() == 1U);
    const auto missing = run(account->change_acl(MailboxId{99}, {}, AclChange::Set, {}));
    BOOST_TEST((missing.error().code() == Errc::NotFound));
    BOOST_TEST(must(account->check(false)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_list_has_a_limit, Lists)
{
    for (std::size_t i = 0; i < kMaxAclEntries; ++i)
        set(subject(Kind::User, "", AccountId{i + 1}), AclChange::Set, "l");
    const auto full = run(account->change_acl(inbox, subject(Kind::User, "", AccountId{9999}),
                                              AclChange::Set, rights("l")));
    BOOST_TEST((full.error().code() == Errc::OverQuota));
    set(subject(Kind::User, "", AccountId{1}), AclChange::Add, "r"); // one that is there
}

BOOST_FIXTURE_TEST_CASE(a_new_mailbox_inherits_the_list_above_it, Lists)
{
    set(subject(Kind::Anyone), AclChange::Set, "lr");
    const auto below = must(account->create_mailbox("INBOX/a/b", SpecialUse::None));
    BOOST_TEST(text(below.id) == "=lr ");
    BOOST_TEST(text(must(account->find_mailbox("INBOX/a")).id) == "=lr ");
    const auto aside = must(account->create_mailbox("aside", SpecialUse::None));
    BOOST_TEST(text(aside.id).empty());
    must(account->rename_mailbox("INBOX/a", "moved"));
    BOOST_TEST(text(below.id) == "=lr ");
    must(account->delete_mailbox("moved/b"));
    BOOST_TEST(must(account->acls_by_mailbox()).count(below.id) == 0U);
}

BOOST_FIXTURE_TEST_CASE(identifiers, Sharers)
{
    auto& directory = store->directory();
    BOOST_TEST((named("Anyone").kind == Kind::Anyone));
    BOOST_TEST((named("@EXAMPLE.com") == subject(Kind::Domain, "example.org")));
    BOOST_TEST((named("Ann@example.com") == subject(Kind::User, "", AccountId{1})));
    BOOST_TEST((named("team@example.org") == subject(Kind::Group, "team@example.org")));
    for (const auto* identifier : {"anyone", "@example.net", "ann@example.org", "team@example.org"})
        BOOST_TEST(must(identifier_of(directory, named(identifier))) == identifier);
    BOOST_TEST((run(find_subject(directory, "eve@example.org")).error().code() == Errc::NotFound));
    BOOST_TEST((run(find_subject(directory, "@far.example")).error().code() == Errc::NotFound));
    BOOST_TEST((run(find_subject(directory, "nonsense")).error().code() == Errc::Invalid));
}

BOOST_FIXTURE_TEST_CASE(the_most_specific_entry_decides, Sharers)
{
    Acl acl;
    acl.entries = {{named("anyone"), rights("l")}};
    BOOST_TEST(may(2, acl) == "l");
    BOOST_TEST(may(2, acl, false) == "");
    acl.entries.push_back({named("@example.org"), rights("r")});
    BOOST_TEST(may(2, acl) == "r");
    BOOST_TEST(may(3, acl) == "l");
    acl.entries.push_back({named("team@example.org"), rights("s")});
    acl.entries.push_back({named("inner@example.org"), rights("w")});
    BOOST_TEST(may(2, acl) == "sw"); // both groups
    BOOST_TEST(may(1, acl) == "r");  // in neither
    acl.entries.push_back({named("bob@example.org"), rights("")});
    BOOST_TEST(may(2, acl) == "");
    std::reverse(acl.entries.begin(), acl.entries.end());
    BOOST_TEST(may(2, acl) == "");
    BOOST_TEST(may(1, acl) == "r");
    const auto stored = decode_acl(encode(acl));
    BOOST_TEST(may(3, *stored) == "l");
}

BOOST_FIXTURE_TEST_CASE(rights_stay_with_a_person_not_with_an_address, Sharers)
{
    Acl acl;
    acl.entries = {{named("bob@example.org"), rights("lr")}};
    must(store->directory().rename_user({"bob", "example.org"}, {"robert", "example.org"}));
    add("bob", "example.org", 7);
    BOOST_TEST(may(2, acl) == "lr");
    BOOST_TEST(may(7, acl) == "");
}

BOOST_FIXTURE_TEST_CASE(sharers_are_found_by_whom_they_share_with, Sharers)
{
    auto& engine = store->engine();
    must(note_share(engine, named("bob@example.org"), AccountId{10}));
    must(note_share(engine, named("team@example.org"), AccountId{11}));
    must(note_share(engine, named("@example.org"), AccountId{12}));
    must(note_share(engine, named("anyone"), AccountId{13}));
    must(note_share(engine, named("anyone"), AccountId{10}));
    must(note_share(engine, named("anyone"), AccountId{10}));
    const auto of = [&](std::uint64_t account) {
        auto who = visitor(account);
        std::string all;
        for (const auto id : must(sharers(engine, who)))
            all += std::to_string(value_of(id)) + " ";
        return all;
    };
    BOOST_TEST(of(2) == "10 11 12 13 ");
    BOOST_TEST(of(1) == "10 12 13 ");
    BOOST_TEST(of(3) == "10 13 ");
}

BOOST_FIXTURE_TEST_CASE(the_most_sharers, Sharers)
{
    auto& engine = store->engine();
    const auto note = [&](std::size_t owner) {
        must(note_share(engine, named("anyone"), AccountId{100 + owner}));
    };
    for (std::size_t i = 0; i < kMaxSharers; ++i)
        note(i);
    auto who = visitor(2);
    BOOST_TEST(must(sharers(engine, who)).size() == kMaxSharers);
    note(kMaxSharers);
    const auto most = must(sharers(engine, who));
    BOOST_TEST(most.size() == kMaxSharers); // one is left out
    BOOST_TEST(value_of(most.back()) == 100 + kMaxSharers - 1);
}

BOOST_AUTO_TEST_SUITE_END()
