// Writes man/ and completions/ from the command table: run after changing a command or a setting.
//   reference_writer ROOT          writes the files
//   reference_writer ROOT --check  says which differ, and ends with 1 where any does
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cmd/reference/reference.h"

namespace {

namespace fs = std::filesystem;
using Files = std::map<fs::path, std::string>;

std::string content_of(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Files wanted_files(const fs::path& root)
{
    Files files;
    for (auto& [name, text] : mailctl::cmd::manual_pages())
        files[root / "man" / name] = text;
    files[root / "man/mailctl-standards.7"] =
        mailctl::cmd::standards_page(content_of(root / "tests/style/rfc.tsv"));
    for (auto& [name, text] : mailctl::cmd::completions())
        files[root / "completions" / name] = text;
    return files;
}

// Pages of commands that are no more.
std::vector<fs::path> left_over(const fs::path& root, const Files& files)
{
    std::vector<fs::path> out;
    for (const char* folder : {"man", "completions"})
        for (const auto& entry : fs::directory_iterator(root / folder)) {
            const auto name = entry.path().filename();
            if (!files.contains(root / folder / name) && name != "write.cc" &&
                name != "CMakeLists.txt")
                out.push_back(entry.path());
        }
    return out;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
        return 64;
    const fs::path root = argv[1];
    const bool check = argc > 2;
    const auto files = wanted_files(root);
    int differing = 0;
    for (const auto& [path, text] : files) {
        if (content_of(path) == text)
            continue;
        ++differing;
        if (check)
            std::cout << path.string() << " does not match the command table\n";
        else
            std::ofstream(path, std::ios::binary) << text;
    }
    for (const auto& path : left_over(root, files)) {
        ++differing;
        if (check)
            std::cout << path.string() << " is no page of any command\n";
        else
            fs::remove(path);
    }
    if (check && differing)
        std::cout << "run: cmake --build build/dev --target reference\n";
    return check && differing ? 1 : 0;
}
