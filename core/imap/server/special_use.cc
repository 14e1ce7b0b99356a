// Names of special uses. RFC 6154 §2.
#include "core/imap/server/special_use.h"

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

using store::SpecialUse;

struct Named {
    SpecialUse role;
    std::string_view attribute;
};
constexpr Named kNames[] = {{SpecialUse::All, "\\All"},         {SpecialUse::Archive, "\\Archive"},
                            {SpecialUse::Drafts, "\\Drafts"},   {SpecialUse::Flagged, "\\Flagged"},
                            {SpecialUse::Junk, "\\Junk"},       {SpecialUse::Sent, "\\Sent"},
                            {SpecialUse::Trash, "\\Trash"}};

} // namespace

std::string_view attribute_of(SpecialUse role)
{
    for (const auto& named : kNames)
        if (named.role == role)
            return named.attribute;
    return "";
}

std::string_view xlist_attribute_of(SpecialUse role)
{
    switch (role) {
    case SpecialUse::Inbox:
        return "\\Inbox";
    case SpecialUse::All:
        return "\\AllMail";
    case SpecialUse::Flagged:
        return "\\Starred";
    case SpecialUse::Junk:
        return "\\Spam";
    default:
        return attribute_of(role);
    }
}

Result<std::optional<SpecialUse>> parse_special_use(Lexer& args)
{
    TRY_VOID(args.expect('\\'));
    TRY(const auto name, args.atom());
    for (const auto& named : kNames)
        if (ascii::equals_ignoring_case(named.attribute.substr(1), name))
            return std::optional(named.role);
    return std::optional<SpecialUse>();
}

bool can_be_given(SpecialUse role)
{
    return role != SpecialUse::All && role != SpecialUse::Flagged;
}

} // namespace mailctl::imap
