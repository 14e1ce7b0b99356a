// Reads by streams: nothing here is large.
#include "core/base/read_file.h"

#include <fstream>
#include <sstream>

namespace mailctl {

Result<std::string> read_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
        return Error(Errc::NotFound, path + ": cannot be read");
    return text.str();
}

} // namespace mailctl
