// The messages of the selected mailbox that a SEARCH, SORT or THREAD is about.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/search/search_key.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/selected/search_query.h"
#include "core/imap/server/session.h"

namespace mailctl::fts {
class Indexes; // core/fts/indexes.h
}

namespace mailctl::imap {

/// Messages that match.
struct Found {
    std::vector<Uid> uids; ///< in the order of the response
    /// By UID; empty unless MODSEQ was asked for. RFC 7162 §3.1.5
    std::vector<std::pair<Uid, ModSeq>> mod_seqs;
    bool tells_relevancy = false;
    /// By UID; empty unless FUZZY was asked for. RFC 6203 §4
    std::vector<std::pair<Uid, unsigned>> relevancies;

    /// 1 to 100.
    unsigned relevancy(Uid uid) const;
};

/// True where message numbers are among what is sought; "$" is none.
bool has_numbers(const SearchKey& key);
/// Why this request cannot be run: BADCHARSET, text that is not UTF-8, message numbers where the
/// client turned them off.
std::optional<Completion> fault_of(const Session& session, const SearchRequest& request);

/// The messages that match, by UID. Errors: those of the store.
Awaitable<Result<Found>> matching(Session& session, const SearchKey& key);
/// Those of them that are among these. `among`: ascending.
Awaitable<Result<Found>> matching_among(Session& session, const SearchKey& key,
                                        std::vector<Uid> among);
/// What a search may have beside the mailbox.
struct SearchAids {
    fts::Indexes* indexes = nullptr; ///< nullptr: texts are looked up in the messages themselves
    Progress* progress = nullptr;    ///< nullptr: nobody is told how far it is
    const std::vector<Uid>* among = nullptr; ///< ascending; nullptr: all messages are looked at

    SearchAids(fts::Indexes* all = nullptr, Progress* told = nullptr) : indexes(all), progress(told) {}
};

/// The same of any mailbox, for those who have no session. `now`: for OLDER and YOUNGER.
Awaitable<Result<Found>> matching(store::Account& account, const View& view, const SearchKey& key,
                                  Time now, SearchAids aids = SearchAids());

/// Asks one message, and loads of it what the query still needs, least first. Errors: NotFound (it
/// was expunged meanwhile), those of the store.
Awaitable<Result<Match>> match_message(store::Account& account, const SearchQuery& query,
                                       Candidate candidate);

/// What RETURN names of it becomes "$". RFC 5182 §2.1
void save_found(View& view, const SearchReturn& wanted, const Found& found);
/// Empties "$" where a SAVE was refused or failed. RFC 5182 §2.1
void drop_saved(View& view, const std::optional<SearchReturn>& wanted);

/// The response of SEARCH and SORT: "* SEARCH 2 3" as RFC 3501 has it, or what RETURN asks for, and
/// keeps what SAVE names.
void put_found(Session& session, const Invocation& invocation, std::string_view name,
               const std::optional<SearchReturn>& wanted, const Found& found);

/// Writes "* ESEARCH (TAG "a") UID ..."; `source` stands behind the tag, and names a mailbox that
/// is not selected. RFC 4731 §3.1, RFC 5267 §3, RFC 7377 §2.1
void put_esearch(Session& session, const Invocation& invocation, const SearchReturn& wanted,
                 const Found& found, std::string_view source = {});

/// The number by which the client knows a message in this command's response.
std::uint32_t number_for(const Session& session, const Invocation& invocation, Uid uid);

} // namespace mailctl::imap
