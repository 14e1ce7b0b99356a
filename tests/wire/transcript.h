// Wire transcripts: the text form of a protocol session, as steps, and how a line is compared.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::wire {

/// One thing to do or to expect, with the line of the file that says so.
struct Step {
    enum class Kind {
        Send,     ///< `octets` go to the server
        Expect,   ///< the next line is `text`
        Untagged, ///< one of the lines before the next Expect is `text`
        Never,    ///< no line before the next Expect is `text`
        Tls,      ///< this end starts TLS
        Deflate,  ///< this end compresses from here on
        Close,    ///< the server closes
        Drop,     ///< the client closes
        Wait,     ///< time passes
    };
    Kind kind = Kind::Send;
    int line = 0;
    int connection = 1;
    std::string text;   ///< a pattern; for Send what to substitute names in
    bool exact = false; ///< text is sent or compared as it is: no names, no "..."
    std::chrono::milliseconds time{0};
};

using Names = std::map<std::string, std::string, std::less<>>;

/// Whether `line` is what `pattern` says: "..." stands for any octets, "$name" for one word, bound
/// in `names` at first sight and equal after; "$$" for a dollar sign.
bool matches(std::string_view pattern, std::string_view line, Names& names);

/// `text` with the values of its "$name"s. Throws std::runtime_error where one is not bound.
std::string substitute(std::string_view text, const Names& names);

/// Throws std::runtime_error "file:line: what is wrong".
std::vector<Step> read_transcript(const std::string& file);
/// The same from text; `file` is for messages.
std::vector<Step> parse_transcript(std::string_view text, const std::string& file);

} // namespace mailctl::wire
