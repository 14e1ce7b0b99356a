// Reads annotations, and writes them as responses.
#include "core/imap/server/metadata/annotations.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/imap/server/metadata/delegates.h"
#include "core/imap/server/special_use.h"
#include "core/imap/write.h"

namespace mailctl::imap {
namespace {

void add_setting(std::vector<store::MetadataEntry>& entries, std::string_view name,
                 const std::string& value)
{
    if (!value.empty())
        entries.push_back({std::string(name), value});
}

/// RFC 6154 §4. Uses are the owner's. A text that was kept under the name says nothing of them.
void tell_use(std::vector<store::MetadataEntry>& entries, const Located& located)
{
    std::erase_if(entries, [](const auto& entry) { return entry.name == store::kSpecialUseEntry; });
    const std::string use(attribute_of(located.mailbox.role));
    if (use.empty() || !located.is_own())
        return;
    const auto at = std::lower_bound(
        entries.begin(), entries.end(), store::kSpecialUseEntry,
        [](const auto& entry, std::string_view name) { return entry.name < name; });
    entries.insert(at, {std::string(store::kSpecialUseEntry), use});
}

/// literal8 where a string cannot hold it. RFC 5464 §5
void put_value(std::string& out, const std::string& value)
{
    if (value.find('\0') == std::string::npos)
        return put_string(out, value);
    out.append("~{").append(std::to_string(value.size())).append("}\r\n").append(value);
}

} // namespace

bool may_annotate(store::MailboxRights rights)
{
    using enum store::MailboxRight;
    return rights.has(Lookup) && rights.has_any(Read | Seen | Write | Insert | Post);
}

Awaitable<Result<std::vector<store::MetadataEntry>>> annotations(const Session& session,
                                                                 const Located& located)
{
    CO_TRY(auto entries, co_await located.account->metadata().entries(located.mailbox.id,
                                                                      session.account->id()));
    tell_use(entries, located);
    co_return entries;
}

Awaitable<Result<std::vector<store::MetadataEntry>>> server_annotations(const Session& session)
{
    const MailboxId server{};
    CO_TRY(auto entries,
           co_await session.account->metadata().entries(server, session.account->id()));
    CO_TRY_VOID(co_await add_delegates(session, entries));
    add_setting(entries, "/shared/admin", session.config().sharing.server_admin);
    add_setting(entries, "/shared/comment", session.config().sharing.server_comment);
    co_return entries;
}

void put_metadata(Session& session, std::string_view name,
                  const std::vector<store::MetadataEntry>& entries)
{
    if (entries.empty())
        return;
    auto& out = session.out;
    out += "* METADATA ";
    put_mailbox(out, name, session.delimiter(), session.names());
    char before = '(';
    out += ' ';
    for (const auto& entry : entries) {
        out += before;
        put_astring(out, entry.name);
        out += ' ';
        if (entry.value)
            put_value(out, *entry.value);
        else
            out += "NIL";
        before = ' ';
    }
    out += ")\r\n";
}

std::vector<store::MetadataEntry> pick_entries(const std::vector<store::MetadataEntry>& all,
                                               const std::vector<std::string>& names)
{
    std::vector<store::MetadataEntry> picked;
    for (const auto& name : names) {
        const auto at = std::find_if(all.begin(), all.end(),
                                     [&name](const auto& entry) { return entry.name == name; });
        picked.push_back(at == all.end() ? store::MetadataEntry{name, std::nullopt} : *at);
    }
    return picked;
}

} // namespace mailctl::imap
