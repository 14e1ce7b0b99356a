// Reads tokens of structured header fields.
#include "core/mime/lexer.h"

namespace mailctl::mime {
namespace {

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void append(std::string* out, char c)
{
    if (out && c != '\r' && c != '\n' && c != '\0')
        *out += c;
}

} // namespace

bool Lexer::skip_if(char c)
{
    if (rest_.empty() || rest_.front() != c)
        return false;
    skip();
    return true;
}

void Lexer::read_comment(std::string* out)
{
    if (out)
        out->clear();
    skip();
    for (unsigned depth = 1; !rest_.empty(); skip()) {
        char c = rest_.front();
        if (c == '\\' && rest_.size() > 1) {
            skip();
            c = rest_.front();
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            skip();
            return;
        }
        append(out, c);
    }
}

bool Lexer::skip_cfws(std::string* comment)
{
    const auto before = rest_.size();
    while (!rest_.empty()) {
        if (is_blank(rest_.front()))
            skip();
        else if (rest_.front() == '(')
            read_comment(comment);
        else
            break;
    }
    return rest_.size() != before;
}

std::string Lexer::quoted_string()
{
    std::string out;
    skip();
    for (; !rest_.empty(); skip()) {
        char c = rest_.front();
        if (c == '"') {
            skip();
            break;
        }
        if (c == '\\' && rest_.size() > 1) {
            skip();
            c = rest_.front();
        }
        append(&out, c);
    }
    return out;
}

std::string_view Lexer::run(std::string_view stops)
{
    std::size_t end = 0;
    while (end < rest_.size() && !is_blank(rest_[end]) &&
           stops.find(rest_[end]) == std::string_view::npos)
        ++end;
    const auto taken = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return taken;
}

std::string_view Lexer::until(char stop)
{
    const auto taken = rest_.substr(0, rest_.find(stop));
    rest_.remove_prefix(taken.size());
    return taken;
}

} // namespace mailctl::mime
