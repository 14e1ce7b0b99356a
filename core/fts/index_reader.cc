// Asks an index.
#include "core/fts/index_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/fts/fuzzy_words.h"
#include "core/fts/term.h"
#include "core/fts/token.h"
#include "core/fts/vocabulary.h"
#include "core/fts/xapian.h"

namespace mailctl::fts {
namespace {

constexpr std::size_t kMostWords = 50'000; ///< that hold a piece; of more the messages are read
constexpr std::size_t kMostSimilar = 64;
constexpr int kAttempts = 4;               ///< to read what a writer does not change meanwhile

std::uint64_t number_in(const std::string& text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Of one piece: what holds it for certain, and what may.
struct Hits {
    DocumentSet yes, maybe;
};

} // namespace

struct IndexReader::State {
    explicit State(const std::string& folder) : database(folder) {}

    Xapian::Database database;
    std::string instance;
    std::uint64_t up_to = 0;
    std::size_t blocks = 0;     ///< whole ones that are in `words`
    std::size_t last_octets = 0; ///< of the last one
    Vocabulary words;
    std::shared_ptr<Coverage> coverage; ///< but for `trusted`

    void load();
    void load_words();
    void add_postings(DocumentSet& set, const std::string& name) const;
    DocumentSet having_all(const std::vector<std::string>& names) const;
    bool add_word(const Piece& piece, Field field, Hits& hits) const;
    void add_rare(const Piece& piece, Field field, Hits& hits) const;
    void add_unspaced(const Piece& piece, Field field, Hits& hits) const;
    bool add_piece(const Piece& piece, Field field, Hits& hits) const;
    bool find_in(Field field, const std::vector<Piece>& pieces, bool is_whole, Answer& answer) const;
    Answer find_exactly(const Sought& sought) const;
    Answer find_like(const Sought& sought) const;
    Xapian::Query query_for(const FuzzyWord& word, Field field) const;
};

void IndexReader::State::load()
{
    if (database.get_metadata(term::kFormatKey) != term::kFormat)
        throw Xapian::DatabaseVersionError("another format");
    const auto now = database.get_metadata(term::kInstanceKey);
    if (now != instance) {
        words.clear();
        blocks = last_octets = 0;
    }
    instance = now;
    up_to = number_in(database.get_metadata(term::kUpToKey));
    load_words();
    auto covered = std::make_shared<Coverage>();
    add_postings(covered->known, "");
    add_postings(covered->unread, term::kUnread);
    coverage = std::move(covered);
}

/// Blocks are appended to, and the last one grows.
void IndexReader::State::load_words()
{
    const auto count = number_in(database.get_metadata(term::kBlocksKey));
    for (; blocks < count; ++blocks, last_octets = 0) {
        const auto lines = database.get_metadata(term::block_key(blocks));
        if (lines.size() < last_octets)
            throw Xapian::DatabaseCorruptError("a list of words shrank");
        words.add(std::string_view(lines).substr(last_octets));
        last_octets = lines.size();
        if (blocks + 1 == count)
            break;
    }
}

void IndexReader::State::add_postings(DocumentSet& set, const std::string& name) const
{
    const auto end = database.postlist_end(name);
    for (auto at = database.postlist_begin(name); at != end; ++at)
        set.add(*at);
}

/// False: too many words hold it.
bool IndexReader::State::add_word(const Piece& piece, Field field, Hits& hits) const
{
    if (!piece.opens && !piece.closes) {
        add_postings(hits.yes, term::word(field, piece.text));
        return true;
    }
    const auto found = words.holding(piece, kMostWords);
    if (!found)
        return false;
    for (const auto word : *found)
        add_postings(hits.yes, term::word(field, word));
    return true;
}

DocumentSet IndexReader::State::having_all(const std::vector<std::string>& names) const
{
    std::optional<DocumentSet> all;
    for (const auto& name : names) {
        DocumentSet one;
        add_postings(one, name);
        if (all)
            all->keep_only(one);
        else
            all = std::move(one);
    }
    return all ? *std::move(all) : DocumentSet();
}

void IndexReader::State::add_rare(const Piece& piece, Field field, Hits& hits) const
{
    if (piece.text.size() < kGramOctets)
        return add_postings(hits.maybe, term::any_rare(field));
    std::vector<std::string> names;
    for (const auto gram : grams_of(piece.text))
        names.push_back(term::gram(field, gram));
    const bool is_certain = names.size() == 1 && piece.opens && piece.closes;
    (is_certain ? hits.yes : hits.maybe).add_all(having_all(names));
}

void IndexReader::State::add_unspaced(const Piece& piece, Field field, Hits& hits) const
{
    std::vector<std::string> names;
    for (const auto pair : pairs_of(piece.text))
        names.push_back(term::unspaced(field, pair));
    (names.size() == 1 ? hits.yes : hits.maybe).add_all(having_all(names));
}

bool IndexReader::State::add_piece(const Piece& piece, Field field, Hits& hits) const
{
    if (piece.kind == CharacterClass::Unspaced) {
        add_unspaced(piece, field, hits);
        return true;
    }
    // A rare word has no word around it that is not; a common one may be within a rare one.
    const bool rare = is_rare(piece.text);
    if (rare || piece.opens || piece.closes)
        add_rare(piece, field, hits);
    return rare || add_word(piece, field, hits);
}

/// `is_whole`: the one piece is all that is sought. False: the index does not know.
bool IndexReader::State::find_in(Field field, const std::vector<Piece>& pieces, bool is_whole, Answer& answer) const
{
    std::optional<DocumentSet> all;
    for (const auto& piece : pieces) {
        Hits hits;
        if (!add_piece(piece, field, hits))
            return false;
        if (is_whole)
            answer.yes.add_all(hits.yes);
        else
            hits.maybe.add_all(hits.yes);
        if (all)
            all->keep_only(hits.maybe);
        else
            all = std::move(hits.maybe);
    }
    answer.maybe.add_all(*all);
    return true;
}

Answer IndexReader::State::find_exactly(const Sought& sought) const
{
    Answer answer;
    const auto pieces = pieces_of(sought.folded);
    if (pieces.empty())
        return answer;
    const bool is_whole = pieces.size() == 1 && pieces.front().text.size() == sought.folded.size();
    for (const auto field : sought.fields)
        if (!find_in(field, pieces, is_whole, answer))
            return {};
    answer.coverage = coverage;
    return answer;
}

Xapian::Query IndexReader::State::query_for(const FuzzyWord& word, Field field) const
{
    if (word.is_unspaced || is_rare(word.text)) {
        std::vector<Xapian::Query> parts;
        for (const auto& part : word.is_unspaced ? pairs_of(word.text) : grams_of(word.text))
            parts.emplace_back(word.is_unspaced ? term::unspaced(field, part) : term::gram(field, part));
        return {Xapian::Query::OP_AND, parts.begin(), parts.end()};
    }
    std::vector<Xapian::Query> ways;
    for (const auto& like : words.similar(word.base, kMostSimilar))
        ways.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, Xapian::Query(term::word(field, like.word)),
                          1.0 / (1 + 2 * like.distance));
    return {Xapian::Query::OP_OR, ways.begin(), ways.end()};
}

/// All of the words; where no message has them all, any.
Answer IndexReader::State::find_like(const Sought& sought) const
{
    Answer answer;
    std::vector<Xapian::Query> each;
    for (const auto& word : fuzzy_words(sought.folded)) {
        std::vector<Xapian::Query> anywhere;
        for (const auto field : sought.fields)
            anywhere.push_back(query_for(word, field));
        each.emplace_back(Xapian::Query::OP_OR, anywhere.begin(), anywhere.end());
    }
    answer.coverage = coverage;
    if (each.empty())
        return answer;
    Xapian::Enquire enquire(database);
    for (const auto how : {Xapian::Query::OP_AND, Xapian::Query::OP_OR}) {
        enquire.set_query(Xapian::Query(how, each.begin(), each.end()));
        const auto found = enquire.get_mset(0, database.get_doccount());
        for (auto at = found.begin(); at != found.end(); ++at) {
            answer.yes.add(*at);
            answer.scores[*at] = static_cast<unsigned>(std::clamp(found.convert_to_percent(at), 1, 100));
        }
        if (!found.empty())
            break;
    }
    return answer;
}

IndexReader::IndexReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexReader::~IndexReader() = default;

Result<std::unique_ptr<IndexReader>> IndexReader::open(const std::filesystem::path& folder)
{
    if (!std::filesystem::exists(folder / "iamglass"))
        return Error(Errc::NotFound, "there is no index");
    return guarded([&] {
        auto state = std::make_unique<State>(folder.string());
        state->load();
        return std::unique_ptr<IndexReader>(new IndexReader(std::move(state)));
    });
}

Result<> IndexReader::refresh()
{
    for (int attempt = 1;; ++attempt) {
        const auto done = guarded([&] {
            if (state_->database.reopen() || attempt > 1)
                state_->load();
        });
        if (done || attempt == kAttempts || done.error().code() == Errc::Corrupt)
            return done;
    }
}

const std::string& IndexReader::instance() const
{
    return state_->instance;
}

std::uint64_t IndexReader::up_to() const
{
    return state_->up_to;
}

std::size_t IndexReader::memory_octets() const
{
    return state_->words.octets();
}

std::uint64_t IndexReader::documents() const
{
    return state_->coverage->known.count();
}

Result<Answer> IndexReader::find(const Sought& sought, std::uint64_t trusted)
{
    for (int attempt = 1;; ++attempt) {
        auto answer = guarded([&] { return sought.is_fuzzy ? state_->find_like(sought) : state_->find_exactly(sought); });
        if (!answer && answer.error().code() != Errc::Corrupt && attempt < kAttempts) {
            TRY_VOID(refresh()); // a writer took what was read
            continue;
        }
        if (answer && answer->coverage) {
            auto mine = std::make_shared<Coverage>(*answer->coverage);
            mine->trusted = trusted;
            answer->coverage = std::move(mine);
        }
        return answer;
    }
}

} // namespace mailctl::fts
