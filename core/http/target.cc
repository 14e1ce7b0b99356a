// Takes a request's target apart.
#include "core/http/target.h"

#include "core/base/ascii.h"

namespace mailctl::http {
namespace {

int digit_of(char c)
{
    if (ascii::is_digit(c))
        return c - '0';
    const char lower = ascii::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

enum class Plus { Itself, Blank };

std::optional<std::string> decoded(std::string_view text, Plus plus)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == Plus::Blank) {
            c = ' ';
        }
        if (ascii::is_control(c))
            return std::nullopt;
        out += c;
    }
    return out;
}

} // namespace

std::string Target::parameter(std::string_view name) const
{
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::optional<Target> parse_target(std::string_view text)
{
    if (!text.starts_with('/'))
        return std::nullopt;
    const std::size_t mark = text.find('?');
    Target target;
    auto path = decoded(text.substr(0, mark), Plus::Itself);
    if (!path)
        return std::nullopt;
    target.path = *std::move(path);
    if (mark == std::string_view::npos)
        return target;
    for (const auto pair : ascii::split(text.substr(mark + 1), '&')) {
        const std::size_t equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals), Plus::Blank);
        // An address is told as it is, "+" too: those who ask do not all escape it.
        auto value = decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1), Plus::Itself);
        if (!name || !value)
            return std::nullopt;
        target.parameters.emplace(ascii::lower(*name), *std::move(value));
    }
    return target;
}

std::string host_name(std::string_view host)
{
    if (host.starts_with('[')) // an IPv6 address
        return ascii::lower(host.substr(0, host.find(']') + 1));
    return ascii::lower(host.substr(0, host.find(':')));
}

} // namespace mailctl::http
