// A store in a new home: whole or not there at all.
#include <boost/test/unit_test.hpp>

#include <fstream>

#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "store/upkeep/relocate.h"
#include "store/store.h"
#include "tests/store/folder.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::Folder;

namespace {

struct Fixture {
    Fixture()
    {
        options.directory = folder.path() / "old";
        auto opened = open_store(options);
        BOOST_REQUIRE(opened);
    }
    Folder folder;
    StoreOptions options;
    const std::filesystem::path fresh = folder.path() / "new";
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_copy_opens_and_keeps_modes, Fixture)
{
    std::ofstream(options.directory / "notes") << "not the store's";
    std::uint64_t last = 0, all = 0;
    const auto copied = copy_store(options.directory, fresh, [&](std::uint64_t done, std::uint64_t total) {
        BOOST_TEST(done >= last);
        last = done;
        all = total;
        return true;
    });
    BOOST_REQUIRE_MESSAGE(copied, copied.error().detail());
    BOOST_TEST(copied->files > 0U);
    BOOST_TEST(last == all);
    BOOST_TEST(!std::filesystem::exists(fresh / "notes"));
    struct stat before {}, after {};
    ::stat(options.directory.c_str(), &before);
    ::stat(fresh.c_str(), &after);
    BOOST_TEST(before.st_mode == after.st_mode);
    BOOST_TEST(before.st_uid == after.st_uid);

    BOOST_TEST(remove_store(options.directory).has_value());
    BOOST_TEST(std::filesystem::exists(options.directory / "notes")); // somebody else's
    BOOST_TEST(!std::filesystem::exists(options.directory / "rows"));
    options.directory = fresh;
    BOOST_TEST(open_store(options).has_value());
}

BOOST_FIXTURE_TEST_CASE(an_open_store_stays_where_it_is, Fixture)
{
    const auto open = open_store(options);
    BOOST_REQUIRE(open);
    BOOST_TEST((copy_store(options.directory, fresh, {}).error().code() == Errc::Busy));
    BOOST_TEST((remove_store(options.directory).error().code() == Errc::Busy));
    BOOST_TEST(!std::filesystem::exists(fresh));
}

BOOST_FIXTURE_TEST_CASE(a_copy_that_stops_leaves_nothing, Fixture)
{
    const auto stopped = copy_store(options.directory, fresh, [](auto, auto) { return false; });
    BOOST_TEST(!stopped);
    BOOST_TEST(!std::filesystem::exists(fresh));
    BOOST_TEST(open_store(options).has_value());
}

BOOST_FIXTURE_TEST_CASE(bad_places_are_refused, Fixture)
{
    const auto code = [&](const auto& from, const auto& to) { return copy_store(from, to, {}).error().code(); };
    BOOST_TEST((code(options.directory, options.directory) == Errc::Invalid));
    BOOST_TEST((code(options.directory, options.directory / "rows" / "x") == Errc::Invalid));
    BOOST_TEST((code(options.directory, folder.path()) == Errc::Invalid));
    BOOST_TEST((code(fresh, folder.path() / "third") == Errc::NotFound));
    std::filesystem::create_directory(fresh);
    std::ofstream(fresh / "x") << "somebody's";
    BOOST_TEST((code(options.directory, fresh) == Errc::Exists));
    BOOST_TEST(std::filesystem::exists(fresh / "x"));
}
