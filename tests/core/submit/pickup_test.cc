// The pickup folder: what is sent, what is set aside, what waits.
#include "core/submit/pickup.h"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>

#include "tests/fixture/server_fixture.h"

namespace mailctl::submit {
namespace {

namespace fs = std::filesystem;

/// A folder, and a server whose sessions run on a thread beside the test.
struct Fixture {
    Fixture()
    {
        std::string name = (fs::temp_directory_path() / "mailctl-pickup-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~Fixture() { fs::remove_all(folder); }

    void write(const std::string& name, const std::string& text)
    {
        std::ofstream(folder / name) << text;
    }

    PickedUp look(PickupFolder& pickup)
    {
        server.io.restart();
        auto work = boost::asio::make_work_guard(server.io);
        std::thread thread([this] { server.io.run(); });
        const PickedUp out = pickup.look(server.services, [] { return false; });
        work.reset();
        server.io.stop();
        thread.join();
        return out;
    }
    bool has(const std::string& name) const { return fs::exists(folder / name); }

    fixture::Server server;
    fs::path folder;
};

BOOST_FIXTURE_TEST_CASE(sends_once_and_sets_aside_what_cannot_be_sent, Fixture)
{
    write("1.eml", "From: ann@example.org\nTo: bob@example.org\nBcc: x@far.example\n\nhello\n");
    write("2.eml", "From: ann@example.org\nSubject: for nobody\n\nhello\n");
    write("3.eml", "From: ann@example.org\nTo: nobody@example.org\n\nhello\n");
    write("4.tmp", "From: ann@example.org\nTo: bob@example.org\n\nnot whole\n");
    PickupFolder pickup(folder.string(), server.io.get_executor());
    const PickedUp first = look(pickup);
    BOOST_TEST(first.sent == 1U);
    BOOST_TEST(first.bad == 2U);
    BOOST_TEST(!has("1.eml"));
    BOOST_TEST(has("2.eml.bad"));
    BOOST_TEST(has("3.eml.bad"));
    BOOST_TEST(has("4.tmp"));
    const auto got = server.messages("bob@example.org");
    BOOST_REQUIRE(got.size() == 1U);
    BOOST_TEST(got[0].find("Bcc") == std::string::npos);
    BOOST_REQUIRE(server.queue().size() == 1U);
    BOOST_TEST(server.queue()[0].recipients[0].address == "x@far.example");
    BOOST_TEST(server.queue()[0].sender == "ann@example.org");
    BOOST_TEST(look(pickup).sent == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_a_crash_left_adds_nothing, Fixture)
{
    write("1.eml", "From: ann@example.org\nTo: bob@example.org, x@far.example\n\nhello\n");
    // Another name for the same file keeps it where it is, as an erasure that was lost.
    fs::create_hard_link(folder / "1.eml", folder / "kept");
    PickupFolder pickup(folder.string(), server.io.get_executor());
    BOOST_TEST(look(pickup).sent == 1U);
    fs::rename(folder / "kept", folder / "1.eml");
    BOOST_TEST(look(pickup).sent == 1U);
    BOOST_TEST(server.messages("bob@example.org").size() == 1U);
    BOOST_TEST(server.queue().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_taken_now_waits, Fixture)
{
    server.add_user("off@example.org", "", [](store::User& user) {
        user.state = store::UserState::Suspended;
    });
    write("1.eml", "From: ann@example.org\nTo: bob@example.org, off@example.org\n\nhello\n");
    PickupFolder pickup(folder.string(), server.io.get_executor());
    BOOST_TEST(look(pickup).later == 1U);
    BOOST_TEST(has("1.eml"));
    BOOST_TEST(server.messages("bob@example.org").empty());
}

} // namespace
} // namespace mailctl::submit
