// Canonical header fields and bodies.
#include "core/dkim/canonical.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::dkim {
namespace {

constexpr std::size_t kBufferOctets = 16 * 1024;

std::string_view without_line_end(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

std::optional<Canon> parse_canon(std::string_view text)
{
    if (text == "simple")
        return Canon::Simple;
    if (text == "relaxed")
        return Canon::Relaxed;
    return std::nullopt;
}

bool is_blank(char c)
{
    return ascii::is_space(c) || c == '\r' || c == '\n';
}

/// Unfolded, runs of blanks one space, none at the ends.
std::string relaxed_value(std::string_view value)
{
    std::string out;
    out.reserve(value.size() + 2);
    bool space = false;
    for (const char c : value) {
        if (is_blank(c)) {
            space = !out.empty();
            continue;
        }
        if (space)
            out += ' ';
        space = false;
        out += c;
    }
    return out;
}

} // namespace

std::string_view name_of(Canon canon)
{
    return canon == Canon::Simple ? "simple" : "relaxed";
}

std::string to_text(Canons canons)
{
    return std::string(name_of(canons.header)) + '/' + std::string(name_of(canons.body));
}

std::optional<Canons> parse_canons(std::string_view text)
{
    const auto slash = text.find('/');
    const auto header = parse_canon(text.substr(0, slash));
    const auto body = slash == std::string_view::npos ? std::optional(Canon::Simple)
                                                      : parse_canon(text.substr(slash + 1));
    if (!header || !body)
        return std::nullopt;
    return Canons{*header, *body};
}

std::string canonical_field(Canon canon, std::string_view raw)
{
    const auto field = without_line_end(raw);
    if (canon == Canon::Simple)
        return std::string(field) + "\r\n";
    const auto colon = field.find(':');
    std::string out = ascii::lower(ascii::trim(field.substr(0, colon)));
    if (colon != std::string_view::npos)
        out += ':' + relaxed_value(field.substr(colon + 1));
    return out + "\r\n";
}

BodyHasher::BodyHasher(Canon canon, crypto::Hash hash, std::optional<std::uint64_t> limit)
    : canon_(canon), hasher_(hash), limit_(limit)
{
    buffer_.reserve(kBufferOctets);
}

void BodyHasher::feed(std::string_view piece)
{
    if (held_cr_ && !piece.empty()) {
        held_cr_ = false;
        if (piece.front() == '\n') {
            end_line();
            piece.remove_prefix(1);
        } else {
            take_text("\r");
        }
    }
    while (!piece.empty()) {
        const auto lf = piece.find('\n');
        auto line = piece.substr(0, lf);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
            take_text(line);
            if (lf == std::string_view::npos)
                held_cr_ = true;
            else
                end_line();
        } else {
            take_text(lf == std::string_view::npos ? line : piece.substr(0, lf + 1));
        }
        piece.remove_prefix(lf == std::string_view::npos ? piece.size() : lf + 1);
    }
}

void BodyHasher::take_text(std::string_view text)
{
    if (canon_ == Canon::Relaxed)
        take_relaxed(text);
    else if (!text.empty())
        put(text);
}

/// RFC 6376 §3.4.4: a run of blanks is one space, and none ends a line.
void BodyHasher::take_relaxed(std::string_view text)
{
    while (!text.empty()) {
        const auto word = std::find_if(text.begin(), text.end(), ascii::is_space) - text.begin();
        if (word > 0) {
            if (held_space_)
                put(" ");
            held_space_ = false;
            put(text.substr(0, static_cast<std::size_t>(word)));
            text.remove_prefix(static_cast<std::size_t>(word));
        }
        const auto blanks = std::min(text.find_first_not_of(" \t"), text.size());
        held_space_ = held_space_ || blanks > 0;
        text.remove_prefix(blanks);
    }
}

void BodyHasher::end_line()
{
    held_space_ = false;
    ++line_ends_;
}

/// Text that is there to stay, and so are the line ends before it.
void BodyHasher::put(std::string_view text)
{
    for (; line_ends_ > 0; --line_ends_)
        write("\r\n");
    write(text);
}

void BodyHasher::write(std::string_view octets)
{
    std::string_view counted = octets;
    if (limit_)
        counted = octets.substr(0, *limit_ > octets_ ? *limit_ - octets_ : 0);
    octets_ += octets.size();
    if (buffer_.size() + counted.size() > kBufferOctets) {
        hasher_.feed(buffer_);
        buffer_.clear();
    }
    if (counted.size() >= kBufferOctets)
        hasher_.feed(counted);
    else
        buffer_ += counted;
}

std::string BodyHasher::finish()
{
    if (held_cr_)
        take_text("\r");
    line_ends_ = 0; // empty lines at the end do not count
    // An empty body is CRLF in the simple form, nothing in the relaxed one.
    if (canon_ == Canon::Simple || octets_ > 0)
        write("\r\n");
    hasher_.feed(buffer_);
    return hasher_.finish();
}

} // namespace mailctl::dkim
