// Two memchr a line and no copies: the runs are as long as the input allows.
#include "core/smtp/data_decoder.h"

#include <algorithm>
#include <cstring>

namespace mailctl::smtp {
namespace {

constexpr std::string_view kCrLf = "\r\n";

void append_run(std::string_view input, std::size_t begin, std::size_t end,
                std::vector<std::string_view>& runs)
{
    if (end > begin)
        runs.push_back(input.substr(begin, end - begin));
}

std::size_t find(std::string_view input, char octet, std::size_t begin, std::size_t end)
{
    if (begin >= end)
        return end;
    const void* found = std::memchr(input.data() + begin, octet, end - begin);
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - input.data()) : end;
}

} // namespace

void DataDecoder::end_line(std::uint64_t octets)
{
    longest_line_ = std::max(longest_line_, line_octets_ + octets);
    line_octets_ = 0;
}

/// At the start of a line. False: more octets are needed, or the data ended.
bool DataDecoder::read_line_start(std::string_view input, std::size_t& at, std::size_t& run_start,
                                  std::vector<std::string_view>& runs)
{
    if (dots_ && input[at] == '.') {
        if (at + 1 >= input.size() || (input[at + 1] == '\r' && at + 2 >= input.size())) {
            append_run(input, run_start, at, runs);
            run_start = at;
            return false;
        }
        append_run(input, run_start, at, runs);
        if (input.substr(at + 1, 2) == kCrLf) { // RFC 5321 §4.1.1.4
            at += 3;
            run_start = at;
            done_ = true;
            return false;
        }
        run_start = ++at; // RFC 5321 §4.5.2: the first dot of a longer line goes
    }
    line_start_ = false;
    return true;
}

/// Takes the bare LFs of [begin, end). A line start after one is no line start to us.
void DataDecoder::find_bare_lf(std::string_view input, std::size_t begin, std::size_t end,
                               std::size_t& run_start, std::vector<std::string_view>& runs)
{
    std::size_t lf = find(input, '\n', begin, end);
    if (lf == end)
        return;
    bare_ = true;
    for (; fix_ && lf < end; lf = find(input, '\n', lf + 1, end)) {
        append_run(input, run_start, lf, runs);
        runs.push_back(kCrLf);
        run_start = lf + 1;
    }
}

std::size_t DataDecoder::feed(std::string_view input, std::vector<std::string_view>& runs)
{
    std::size_t at = 0;
    std::size_t run_start = 0;
    while (!done_ && at < input.size()) {
        if (line_start_ && !read_line_start(input, at, run_start, runs))
            return at;
        const std::size_t cr = find(input, '\r', at, input.size());
        find_bare_lf(input, at, cr, run_start, runs);
        if (cr + 1 >= input.size()) { // no CR, or one whose LF may still come
            line_octets_ += cr - at;
            append_run(input, run_start, cr, runs);
            return cr;
        }
        if (input[cr + 1] == '\n') {
            end_line(cr - at);
            at = cr + 2;
            line_start_ = true;
            continue;
        }
        bare_ = true;
        if (fix_) {
            append_run(input, run_start, cr, runs);
            runs.push_back(kCrLf);
            run_start = cr + 1;
        }
        line_octets_ += cr + 1 - at;
        at = cr + 1;
    }
    append_run(input, run_start, at, runs);
    return at;
}

void DataDecoder::finish(std::string_view held, std::vector<std::string_view>& runs)
{
    if (held.empty())
        return;
    bare_ = true;
    runs.push_back(fix_ ? kCrLf : held);
}

} // namespace mailctl::smtp
