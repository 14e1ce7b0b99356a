// Doubles dots at the start of lines; looks for LF and dot together with the compiler's vectors.
#include "core/smtp/dot_stuffer.h"

#include <cstdint>
#include <cstring>

namespace mailctl::smtp {
namespace {

using Octets = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kWidth = sizeof(Octets);

/// True where "\n." starts in one of the sixteen octets at `at`; seventeen must be there.
bool has_line_dot(const char* at)
{
    Octets feeds, dots;
    std::memcpy(&feeds, at, kWidth);
    std::memcpy(&dots, at + 1, kWidth);
    const auto both = (feeds == '\n') & (dots == '.');
    std::uint64_t halves[2];
    std::memcpy(halves, &both, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

} // namespace

std::size_t find_line_dot(std::string_view text, std::size_t from)
{
    while (from + kWidth < text.size() && !has_line_dot(text.data() + from))
        from += kWidth;
    const auto found = text.find("\n.", from);
    return found == std::string_view::npos ? found : found + 1;
}

void DotStuffer::feed(std::string_view text, std::string& out)
{
    if (text.empty())
        return;
    if (last_ == '\n' && text.front() == '.')
        out += '.';
    std::size_t copied = 0;
    for (auto dot = find_line_dot(text, 0); dot != std::string_view::npos;
         dot = find_line_dot(text, dot)) {
        out.append(text, copied, dot - copied);
        out += '.';
        copied = dot;
    }
    out.append(text, copied);
    const char before = text.size() > 1 ? text[text.size() - 2] : last_;
    last_ = text.back();
    last_is_crlf_ = before == '\r' && last_ == '\n';
}

void DotStuffer::finish(std::string& out)
{
    out += last_is_crlf_ ? ".\r\n" : "\r\n.\r\n";
}

} // namespace mailctl::smtp
