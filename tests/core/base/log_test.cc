// The log's output, changed while threads write.
#include "core/base/log.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>
#include <boost/test/unit_test.hpp>

using namespace mailctl;

namespace {

struct Folder {
    Folder() { std::filesystem::create_directories(path); }
    ~Folder()
    {
        log::open({});
        std::filesystem::remove_all(path);
    }
    std::size_t lines() const
    {
        std::size_t count = 0;
        for (const auto& file : std::filesystem::directory_iterator(path)) {
            std::ifstream in(file.path());
            for (std::string line; std::getline(in, line); ++count)
                BOOST_TEST(line.ends_with(" info server written number=7"));
        }
        return count;
    }
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("mailctl-log-" + std::to_string(::getpid()));
};

} // namespace

BOOST_AUTO_TEST_SUITE(log_output)

BOOST_AUTO_TEST_CASE(each_line_goes_to_the_old_output_or_to_the_new_one)
{
    constexpr int kOpened = 50;
    const Folder folder;
    log::Output output;
    output.target = log::Output::Target::File;
    output.file = folder.path / "first";
    log::open(output);
    std::atomic<std::size_t> written = 0;
    std::atomic<bool> done = false;
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i)
        writers.emplace_back([&] {
            for (; !done; ++written)
                log::info("server", "written", {{"number", 7}});
        });
    for (int i = 0; i < kOpened; ++i) {
        for (const auto before = written.load(); written == before;)
            std::this_thread::yield();
        output.file = folder.path / std::to_string(i);
        log::open(output);
    }
    done = true;
    for (auto& writer : writers)
        writer.join();
    log::flush();
    BOOST_TEST(folder.lines() == written);
}

BOOST_AUTO_TEST_SUITE_END()
