// GETMETADATA: annotations of a mailbox or of the server.
#include <algorithm>
#include <utility>

#include "core/imap/metadata_request.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/metadata/annotations.h"

namespace mailctl::imap {
namespace {

/// Takes out what is larger than the client wants; gives the size of the largest of it, or 0.
std::size_t drop_large(std::vector<store::MetadataEntry>& entries, std::uint32_t max_size)
{
    std::size_t largest = 0;
    std::erase_if(entries, [&](const auto& entry) {
        const auto size = entry.value ? entry.value->size() : 0;
        if (size > max_size)
            largest = std::max(largest, size);
        return size > max_size;
    });
    return largest;
}

/// What was asked for by name, NIL where it is not there; or all below the names.
std::vector<store::MetadataEntry> wanted(const GetMetadata& request,
                                         std::vector<store::MetadataEntry> all)
{
    if (request.depth == GetMetadata::Depth::Zero)
        return pick_entries(all, request.entries);
    std::erase_if(all, [&](const auto& entry) { return !request.wants(entry.name); });
    return all;
}

Awaitable<Result<std::vector<store::MetadataEntry>>> read_entries(Session& session,
                                                                  const GetMetadata& request,
                                                                  std::string& name)
{
    if (request.mailbox.empty())
        co_return co_await server_annotations(session);
    CO_TRY(const auto located, co_await find_mailbox(session, request.mailbox, kNoRightNeeded));
    if (!may_annotate(located.rights))
        co_return located.rights.has(store::MailboxRight::Lookup)
            ? Error(Errc::Denied, "no right to annotate")
            : Error(Errc::NotFound, "no such mailbox");
    name = located.name();
    co_return co_await annotations(session, located);
}

} // namespace

/// RFC 5464 §4.2.
Awaitable<Completion> on_get_metadata(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(const auto request, parse_get_metadata(invocation.args));
    std::string name;
    auto read = co_await read_entries(session, request, name);
    if (!read)
        co_return refuse(read.error());
    auto entries = wanted(request, std::move(*read));
    std::size_t largest = 0;
    if (request.max_size)
        largest = drop_large(entries, *request.max_size);
    put_metadata(session, name, entries);
    if (largest == 0)
        co_return Completion::ok("GETMETADATA completed");
    co_return Completion::ok("METADATA LONGENTRIES " + std::to_string(largest), // §4.2.1
                             "GETMETADATA completed");
}

} // namespace mailctl::imap
