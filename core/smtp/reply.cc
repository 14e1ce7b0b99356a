// Writes replies as RFC 5321 §4.2 wants them.
#include "core/smtp/reply.h"

#include <utility>

namespace mailctl::smtp {
namespace {

void append_code(std::string& out, int code)
{
    out += static_cast<char>('0' + code / 100 % 10);
    out += static_cast<char>('0' + code / 10 % 10);
    out += static_cast<char>('0' + code % 10);
}

} // namespace

Reply&& Reply::closing() &&
{
    closes_ = true;
    return std::move(*this);
}

void encode(const Reply& reply, std::string& out)
{
    std::string_view rest = reply.text();
    for (bool last = false; !last;) {
        const auto end = rest.find('\n');
        last = end == std::string_view::npos;
        append_code(out, reply.code());
        out += last ? ' ' : '-';
        if (!reply.enhanced().empty()) {
            out += reply.enhanced();
            out += ' ';
        }
        out += rest.substr(0, end);
        out += "\r\n";
        if (!last)
            rest.remove_prefix(end + 1);
    }
}

std::string encode(const Reply& reply)
{
    std::string out;
    encode(reply, out);
    return out;
}

} // namespace mailctl::smtp
