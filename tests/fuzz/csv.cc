// Fuzzes CSV: pieces of any size give the same rows, and rows survive writing.
#include "core/base/csv.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

std::vector<csv::Row> read_all(std::string_view text, std::size_t octets, csv::Format format,
                               bool check)
{
    csv::Reader reader(format);
    std::vector<csv::Row> rows;
    for (bool at_end = false; !at_end; text.remove_prefix(std::min(octets, text.size()))) {
        at_end = text.empty();
        reader.feed(text.substr(0, octets));
        if (at_end)
            reader.finish();
        csv::Row row;
        for (auto more = reader.next(row); !more || *more; more = reader.next(row)) {
            if (!more)
                row.fields = {"bad", more.error().detail()};
            else if (check)
                require(row.fields.size() <= csv::kMaxFields);
            rows.push_back(row);
        }
    }
    return rows;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const csv::Format format{data[0] & 1 ? ';' : ',', data[0] & 2 ? '#' : '\0'};
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    const auto rows = read_all(text, text.size() + 1, format, true);
    const auto again = read_all(text, data[1] + 1U, format, false);
    require(rows.size() == again.size());
    std::string written = "first\r\n"; // what follows is not at the start: no mark to pass over
    for (std::size_t i = 0; i < rows.size(); ++i) {
        require(rows[i].fields == again[i].fields && rows[i].line == again[i].line);
        written += csv::format_row(rows[i].fields);
    }
    const auto reread = read_all(written, 100, {}, false);
    require(reread.size() == rows.size() + 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
        require(reread[i + 1].fields == rows[i].fields);
    return 0;
}
