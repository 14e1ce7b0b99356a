// Reads the tokens of a command: atoms, strings, literals, numbers and sets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/imap/sequence_set.h"

namespace mailctl::imap {

/// Walks over one whole command, whose literals stand in it as they came: "{3}" CRLF and octets.
/// Errors are Invalid; their details are fixed texts of ours that may be told to the client.
/// Borrows: the text.
class Lexer {
public:
    /// `delimiter`: what the client takes for the hierarchy delimiter; names are given with "/".
    explicit Lexer(std::string_view text, char delimiter = '/') : text_(text), delimiter_(delimiter)
    {
    }
    /// Takes these for words of no meaning from here on: of extensions that are switched off.
    /// Borrows: `words`.
    void forget(std::span<const std::string_view> words) { forgotten_ = words; }
    /// Mailbox names are UTF-8 as they stand from here on. RFC 9051 §5.1
    void take_utf8_names() { has_utf8_names_ = true; }
    /// Counts of octets may have 63 bits from here on: number64 of RFC 9051 §9.
    void take_number64() { has_number64_ = true; }

    bool at_end() const { return at_ == text_.size(); }
    /// The next octet, NUL at the end.
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    std::string_view rest() const { return text_.substr(at_); }

    /// Takes `c` where it is next.
    bool accept(char c);
    /// Takes the word, ASCII case ignored, where it is next and no atom character follows it.
    bool accept_word(std::string_view word);
    /// Takes the text, ASCII case ignored, where it is next.
    bool accept_text(std::string_view text);

    Result<> expect(char c);
    Result<> space() { return expect(' '); }
    /// Fails where anything is left.
    Result<> end() const;

    /// 1*<any ASTRING-CHAR except "+">
    Result<std::string_view> tag();
    /// 1*ATOM-CHAR
    Result<std::string_view> atom();
    /// quoted / literal
    Result<std::string> string();
    /// 1*ASTRING-CHAR / string
    Result<std::string> astring();
    /// string / "NIL"
    Result<std::optional<std::string>> nstring();
    /// nstring / literal8: octets as they are. RFC 5464 §5
    Result<std::optional<std::string>> value();
    /// An astring, from modified UTF-7 or UTF-8; any case of INBOX gives "INBOX".
    Result<std::string> mailbox();
    /// 1*list-char / string, from modified UTF-7: a pattern with "%" and "*".
    Result<std::string> list_mailbox();
    /// Any value of 32 bits.
    Result<std::uint32_t> number();
    /// 1 and up.
    Result<std::uint32_t> nz_number();
    /// A count of octets: a number, or number64.
    Result<std::uint64_t> octets();
    /// Any value of 63 bits: mod-sequence-valzer of RFC 7162 §7.
    Result<ModSeq> mod_seq();
    Result<SequenceSet> sequence_set();

private:
    Result<std::string> name_of(std::string_view wire) const;
    bool is_forgotten(std::string_view word) const;
    template <class Predicate>
    std::string_view take_while(Predicate predicate);
    Result<std::uint64_t> number64();
    Result<std::string> quoted();
    enum class Nul : bool { Refused, Allowed };
    Result<std::string> literal(Nul nul);

    std::string_view text_;
    char delimiter_;
    bool has_utf8_names_ = false;
    bool has_number64_ = false;
    std::size_t at_ = 0;
    std::span<const std::string_view> forgotten_;
};

/// Between a name as clients see it and as it is stored, both ways: the client's delimiter and "/"
/// change places, so that every name has exactly one form on each side.
void swap_delimiter(std::string& name, char delimiter);

/// A literal that the end of a line announces: "{310}", or "{310+}" (RFC 7888).
struct Announced {
    std::uint64_t octets = 0; ///< the largest value where the number does not fit
    bool synchronizing = true;
};
/// Gives it for a line without its CRLF; nullopt where the line ends the command.
std::optional<Announced> announced_literal(std::string_view line);

} // namespace mailctl::imap
