// Parses fetch-att and section of RFC 3501 §9.
#include "core/imap/fetch_items.h"

#include <utility>

#include "core/base/ascii.h"
#include "core/imap/limits.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

using Kind = FetchItem::Kind;
using Text = Section::Text;

struct Named {
    std::string_view name;
    Kind kind;
};
constexpr Named kPlainItems[] = {
    {"UID", Kind::Uid},           {"FLAGS", Kind::Flags},
    {"ENVELOPE", Kind::Envelope}, {"INTERNALDATE", Kind::InternalDate},
    {"RFC822.SIZE", Kind::Size},  {"BODYSTRUCTURE", Kind::BodyStructure},
    {"MODSEQ", Kind::ModSeq},     {"SAVEDATE", Kind::SaveDate},
    {"EMAILID", Kind::EmailId},   {"THREADID", Kind::ThreadId},
};

/// The RFC822 items are sections under older names. RFC 3501 §6.4.5.
struct OldName {
    std::string_view name;
    Text text;
    bool sets_seen;
};
constexpr OldName kOldNames[] = {{"RFC822", Text::All, true},
                                 {"RFC822.HEADER", Text::Header, false},
                                 {"RFC822.TEXT", Text::Text, true}};

struct NamedText {
    std::string_view name;
    Text text;
};
constexpr NamedText kTexts[] = {{"HEADER.FIELDS.NOT", Text::HeaderFieldsNot},
                                {"HEADER.FIELDS", Text::HeaderFields},
                                {"HEADER", Text::Header},
                                {"TEXT", Text::Text},
                                {"MIME", Text::Mime}};

