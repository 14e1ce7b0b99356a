// Decodes encoded-words.
#include "core/mime/encoded_word.h"

#include <algorithm>
#include <optional>

#include "core/base/ascii.h"
#include "core/mime/charset.h"
#include "core/mime/header.h"
#include "core/mime/transfer.h"

namespace mailctl::mime {
namespace {

/// One encoded-word, its text decoded to octets of `charset`.
struct EncodedWord {
    std::string charset; ///< lower-case, without RFC 2231 §5's language
    std::string octets;
    std::size_t length = 0; ///< as written
};

// RFC 2047 §4.2: "_" is a blank; else as quoted-printable.
std::string decode_q(std::string_view text)
{
    std::string blanks(text);
    for (char& c : blanks)
        c = c == '_' ? ' ' : c;
    if (blanks.ends_with(' '))
        blanks.replace(blanks.size() - 1, 1, "=20"); // it ends no line
    return decode_transfer(blanks, TransferEncoding::QuotedPrintable);
}

// encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
std::optional<EncodedWord> read_encoded_word(std::string_view text)
{
    if (!text.starts_with("=?"))
        return std::nullopt;
    const auto charset_end = text.find_first_of("? \t", 2);
    if (charset_end == std::string_view::npos || charset_end == 2 || text[charset_end] != '?' ||
        charset_end + 3 >= text.size() || text[charset_end + 2] != '?')
        return std::nullopt;
    const char encoding = ascii::to_lower(text[charset_end + 1]);
    const auto start = charset_end + 3;
    const auto end = text.find('?', start); // encoded-text holds no "?"
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != '=' ||
        (encoding != 'b' && encoding != 'q'))
        return std::nullopt;
    const auto coded = text.substr(start, end - start);
    const auto charset = text.substr(2, charset_end - 2);
    EncodedWord word;
    word.charset = ascii::lower(charset.substr(0, charset.find('*')));
    word.octets =
        encoding == 'q' ? decode_q(coded) : decode_transfer(coded, TransferEncoding::Base64);
    word.length = end + 2;
    return word;
}

/// Encoded-words that follow each other: a character may be cut between two of them, against
/// RFC 2047 §5, so those of one character set are decoded together.
class Joined {
public:
    explicit Joined(std::string& out) : out_(out) {}
    ~Joined() { flush(); }
    Joined(const Joined&) = delete;
    Joined& operator=(const Joined&) = delete;

    bool is_empty() const { return written_.empty(); }
    void add(const EncodedWord& word, std::string_view written)
    {
        if (word.charset != charset_)
            flush();
        charset_ = word.charset;
        octets_ += word.octets;
        written_ += written;
    }
    void flush()
    {
        if (written_.empty())
            return;
        const auto text = to_utf8(octets_, charset_);
        out_ += text ? *text : written_;
        octets_.clear();
        written_.clear();
    }

private:
    std::string& out_;
    std::string charset_;
    std::string octets_;
    std::string written_;
};

} // namespace

bool is_plain(std::string_view value)
{
    const bool is_ascii = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
    return is_ascii && value.find("=?") == std::string_view::npos;
}

std::string decode_header_text(std::string_view value)
{
    if (is_plain(value))
        return std::string(ascii::trim(value));
    const std::string unfolded = guess_utf8(unfold(value));
    if (unfolded.find("=?") == std::string::npos)
        return unfolded;
    std::string out;
    std::string_view rest = unfolded;
    {
        Joined joined(out);
        while (!rest.empty()) {
            const auto blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
            if (const auto word = read_encoded_word(rest.substr(blanks))) {
                if (joined.is_empty()) // RFC 2047 §6.2: blanks between two of them are not shown
                    out += rest.substr(0, blanks);
                joined.add(*word, rest.substr(0, blanks + word->length));
                rest.remove_prefix(blanks + word->length);
                continue;
            }
            joined.flush();
            const auto plain = std::min({rest.find(' ', blanks + 1), rest.find("=?", blanks + 1),
                                         rest.size()});
            out += rest.substr(0, plain);
            rest.remove_prefix(plain);
        }
    }
    return out;
}

} // namespace mailctl::mime
