// LIST: mailboxes that match a pattern.
#include <algorithm>
#include <map>

#include "core/imap/mailbox_pattern.h"
#include "core/imap/server/authenticated/listing.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/special_use.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

/// One line of the answer: a mailbox, or a level above one that is none itself.
struct Level {
    bool exists = false;
    bool has_children = false;
    store::SpecialUse role = store::SpecialUse::None;
};

/// All mailboxes and every level above them, by name.
std::map<std::string, Level> levels_of(const std::vector<store::MailboxInfo>& mailboxes)
{
    std::map<std::string, Level> levels;
    for (const auto& mailbox : mailboxes) {
        auto& level = levels[mailbox.name];
        level.exists = true;
        level.role = mailbox.role;
        for (auto at = mailbox.name.rfind('/'); at != std::string::npos && at != 0;
             at = mailbox.name.rfind('/', at - 1))
            levels[mailbox.name.substr(0, at)].has_children = true;
    }
    return levels;
}

void put_level(Session& session, const std::string& name, const Level& level)
{
    std::string attributes = level.has_children ? "\\HasChildren" : "\\HasNoChildren"; // RFC 3348
    if (!level.exists)
        attributes += " \\Noselect";
    if (const auto use = attribute_of(level.role); !use.empty())
        attributes.append(" ").append(use);
    put_listed(session, "LIST", attributes, name);
}

} // namespace

Result<std::string> parse_pattern(Lexer& args, std::string* reference)
{
    TRY_VOID(args.space());
    TRY(*reference, args.mailbox());
    TRY_VOID(args.space());
    TRY(auto pattern, args.list_mailbox());
    TRY_VOID(args.end());
    return pattern;
}

void put_listed(Session& session, std::string_view response, std::string_view attributes,
                std::string_view name)
{
    auto& out = session.out;
    out.append("* ").append(response).append(" (").append(attributes).append(") ");
    put_string(out, std::string(1, session.delimiter()));
    out += ' ';
    put_mailbox(out, name, session.delimiter());
    out += "\r\n";
}

/// RFC 3501 §6.3.8; attributes of RFC 3348 and RFC 6154 §2.
Awaitable<Completion> on_list(Session& session, Invocation& invocation)
{
    std::string reference;
    CO_PARSE_TRY(const auto pattern, parse_pattern(invocation.args, &reference));
    if (pattern.empty()) { // asks for the delimiter and the root
        put_listed(session, "LIST", "\\Noselect", "");
        co_return Completion::ok("LIST completed");
    }
    const auto mailboxes = co_await session.account->mailboxes();
    if (!mailboxes)
        co_return refuse(mailboxes.error());
    const auto wanted = join_reference(reference, pattern, store::kHierarchyDelimiter);
    for (const auto& [name, level] : levels_of(*mailboxes)) {
        if (!matches_pattern(wanted, name, store::kHierarchyDelimiter))
            continue;
        put_level(session, name, level);
        if (is_full(session))
            co_await flush(session);
    }
    co_return Completion::ok("LIST completed");
}

} // namespace mailctl::imap
