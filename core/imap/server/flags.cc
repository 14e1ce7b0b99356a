// Flags of the store as IMAP names them.
#include "core/imap/server/flags.h"

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

constexpr std::string_view kAllSystemFlags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

static_assert(static_cast<int>(SystemFlag::Seen) == static_cast<int>(store::SystemFlag::Seen) &&
              static_cast<int>(SystemFlag::Answered) ==
                  static_cast<int>(store::SystemFlag::Answered) &&
              static_cast<int>(SystemFlag::Flagged) ==
                  static_cast<int>(store::SystemFlag::Flagged) &&
              static_cast<int>(SystemFlag::Deleted) ==
                  static_cast<int>(store::SystemFlag::Deleted) &&
              static_cast<int>(SystemFlag::Draft) == static_cast<int>(store::SystemFlag::Draft));

/// What the user may change. RFC 4314 §5.1.1
std::string permanent_flags(const View& view, const std::vector<std::string>& keywords)
{
    using store::MailboxRight;
    std::string names;
    for (const auto& named : kSystemFlags) {
        const auto right = named.flag == SystemFlag::Seen      ? MailboxRight::Seen
                           : named.flag == SystemFlag::Deleted ? MailboxRight::DeleteMessages
                                                               : MailboxRight::Write;
        if (view.may(right))
            names.append(" ").append(named.name);
    }
    if (view.may(MailboxRight::Write)) {
        for (const auto& keyword : keywords)
            names.append(" ").append(keyword);
        if (keywords.size() < store::kMaxKeywords)
            names += " \\*"; // new keywords may be made
    }
    return names.empty() ? names : names.substr(1);
}

} // namespace

void put_flags(std::string& out, const store::Flags& flags, bool is_recent,
               const std::vector<std::string>& keywords)
{
    out += '(';
    const auto start = out.size();
    const auto put = [&](std::string_view name) {
        if (out.size() != start)
            out += ' ';
        out += name;
    };
    put_system_flags(out, flags.system);
    if (is_recent)
        put("\\Recent");
    if (flags.keywords != decltype(flags.keywords){})
        for (unsigned i = 0; i < keywords.size(); ++i)
            if (flags.has_keyword(i))
                put(keywords[i]);
    out += ')';
}

void put_flag_responses(Session& session, const std::vector<std::string>& keywords)
{
    std::string names(kAllSystemFlags);
    for (const auto& keyword : keywords)
        names.append(" ").append(keyword);
    session.out.append("* FLAGS (").append(names).append(")\r\n");
    session.out.append("* OK [PERMANENTFLAGS (").append(permanent_flags(*session.view, keywords));
    session.out += ")] Flags that are kept\r\n";
    session.view->keywords_told = keywords.size();
}

void put_new_keywords(Session& session, const std::vector<std::string>& keywords)
{
    if (keywords.size() > session.view->keywords_told)
        put_flag_responses(session, keywords);
}

Awaitable<Result<store::Flags>> intern_flags(store::Account& account, FlagList list)
{
    store::Flags flags;
    flags.system = list.system;
    if (list.keywords.empty())
        co_return flags;
    CO_TRY(const auto indexes, co_await account.intern_keywords(std::move(list.keywords)));
    for (const auto index : indexes)
        flags.set_keyword(index);
    co_return flags;
}

Awaitable<Result<store::Flags>> known_flags(store::Account& account, FlagList list)
{
    store::Flags flags;
    flags.system = list.system;
    if (list.keywords.empty())
        co_return flags;
    CO_TRY(const auto known, co_await account.keywords());
    for (unsigned i = 0; i < known.size(); ++i)
        for (const auto& name : list.keywords)
            if (ascii::equals_ignoring_case(known[i], name))
                flags.set_keyword(i);
    co_return flags;
}

} // namespace mailctl::imap
