// Limits of searches that tell their changes. RFC 5267 §4.3.1
#include <boost/test/unit_test.hpp>

#include "core/imap/server/context/contexts.h"

using namespace mailctl;
using imap::Context;
using imap::Contexts;

namespace {

Context context_of(std::string tag, std::size_t messages)
{
    Context context;
    context.tag = std::move(tag);
    for (std::uint32_t uid = 1; uid <= messages; ++uid)
        context.results.push_back(Uid(uid));
    return context;
}

} // namespace

BOOST_AUTO_TEST_CASE(as_many_contexts_as_there_may_be)
{
    Contexts contexts;
    for (std::size_t i = 0; i < imap::kContexts; ++i)
        BOOST_TEST(contexts.add(context_of(std::to_string(i), 1)));
    BOOST_TEST(!contexts.add(context_of("past", 1)));
    BOOST_TEST(!contexts.has("past"));
    BOOST_TEST(contexts.cancel("0"));
    BOOST_TEST(!contexts.cancel("0"));
    BOOST_TEST(contexts.add(context_of("past", 1)));
}

BOOST_AUTO_TEST_CASE(as_many_messages_as_they_may_hold)
{
    Contexts contexts(10);
    BOOST_TEST(contexts.add(context_of("a", 6)));
    BOOST_TEST(!contexts.add(context_of("b", 5)));
    BOOST_TEST(contexts.add(context_of("b", 4)));
    BOOST_TEST(!contexts.is_too_large());
    contexts.all().front().results.push_back(Uid(7)); // new mail
    BOOST_TEST(contexts.is_too_large());
}
