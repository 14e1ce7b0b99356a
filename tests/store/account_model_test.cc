// The account over the memory engine behaves as its model.
#include "tests/store/account_model.h"

using namespace mailctl::tests;

BOOST_AUTO_TEST_SUITE(account_model)

BOOST_AUTO_TEST_CASE(the_account_behaves_as_the_model)
{
    for (unsigned seed = 1; seed <= 8; ++seed)
        BOOST_TEST_CONTEXT("seed " << seed)
    Model<AccountFixture>(seed).run(300);
}

BOOST_AUTO_TEST_SUITE_END()
