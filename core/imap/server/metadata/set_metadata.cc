// SETMETADATA: changes annotations of a mailbox, or a user's own of the server.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/imap/metadata_request.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/metadata/annotations.h"
#include "core/imap/server/metadata/delegates.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/special_use.h"

namespace mailctl::imap {
namespace {

bool is_shared(const std::pair<std::string, std::optional<std::string>>& value)
{
    return value.first.starts_with("/shared/");
}

bool is_too_large(const std::pair<std::string, std::optional<std::string>>& value)
{
    return value.second && value.second->size() > store::kMaxMetadataOctets;
}

/// What "/private/specialuse" is to be: a use as LIST has it; none for NIL and for an empty value.
/// nullopt: none that a mailbox can have. RFC 6154 §4
std::optional<store::SpecialUse> use_of(const std::optional<std::string>& value)
{
    if (!value || value->empty())
        return store::SpecialUse::None;
    Lexer lexer(*value);
    const auto use = parse_special_use(lexer);
    const bool fits = use && lexer.at_end() && *use && can_be_given(**use);
    return fits ? *use : std::nullopt;
}

/// The account that keeps them, and which of its mailboxes they are of.
struct Annotated {
    std::shared_ptr<store::Account> account;
    MailboxId mailbox{};
    std::string name; ///< as the client knows it; of the server: empty
    bool is_own = false; ///< a mailbox of the user
};

/// RFC 5464 §3.3; what everybody sees needs "w" besides. Of the server, shared entries are the
/// administrator's: the settings have them.
Awaitable<Result<Annotated>> find_annotated(Session& session, const SetMetadata& request)
{
    const bool has_shared =
        std::any_of(request.values.begin(), request.values.end(), is_shared);
    Annotated annotated;
    annotated.account = session.account;
    if (request.mailbox.empty()) {
        if (has_shared)
            co_return Error(Errc::Denied, "the settings have these");
        co_return annotated;
    }
    CO_TRY(const auto located, co_await find_mailbox(session, request.mailbox, kNoRightNeeded));
    const bool may = may_annotate(located.rights) &&
                     (!has_shared || located.rights.has(store::MailboxRight::Write));
    if (!may)
        co_return located.rights.has(store::MailboxRight::Lookup)
            ? Error(Errc::Denied, "no right to annotate")
            : Error(Errc::NotFound, "no such mailbox");
    annotated.account = located.account;
    annotated.mailbox = located.mailbox.id;
    annotated.name = located.name();
    annotated.is_own = located.is_own();
    co_return annotated;
}

} // namespace

/// RFC 5464 §4.3. Limits: kMaxMetadataOctets, kMaxMetadataEntries.
Awaitable<Completion> on_set_metadata(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto request, parse_set_metadata(invocation.args));
    const auto annotated = co_await find_annotated(session, request);
    if (!annotated)
        co_return refuse(annotated.error());
    if (std::any_of(request.values.begin(), request.values.end(), is_too_large))
        co_return Completion::no("METADATA MAXSIZE " + std::to_string(store::kMaxMetadataOctets),
                                 "Annotation too large");
    const bool has_delegates =
        request.mailbox.empty() &&
        std::any_of(request.values.begin(), request.values.end(),
                    [](const auto& value) { return is_of_delegates(value.first); });
    if (has_delegates)
        co_return co_await set_delegates(session, std::move(request));
    std::vector<store::MetadataEntry> entries;
    std::optional<store::SpecialUse> use;
    for (auto& [name, value] : request.values) {
        if (name != store::kSpecialUseEntry) {
            entries.push_back({std::move(name), std::move(value)});
            continue;
        }
        use = use_of(value);
        if (!use || !annotated->is_own)
            co_return Completion::no("USEATTR", "No such special use here");
    }
    note_caused(session, annotated->name);
    const auto set = co_await annotated->account->metadata().set_entries(
        annotated->mailbox, session.account->id(), std::move(entries), use);
    if (!set && use && (set.error().code() == Errc::Exists || set.error().code() == Errc::Denied))
        co_return Completion::no("USEATTR", "It cannot have that special use"); // RFC 6154 §4
    if (!set && set.error().code() == Errc::OverQuota)
        co_return Completion::no("METADATA TOOMANY", "Too many annotations");
    if (!set && set.error().code() == Errc::Invalid)
        co_return Completion::no("CANNOT", "The entry's name is too long");
    if (!set)
        co_return refuse(set.error());
    co_return Completion::ok("SETMETADATA completed");
}

} // namespace mailctl::imap