/// header-list = "(" header-fld-name *(SP header-fld-name) ")"
Result<std::vector<std::string>> parse_header_list(Lexer& args)
{
    std::vector<std::string> fields;
    TRY_VOID(args.space());
    TRY_VOID(args.expect('('));
    do {
        TRY(auto field, args.astring());
        fields.push_back(std::move(field));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return fields;
}

/// section-part = nz-number *("." nz-number); true where text may follow.
Result<bool> parse_part(Lexer& args, Section& section)
{
    while (ascii::is_digit(args.peek())) {
        TRY(const auto number, args.nz_number());
        if (section.part.size() == kSectionNumbers)
            return Error(Errc::Invalid, "Section too deep");
        section.part.push_back(number);
        if (!args.accept('.'))
            return false;
    }
    return true;
}

Result<Section> parse_section(Lexer& args)
{
    Section section;
    TRY_VOID(args.expect('['));
    TRY(const bool text_may_follow, parse_part(args, section));
    if (args.peek() == ']' && (!text_may_follow || section.part.empty())) {
        args.accept(']');
        return section;
    }
    const Error unknown(Errc::Invalid, "Unknown section");
    if (!text_may_follow)
        return unknown;
    const NamedText* found = nullptr;
    for (const auto& named : kTexts)
        if (found == nullptr && args.accept_text(named.name))
            found = &named;
    if (found == nullptr || (found->text == Text::Mime && section.part.empty()))
        return unknown;
    section.text = found->text;
    if (section.text == Text::HeaderFields || section.text == Text::HeaderFieldsNot) {
        TRY(section.fields, parse_header_list(args));
    }
    TRY_VOID(args.expect(']'));
    return section;
}

/// "<" number "." nz-number ">", of 63 bits each for RFC 9051 §9
Result<std::optional<Partial>> parse_partial(Lexer& args)
{
    if (!args.accept('<'))
        return std::optional<Partial>();
    Partial partial;
    TRY(partial.offset, args.octets());
    TRY_VOID(args.expect('.'));
    TRY(partial.octets, args.octets());
    if (partial.octets == 0)
        return Error(Errc::Invalid, "Number must not be zero");
    TRY_VOID(args.expect('>'));
    return std::optional<Partial>(partial);
}

/// How a response names a section: upper case, origin without the length.
std::string label_of(const Section& section, const std::optional<Partial>& partial)
{
    std::string label = "BODY[";
    for (std::size_t i = 0; i < section.part.size(); ++i)
        label.append(i == 0 ? "" : ".").append(std::to_string(section.part[i]));
    for (const auto& named : kTexts)
        if (named.text == section.text)
            label.append(section.part.empty() ? "" : ".").append(named.name);
    if (!section.fields.empty()) {
        label += " (";
        for (std::size_t i = 0; i < section.fields.size(); ++i) {
            label.append(i == 0 ? "" : " ");
            put_astring(label, section.fields[i]);
        }
        label += ')';
    }
    label += ']';
    if (partial)
        label.append("<").append(std::to_string(partial->offset)).append(">");
    return label;
}

/// The rest of BODY, BODY[...] or BODY.PEEK[...].
Result<FetchItem> parse_body(Lexer& args, bool peek)
{
    if (args.peek() != '[' && !peek)
        return FetchItem(Kind::Body, "BODY");
    FetchItem item(Kind::Section, "");
    TRY(item.section, parse_section(args));
    TRY(item.partial, parse_partial(args));
    item.label = label_of(item.section, item.partial);
    item.sets_seen = !peek;
    return item;
}

/// "LAZY)"
Result<> parse_lazy(Lexer& args)
{
    if (!args.accept_word("LAZY"))
        return Error(Errc::Invalid, "Unknown preview modifier");
    return args.expect(')');
}

/// The rest of BINARY[1.2], BINARY.PEEK[...] or BINARY.SIZE[...]: RFC 3516 §7.
Result<FetchItem> parse_binary(Lexer& args)
{
    FetchItem item(Kind::Binary, "BINARY");
    if (args.accept_text(".SIZE"))
        item = FetchItem(Kind::BinarySize, "BINARY.SIZE");
    else
        item.sets_seen = !args.accept_text(".PEEK");
    TRY_VOID(args.expect('['));
    TRY(const bool dot, parse_part(args, item.section));
    if (dot && !item.section.part.empty())
        return Error(Errc::Invalid, "Unknown section");
    TRY_VOID(args.expect(']'));
    if (item.kind == Kind::Binary) {
        TRY(item.partial, parse_partial(args));
    }
    item.label.append(label_of(item.section, item.partial), 4);
    return item;
}

Result<FetchItem> parse_item(Lexer& args)
{
    for (const auto& plain : kPlainItems)
        if (args.accept_word(plain.name))
            return FetchItem(plain.kind, plain.name);
    for (const auto& old : kOldNames) {
        if (!args.accept_word(old.name))
            continue;
        FetchItem item(Kind::Section, old.name);
        item.section.text = old.text;
        item.sets_seen = old.sets_seen;
        return item;
    }
    if (args.accept_text("BODY.PEEK"))
        return parse_body(args, true);
    if (args.accept_text("BODY"))
        return parse_body(args, false);
    if (args.accept_word("PREVIEW")) {
        if (args.accept_text(" (")) // RFC 8970 §3.2: LAZY is as quick as any
            TRY_VOID(parse_lazy(args));
        return FetchItem(Kind::Preview, "PREVIEW");
    }
    if (args.accept_text("BINARY"))
        return parse_binary(args);
    return Error(Errc::Invalid, "Unknown fetch item");
}

/// ALL, FAST and FULL, which stand alone. RFC 3501 §6.4.5.
std::vector<FetchItem> parse_macro(Lexer& args)
{
    const bool all = args.accept_word("ALL");
    const bool full = !all && args.accept_word("FULL");
    if (!all && !full && !args.accept_word("FAST"))
        return {};
    std::vector<FetchItem> items{FetchItem(Kind::Flags, "FLAGS"),
                                 FetchItem(Kind::InternalDate, "INTERNALDATE"),
                                 FetchItem(Kind::Size, "RFC822.SIZE")};
    if (all || full)
        items.emplace_back(Kind::Envelope, "ENVELOPE");
    if (full)
        items.emplace_back(Kind::Body, "BODY");
    return items;
}

Result<> parse_modifier(Lexer& args, FetchModifiers& modifiers)
{
    const auto twice = [] { return Error(Errc::Invalid, "Fetch modifier given twice"); };
    if (args.accept_word("VANISHED")) {
        if (std::exchange(modifiers.vanished, true))
            return twice();
        return ok();
    }
    const bool partial = args.accept_word("PARTIAL");
    if (!partial && !args.accept_word("CHANGEDSINCE"))
        return Error(Errc::Invalid, "Unknown fetch modifier");
    if (partial ? modifiers.partial.has_value() : modifiers.changed_since.has_value())
        return twice();
    TRY_VOID(args.space());
    if (partial) {
        TRY(modifiers.partial, parse_partial_range(args));
    } else {
        TRY(modifiers.changed_since, args.mod_seq());
    }
    return ok();
}

} // namespace

Result<std::vector<FetchItem>> parse_fetch_items(Lexer& args)
{
    auto items = parse_macro(args);
    if (!items.empty())
        return items;
    if (!args.accept('(')) {
        TRY(auto only, parse_item(args));
        items.push_back(std::move(only));
        return items;
    }
    do {
        if (items.size() == kFetchItems)
            return Error(Errc::Invalid, "Too many fetch items");
        TRY(auto item, parse_item(args));
        items.push_back(std::move(item));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return items;
}

Result<FetchModifiers> parse_fetch_modifiers(Lexer& args)
{
    FetchModifiers modifiers;
    if (!args.accept(' '))
        return modifiers;
    TRY_VOID(args.expect('('));
    do {
        TRY_VOID(parse_modifier(args, modifiers));
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    if (modifiers.vanished && !modifiers.changed_since) // RFC 7162 §3.2.6
        return Error(Errc::Invalid, "VANISHED needs CHANGEDSINCE");
    return modifiers;
}

} // namespace mailctl::imap
