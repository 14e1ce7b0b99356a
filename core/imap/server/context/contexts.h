// Searches of the selected mailbox whose client is told how their results change. RFC 5267 §4.3
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/imap/order/sort_key.h"
#include "core/imap/search/search_key.h"
#include "core/imap/server/selected/matching.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

inline constexpr std::size_t kContexts = 4; ///< of one session
/// Messages in the results of all of them, 4 octets each.
inline constexpr std::size_t kContextMessages = 1'000'000;

/// One search or sort that tells its changes.
struct Context {
    std::string tag; ///< of its command
    bool by_uid = false;
    SearchKey key;              ///< message numbers stand as the UIDs that they meant
    std::vector<SortKey> order; ///< empty: that of the mailbox
    std::vector<Uid> results;   ///< as the client knows them

    bool is_sorted() const { return !order.empty(); }
};

/// Those of a selected mailbox. Threads: the session's strand.
class Contexts {
public:
    explicit Contexts(std::size_t most_messages = kContextMessages) : most_messages_(most_messages)
    {
    }
    bool has(std::string_view tag) const;
    /// False where there are kContexts already, or too many messages in them.
    bool add(Context context);
    /// False: there is none.
    bool cancel(std::string_view tag);
    bool is_too_large() const;
    std::vector<Context>& all() { return all_; }

private:
    std::size_t most_messages_;
    std::vector<Context> all_;
};

/// Why UPDATE cannot be: its tag is one of an earlier one.
std::optional<Completion> update_fault(const Session& session, const Invocation& invocation,
                                       const SearchRequest& request);

/// Keeps the search where UPDATE asks for it, or tells that it will not. RFC 5267 §4.3.1
void keep_context(Session& session, const Invocation& invocation, const SearchRequest& request,
                  const std::vector<SortKey>& order, const Found& found);

/// Ends those by message number: the client wants none any more. RFC 9586 §3
void end_numbered(Session& session);

/// Tells which results are expunged, while their message numbers still hold. RFC 5267 §4.3.4
void tell_gone_results(Session& session);

/// Looks at messages that are new or whose flags changed, and tells where they are results now, or
/// are no more. `touched`: ascending, of the view.
Awaitable<> tell_results(Session& session, std::vector<Uid> touched);

} // namespace mailctl::imap
