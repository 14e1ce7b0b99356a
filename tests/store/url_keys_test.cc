// Keys of links: one a mailbox, for as long as it is not reset.
#include "store/url_keys.h"

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

std::string key(AccountFixture& f, MailboxId box)
{
    return must(f.account->url_keys().url_key(box));
}

} // namespace

BOOST_AUTO_TEST_SUITE(url_keys)

BOOST_AUTO_TEST_CASE(a_key_stays_until_it_is_reset)
{
    AccountFixture f;
    const auto sent = f.box("Sent").id;
    const auto of_inbox = key(f, f.inbox());
    const auto of_sent = key(f, sent);
    BOOST_TEST(of_inbox.size() == kUrlKeyOctets);
    BOOST_TEST((of_inbox != of_sent));
    f.open();
    BOOST_TEST((key(f, f.inbox()) == of_inbox));
    must(f.account->url_keys().reset_url_key(f.inbox()));
    BOOST_TEST((key(f, f.inbox()) != of_inbox));
    BOOST_TEST((key(f, sent) == of_sent));
    must(f.account->url_keys().reset_url_keys());
    BOOST_TEST((key(f, sent) != of_sent));
    f.check();
}

BOOST_AUTO_TEST_CASE(a_key_goes_with_its_mailbox)
{
    AccountFixture f;
    const auto box = must(f.account->create_mailbox("work", SpecialUse::None)).id;
    key(f, box);
    must(f.account->delete_mailbox("work"));
    BOOST_TEST((run(f.account->url_keys().url_key(box)).error().code() == Errc::NotFound));
    BOOST_TEST((run(f.account->url_keys().reset_url_key(box)).error().code() == Errc::NotFound));
    must(f.account->url_keys().reset_url_keys()); // none is there
    f.check();
}

BOOST_AUTO_TEST_SUITE_END()
