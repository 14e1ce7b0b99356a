// Dot-stuffing and cutting of messages on their way out.
#include "core/pop3/multi_line.h"

namespace mailctl::pop3 {

void DotStuffer::feed(std::string_view octets, std::string& out)
{
    while (!octets.empty()) {
        if (is_line_start_ && octets.front() == '.')
            out += '.';
        is_line_start_ = false;
        const std::size_t end = octets.find('\n');
        const std::string_view line = octets.substr(0, end);
        out += line;
        const bool is_after_cr = line.empty() ? is_after_cr_ : line.back() == '\r';
        if (end == std::string_view::npos) {
            is_after_cr_ = is_after_cr;
            return;
        }
        out += is_after_cr ? "\n" : "\r\n";
        is_line_start_ = true;
        is_after_cr_ = false;
        octets.remove_prefix(end + 1);
    }
}

void DotStuffer::finish(std::string& out)
{
    if (!is_line_start_)
        out += is_after_cr_ ? "\n" : "\r\n";
    out += ".\r\n";
    is_line_start_ = true;
    is_after_cr_ = false;
}

void TopFilter::on_line_end()
{
    if (is_header_)
        is_header_ = !is_line_empty_;
    else if (lines_left_ > 0)
        --lines_left_;
    is_done_ = !is_header_ && lines_left_ == 0;
    is_line_empty_ = true;
}

std::string_view TopFilter::pass(std::string_view octets)
{
    std::size_t at = 0;
    while (at < octets.size() && !is_done_) {
        const std::size_t end = octets.find('\n', at);
        const std::string_view line = octets.substr(at, end == std::string_view::npos ? end : end - at);
        if (line.find_first_not_of('\r') != std::string_view::npos)
            is_line_empty_ = false;
        if (end == std::string_view::npos)
            return octets;
        on_line_end();
        at = end + 1;
    }
    return octets.substr(0, at);
}

} // namespace mailctl::pop3
