// The size of the cache where no setting tells it.
#include "store/cache_size.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <limits>

#include "tests/store/folder.h"

using namespace mailctl::store;

BOOST_AUTO_TEST_SUITE(cache_size)

BOOST_AUTO_TEST_CASE(a_part_of_the_memory_within_limits)
{
    constexpr std::uint64_t kMiB = 1 << 20;
    BOOST_TEST(cache_octets_for(0) == 64 * kMiB);
    BOOST_TEST(cache_octets_for(2048 * kMiB) == 64 * kMiB);
    BOOST_TEST(cache_octets_for(2048 * kMiB + 32) == 64 * kMiB + 1);
    BOOST_TEST(cache_octets_for(4096 * kMiB) == 128 * kMiB);
    BOOST_TEST(cache_octets_for(16384 * kMiB - 32) == 512 * kMiB - 1);
    BOOST_TEST(cache_octets_for(16384 * kMiB) == 512 * kMiB);
    BOOST_TEST(cache_octets_for(16384 * kMiB + 32) == 512 * kMiB);
    BOOST_TEST(memory_octets() > 0U);
}

BOOST_AUTO_TEST_CASE(control_groups_may_have_less)
{
    constexpr auto kNone = std::numeric_limits<std::uint64_t>::max();
    const mailctl::tests::Folder folder;
    const auto limit = [&](const std::string& group, const std::string& text) {
        std::filesystem::create_directories(folder.path() / group);
        std::ofstream(folder.path() / group / "memory.max") << text << '\n';
    };
    limit("system.slice", "max");
    limit("system.slice/mail.service", "3000");
    limit("system.slice/mail.service/part", "5000");
    const auto of = [&](std::string_view groups) { return control_group_octets(groups, folder.path()); };
    BOOST_TEST(of("0::/\n") == kNone);
    BOOST_TEST(of("0::/system.slice\n") == kNone);
    BOOST_TEST(of("0::/system.slice/mail.service\n") == 3000U);
    BOOST_TEST(of("4:memory:/x\n0::/system.slice/mail.service/part\n") == 3000U); // the group above has less
    BOOST_TEST(of("0::/elsewhere\n") == kNone);
    BOOST_TEST(of("4:memory:/system.slice/mail.service\n") == kNone); // version 1
    BOOST_TEST(of("") == kNone);
    limit("", "2000");
    BOOST_TEST(of("0::/system.slice/mail.service/part\n") == 2000U);
}

BOOST_AUTO_TEST_SUITE_END()
