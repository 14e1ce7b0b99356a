// Reads and writes comma-separated values.
#include "core/base/csv.h"

#include <utility>

namespace mailctl::csv {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16Marks[] = {"\xFF\xFE", "\xFE\xFF"};

/// True where `text` is the start of a mark, but not all of it.
bool may_become_mark(std::string_view text)
{
    const auto begins = [text](std::string_view mark) {
        return text.size() < mark.size() && mark.starts_with(text);
    };
    return begins(kByteOrderMark) || begins(kUtf16Marks[0]) || begins(kUtf16Marks[1]);
}

} // namespace

void Reader::feed(std::string_view octets)
{
    input_.erase(0, at_);
    at_ = 0;
    input_ += octets;
}

/// At the very start: passes over the mark. False: the first octets are not all there.
bool Reader::skip_mark()
{
    const std::string_view seen(input_);
    if (!is_finished_ && may_become_mark(seen))
        return false;
    if (seen.starts_with(kByteOrderMark))
        at_ = kByteOrderMark.size();
    else if (seen.starts_with(kUtf16Marks[0]) || seen.starts_with(kUtf16Marks[1]))
        fail("the file is UTF-16; save it as UTF-8");
    is_first_ = false;
    return true;
}

Result<bool> Reader::next(Row& row)
{
    if (is_first_ && !skip_mark())
        return false;
    bool is_complete = false;
    while (!is_complete && at_ < input_.size()) {
        append_run();
        if (at_ < input_.size())
            is_complete = take(input_[at_++]);
    }
    const bool is_in_row = state_ != State::Start && state_ != State::Comment;
    if (!is_complete && is_finished_ && is_in_row) {
        if (state_ == State::Quoted)
            fail("a quoted field does not end");
        is_complete = end_row();
    }
    if (!is_complete)
        return false;
    row = std::move(row_);
    row_ = {};
    if (failure_.empty())
        return true;
    Error error(Errc::Invalid, std::exchange(failure_, {}));
    return error;
}

/// Takes ordinary octets at once.
void Reader::append_run()
{
    std::size_t end = at_;
    if (state_ == State::Quoted) {
        while (end < input_.size() && input_[end] != '"' && input_[end] != '\n' && input_[end])
            ++end;
    } else if (state_ == State::Plain) {
        while (end < input_.size() && input_[end] != format_.separator && input_[end] != '\n' &&
               input_[end] != '\r' && input_[end])
            ++end;
    }
    if (end == at_)
        return;
    row_octets_ += end - at_;
    if (field_.size() + (end - at_) > kMaxFieldOctets || row_octets_ > kMaxRowOctets)
        fail_limit();
    if (failure_.empty())
        field_.append(input_, at_, end - at_);
    at_ = end;
}

/// Takes one octet. Gives whether it ends a row.
bool Reader::take(char c)
{
    line_ += c == '\n';
    if (c == '\0')
        fail("a NUL octet");
    switch (state_) {
    case State::Start:
        return take_start(c);
    case State::Field:
        return take_field(c);
    case State::Plain:
        if (c == format_.separator) {
            end_field();
        } else if (c == '\n') {
            return end_row();
        } else if (c == '\r') {
            state_ = State::Carriage;
        } else {
            append(c);
        }
        return false;
    case State::Quoted:
        if (c == '"')
            state_ = State::Quote;
        else
            append(c);
        return false;
    case State::Quote:
        return take_quote(c);
    case State::Carriage: // a lone CR is part of the field
        if (c == '\n')
            return end_row();
        append('\r');
        state_ = State::Plain;
        return take_field(c);
    case State::Comment:
        if (c == '\n')
            state_ = State::Start;
        return false;
    case State::Skip:
        return c == '\n' && end_row();
    }
    return false;
}

bool Reader::take_start(char c)
{
    if (c == '\n' || c == '\r')
        return false;
    if (format_.comment != '\0' && c == format_.comment) {
        state_ = State::Comment;
        return false;
    }
    row_.line = line_;
    return take_field(c);
}

bool Reader::take_field(char c)
{
    if (c == '"' && field_.empty()) {
        state_ = State::Quoted;
        return false;
    }
    state_ = State::Plain;
    if (c == format_.separator) {
        end_field();
    } else if (c == '\n') {
        return end_row();
    } else if (c == '\r') {
        state_ = State::Carriage;
    } else {
        append(c);
    }
    return false;
}

/// After a quote within a quoted field: a second one, or the field's end.
bool Reader::take_quote(char c)
{
    if (c == '"') {
        append('"');
        state_ = State::Quoted;
    } else if (c == format_.separator) {
        end_field();
    } else if (c == '\n') {
        return end_row();
    } else if (c != '\r') {
        fail("text after a closing quote");
        state_ = State::Skip;
    }
    return false;
}

void Reader::append(char c)
{
    ++row_octets_;
    if (field_.size() >= kMaxFieldOctets || row_octets_ > kMaxRowOctets)
        fail_limit();
    if (failure_.empty())
        field_ += c;
}

void Reader::end_field()
{
    if (row_.fields.size() >= kMaxFields)
        fail("over 1000 fields");
    else
        row_.fields.push_back(std::move(field_));
    field_.clear();
    state_ = State::Field;
}

bool Reader::end_row()
{
    end_field();
    state_ = State::Start;
    row_octets_ = 0;
    return true;
}

void Reader::fail(std::string_view reason)
{
    if (failure_.empty())
        failure_ = reason;
}

/// A quote that is never closed must not take the rest of the file with it.
void Reader::fail_limit()
{
    fail("a field is over 64 KiB, or the row over 1 MiB");
    state_ = State::Skip;
}

std::string format_row(const std::vector<std::string>& fields, char separator)
{
    const std::string special = std::string("\"\r\n") + separator;
    std::string out;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& field = fields[i];
        if (i > 0)
            out += separator;
        const bool is_blank_row = fields.size() == 1 && field.empty();
        if (!is_blank_row && field.find_first_of(special) == std::string::npos) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field)
            out += c == '"' ? std::string("\"\"") : std::string(1, c);
        out += '"';
    }
    return out + "\r\n";
}

} // namespace mailctl::csv
