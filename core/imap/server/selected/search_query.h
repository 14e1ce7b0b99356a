// A SEARCH made ready to be asked of many messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fts/answer.h"
#include "core/fts/field.h"
#include "core/imap/search/search_key.h"
#include "core/imap/server/view.h"
#include "core/mime/search_text.h"

namespace mailctl::imap {

/// What is known of one message; what was not loaded yet is nullptr.
struct Candidate {
    const store::MessageRow* row = nullptr;
    std::uint32_t number = 0;
    bool is_recent = false;
    const store::Email* email = nullptr;
    const std::string* header = nullptr;         ///< raw, of the message itself
    const std::vector<bool>* texts_found = nullptr; ///< by SearchQuery::texts
};

enum class Match : std::uint8_t { No, Yes, Unknown };

/// A string to find in the body (BODY) or in header and body (TEXT).
struct SoughtText {
    mime::TextNeedle needle;
    bool in_header = false;
};

/// The tree of keys with sets resolved and keywords looked up. Keys are asked cheapest first:
/// rows, then cards, headers and bodies, and no further than the answer needs.
class SearchQuery {
public:
    /// Borrows nothing. `now`: for OLDER and YOUNGER.
    SearchQuery(const SearchKey& key, const View& view, const std::vector<std::string>& keywords,
                Time now);

    /// Unknown: more must be loaded of this message.
    Match match(const Candidate& candidate) const { return match(root_, candidate); }

    bool needs_header() const { return needs_header_; }
    /// MODSEQ is asked for: the response tells the highest one found.
    bool tells_mod_seq() const { return tells_mod_seq_; }
    const std::vector<SoughtText>& texts() const { return texts_; }

    /// What a full-text index may answer.
    const std::vector<fts::Sought>& sought() const { return sought_; }
    /// An answer for each; without them messages are read.
    void take_answers(std::vector<fts::Answer> answers) { answers_ = std::move(answers); }
    /// Of a message that matched: the mean of its fuzzy texts', 100 where none has it. RFC 6203 §4
    unsigned relevancy(EmailId email) const;

    /// The UIDs worth looking at: those of the sets that every match is in.
    std::vector<Uid> candidates(const View& view) const;

private:
    struct Node {
        SearchKey::Kind kind = SearchKey::Kind::All;
        std::uint64_t number = 0;            // flag bit, octets, index into texts_
        std::optional<unsigned> keyword;     // nullopt: no message has it
        Day day{};
        Time instant{};                      // of Older, Younger and those of saving
        ModSeq mod_seq{};
        std::string field;                   // of Header; the id of EmailId and ThreadId
        mime::TextNeedle needle{""};         // of Header
        std::optional<std::size_t> asked;    // index into sought_
        bool is_hint = false;                // an index's "yes" is about more than this key
        std::vector<NumberRange> ranges;
        std::vector<Node> children;
    };
    Node build(const SearchKey& key, const View& view, const std::vector<std::string>& keywords);
    void ask(const SearchKey& key, Node& node);
    Match ask_index(const Node& node, const Candidate& candidate) const;
    Match match(const Node& node, const Candidate& candidate) const;
    static Match match_row(const Node& node, const Candidate& candidate);
    Match match_content(const Node& node, const Candidate& candidate) const;

    std::vector<SoughtText> texts_;
    std::vector<fts::Sought> sought_;
    std::vector<fts::Answer> answers_;
    bool needs_header_ = false;
    bool tells_mod_seq_ = false;
    Time now_{};
    Node root_;
};

} // namespace mailctl::imap
