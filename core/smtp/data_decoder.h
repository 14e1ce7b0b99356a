// The octets after DATA: finds their end, undoes dot-stuffing, watches line endings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mailctl::smtp {

/// Turns what DATA brings, in pieces of any size, into runs of message octets. Pure.
///
/// Only CRLF "." CRLF ends the data; LF "." LF and its kin are octets of the message like others,
/// so that no second message can be smuggled in one (RFC 5321 §2.3.8, §4.1.1.4).
class DataDecoder {
public:
    /// What to do with a bare CR or LF: leave it (the caller refuses the message), or make it CRLF.
    enum class Bare { Keep, Fix };
    /// DATA has dots and an end; a chunk of BDAT has neither.
    enum class Framing { Dots, None };

    explicit DataDecoder(Bare bare, Framing framing = Framing::Dots)
        : fix_(bare == Bare::Fix), dots_(framing == Framing::Dots)
    {
    }

    /// Reads on. Appends the message's octets to `runs` as views of `input` (or of constants);
    /// gives how many octets of `input` are done with. The rest, at most three octets, must be
    /// given again with more behind it.
    std::size_t feed(std::string_view input, std::vector<std::string_view>& runs);

    /// For Framing::None, after the last octet: a CR that was held back is bare.
    void finish(std::string_view held, std::vector<std::string_view>& runs);

    bool is_done() const { return done_; }
    bool has_bare_newline() const { return bare_; }
    /// Octets of the longest line, without its ending.
    std::uint64_t longest_line() const { return longest_line_; }

private:
    bool read_line_start(std::string_view input, std::size_t& at, std::size_t& run_start,
                         std::vector<std::string_view>& runs);
    void find_bare_lf(std::string_view input, std::size_t begin, std::size_t end,
                      std::size_t& run_start, std::vector<std::string_view>& runs);
    void end_line(std::uint64_t octets);

    bool fix_;
    bool dots_;
    bool line_start_ = true;
    bool done_ = false;
    bool bare_ = false;
    std::uint64_t line_octets_ = 0;
    std::uint64_t longest_line_ = 0;
};

} // namespace mailctl::smtp
