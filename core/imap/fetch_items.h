// What FETCH asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/imap/search_return.h"

namespace mailctl::imap {

/// section = "[" [section-spec] "]". RFC 3501 §6.4.5.
struct Section {
    enum class Text : std::uint8_t { All, Header, HeaderFields, HeaderFieldsNot, Text, Mime };
    std::vector<unsigned> part; ///< empty: the message itself
    Text text = Text::All;
    std::vector<std::string> fields; ///< of HeaderFields and HeaderFieldsNot
};

/// "<0.2048>": RFC 3501 §6.4.5.
struct Partial {
    std::uint64_t offset = 0;
    std::uint64_t octets = 0;
};

struct FetchItem {
    enum class Kind : std::uint8_t {
        Uid,
        Flags,
        InternalDate,
        Size,
        ModSeq,   ///< RFC 7162 §3.1.4.2
        SaveDate, ///< RFC 8514 §4.2
        EmailId,  ///< RFC 8474 §5.1
        ThreadId, ///< RFC 8474 §5.2; from here on the email is asked
        Preview,  ///< RFC 8970 §3
        Envelope,
        Body,          ///< without extension data
        BodyStructure,
        Section,       ///< BODY[...] and the RFC822 items
        Binary,        ///< BINARY[...]. RFC 3516 §4.2
        BinarySize,
    };
    Kind kind = Kind::Flags;
    std::string label; ///< how the response names it: "BODY[1.MIME]<0>"
    Section section;
    std::optional<Partial> partial;
    bool sets_seen = false; ///< BODY[] and RFC822, without .PEEK

    FetchItem() = default;
    FetchItem(Kind k, std::string_view name) : kind(k), label(name) {}
};

/// "ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")". RFC 3501 §9.
/// Errors: Invalid.
Result<std::vector<FetchItem>> parse_fetch_items(Lexer& args);

/// What stands behind the items. RFC 4466 §2.4
struct FetchModifiers {
    std::optional<PartialRange> partial; ///< RFC 9394 §3.3
    std::optional<ModSeq> changed_since; ///< RFC 7162 §3.1.4.1
    bool vanished = false;               ///< RFC 7162 §3.2.6; only with changed_since
};

/// [SP "(" fetch-modifier *(SP fetch-modifier) ")"]. Errors: Invalid.
Result<FetchModifiers> parse_fetch_modifiers(Lexer& args);

} // namespace mailctl::imap
