// The messages of the selected mailbox that a SEARCH, SORT or THREAD is about.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/search_key.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// Why this request cannot be run: BADCHARSET, text that is not UTF-8.
std::optional<Completion> fault_of(const SearchRequest& request);

/// UIDs of the messages that match, ascending. Errors: those of the store.
Awaitable<Result<std::vector<Uid>>> matching(Session& session, const SearchKey& key);

/// Keeps what RETURN (SAVE) names: all matches, or only what MIN, MAX and PARTIAL tell where nothing
/// else is asked for. RFC 5182 §2.4
void save_result(View& view, const SearchReturn& wanted, const std::vector<Uid>& found);

/// Empties "$" where a SAVE was refused or failed. RFC 5182 §2.1
void drop_saved(View& view, const std::optional<SearchReturn>& wanted);

/// The response of SEARCH and SORT: "* SEARCH 2 3" as RFC 3501 has it, or what RETURN asks for, and
/// keeps what SAVE names. `found` in the order of the response.
void put_found(Session& session, const Invocation& invocation, std::string_view name,
               const std::optional<SearchReturn>& wanted, const std::vector<Uid>& found);

/// Writes "* ESEARCH (TAG "a") UID ...". `found` in the order of the response. RFC 4731 §3.1,
/// RFC 5267 §3
void put_esearch(Session& session, const Invocation& invocation, const SearchReturn& wanted,
                 const std::vector<Uid>& found);

/// The number by which the client knows a message in this command's response.
std::uint32_t number_for(const Session& session, const Invocation& invocation, Uid uid);

} // namespace mailctl::imap
