// A message as a local program writes it: its line ends, its header, and whom it is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::submit {

/// Turns what programs write into lines that end with CRLF; a CR alone counts as a line's end.
class LineEnds {
public:
    /// `dot_ends`: a line with nothing but a dot is the end of the message.
    explicit LineEnds(bool dot_ends) : dot_ends_(dot_ends) {}
    /// Appends to `out`, never half of a CRLF.
    void feed(std::string_view octets, std::string& out);
    /// The last line may have no end.
    void finish(std::string& out);
    bool is_done() const { return done_; } ///< the dot was seen

private:
    void end_line(std::string& out);
    bool dot_ends_;
    bool done_ = false, cr_ = false;
    std::size_t line_octets_ = 0;
    bool dot_ = false; ///< the line so far is a dot, not yet given out
};

/// A recipient of a file in the pickup folder who is not in its To, Cc or Bcc; "(header)": those
/// are recipients too. Taken out of the message.
inline constexpr std::string_view kPickupTo = "X-Pickup-To";

struct HeaderWishes {
    std::string sender;      ///< reverse-path, for a From that is missing; empty: null
    std::string full_name;   ///< for a From that is missing
    std::string domain;      ///< of names without one
    bool recipients = false; ///< take them from To, Cc and Bcc, and Bcc away
    /// As `recipients`, but from kPickupTo fields where there are any.
    bool pickup = false;
};

struct PreparedHeader {
    std::string header; ///< with CRLF line ends and its blank line
    std::string rest;   ///< what came after it in the text given
    std::vector<std::string> recipients;
    /// Of Return-Path (empty: "<>"), else Sender, else From; nullopt: none.
    std::optional<std::string> author;
};

/// Takes the header off `text` (CRLF line ends; it holds the whole header) and completes it.
/// Text that does not begin with a field stays text. Fields of RFC 5322 §3.6.6 ("Resent-") replace
/// the others where recipients are taken. A "From " line of an mbox file is dropped.
PreparedHeader prepare_header(std::string_view text, const HeaderWishes& wishes);

/// "ann" -> "ann@domain", "Ann <ann@x.org>" -> "ann@x.org". Errors: Invalid.
Result<std::string> full_address(std::string_view text, const std::string& domain);

} // namespace mailctl::submit
