// Makes an index.
#include "core/fts/index_writer.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <unordered_set>

#include "core/base/log.h"
#include "core/fts/term.h"
#include "core/fts/token.h"
#include "core/fts/vocabulary.h"
#include "core/fts/xapian.h"

namespace mailctl::fts {
namespace {

constexpr std::size_t kBlockOctets = 64 * 1024;    ///< of the list of words
constexpr std::size_t kRememberedWords = 200'000;  ///< as being in the list
constexpr std::uint64_t kLargestDocument = std::numeric_limits<Xapian::docid>::max() - 1;

std::uint64_t number_in(const std::string& text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// A text's pieces, each kind for itself; views into the text.
struct Pieces {
    std::vector<std::string_view> words, grams, unspaced;
};

void take(std::string_view folded, Pieces& pieces)
{
    for (const auto& piece : pieces_of(folded)) {
        if (piece.kind == CharacterClass::Unspaced) {
            const auto characters = characters_of(piece.text);
            pieces.unspaced.insert(pieces.unspaced.end(), characters.begin(), characters.end());
            const auto pairs = pairs_of(piece.text);
            pieces.unspaced.insert(pieces.unspaced.end(), pairs.begin(), pairs.end());
        } else if (is_rare(piece.text)) {
            const auto grams = grams_of(piece.text);
            pieces.grams.insert(pieces.grams.end(), grams.begin(), grams.end());
        } else {
            pieces.words.push_back(piece.text);
        }
    }
}

/// Calls use(piece, how often) for each one.
template <class Use>
void each_once(std::vector<std::string_view>& pieces, Use use)
{
    std::sort(pieces.begin(), pieces.end());
    for (std::size_t at = 0; at < pieces.size();) {
        auto end = at + 1;
        while (end < pieces.size() && pieces[end] == pieces[at])
            ++end;
        use(pieces[at], static_cast<Xapian::termcount>(end - at));
        at = end;
    }
}

std::string new_instance(Random& random)
{
    return std::to_string(random.next_u64()) + "." + std::to_string(random.next_u64());
}

} // namespace

struct IndexWriter::State {
    explicit State(const std::string& folder)
        : database(folder, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS)
    {
    }

    Xapian::WritableDatabase database;
    std::string instance;
    std::uint64_t up_to = 0;
    std::uint64_t seen = 0;
    std::size_t waiting = 0;
    std::string new_words; ///< lines not yet in a block
    std::unordered_set<std::string> listed;

    void add_field(Xapian::Document& document, Field field, Pieces& pieces);
    void list_word(Xapian::Document& document, std::string_view word);
    void write_words();
    void put(EmailId id, const Xapian::Document& document)
    {
        waiting += document.termlist_count() + 1;
        database.replace_document(static_cast<Xapian::docid>(value_of(id)), document);
    }
};

void IndexWriter::State::list_word(Xapian::Document& document, std::string_view word)
{
    if (listed.size() >= kRememberedWords)
        listed.clear();
    if (!listed.emplace(word).second)
        return;
    const auto name = term::listed(word);
    if (database.term_exists(name))
        return;
    document.add_boolean_term(name);
    new_words += line_of(word);
}

void IndexWriter::State::add_field(Xapian::Document& document, Field field, Pieces& pieces)
{
    each_once(pieces.words, [&](std::string_view word, Xapian::termcount times) {
        list_word(document, word);
        document.add_term(term::word(field, word), times);
    });
    each_once(pieces.grams, [&](std::string_view gram, Xapian::termcount) {
        document.add_boolean_term(term::gram(field, gram));
    });
    if (!pieces.grams.empty())
        document.add_boolean_term(term::any_rare(field));
    each_once(pieces.unspaced, [&](std::string_view text, Xapian::termcount times) {
        document.add_term(term::unspaced(field, text), times);
    });
}

/// Appends to the last block, and starts others.
void IndexWriter::State::write_words()
{
    if (new_words.empty())
        return;
    auto count = number_in(database.get_metadata(term::kBlocksKey));
    std::string block = count == 0 ? "" : database.get_metadata(term::block_key(count - 1));
    if (count == 0 || block.size() >= kBlockOctets) {
        block.clear();
        ++count;
    }
    std::string_view lines = new_words;
    while (!lines.empty()) {
        auto cut = lines.size();
        if (block.size() + cut > kBlockOctets)
            cut = std::min(lines.find('\n', kBlockOctets - std::min(block.size(), kBlockOctets)), cut - 1) + 1;
        block += lines.substr(0, cut);
        lines.remove_prefix(cut);
        database.set_metadata(term::block_key(count - 1), block);
        if (!lines.empty()) {
            block.clear();
            ++count;
        }
    }
    database.set_metadata(term::kBlocksKey, std::to_string(count));
    new_words.clear();
}

IndexWriter::IndexWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
IndexWriter::~IndexWriter() = default;

Result<std::unique_ptr<IndexWriter>> IndexWriter::open(const std::filesystem::path& folder, Random& random)
{
    return guarded([&] {
        auto state = std::make_unique<State>(folder.string());
        auto& database = state->database;
        state->instance = database.get_metadata(term::kInstanceKey);
        if (state->instance.empty() && database.get_doccount() == 0) {
            state->instance = new_instance(random);
            database.set_metadata(term::kFormatKey, term::kFormat);
            database.set_metadata(term::kInstanceKey, state->instance);
            database.commit();
        }
        if (database.get_metadata(term::kFormatKey) != term::kFormat)
            throw Xapian::DatabaseVersionError("another format");
        state->up_to = number_in(database.get_metadata(term::kUpToKey));
        state->seen = number_in(database.get_metadata(term::kSeenKey));
        return std::unique_ptr<IndexWriter>(new IndexWriter(std::move(state)));
    });
}

const std::string& IndexWriter::instance() const
{
    return state_->instance;
}

std::uint64_t IndexWriter::up_to() const
{
    return state_->up_to;
}

std::uint64_t IndexWriter::seen() const
{
    return state_->seen;
}

void IndexWriter::set_seen(std::uint64_t mod_seq)
{
    state_->seen = mod_seq;
}

Result<> IndexWriter::add(EmailId id, const std::vector<FieldText>& texts)
{
    if (value_of(id) > kLargestDocument)
        return ok(); // never known, so always read
    return guarded([&] {
        Xapian::Document document;
        std::vector<Field> fields;
        for (const auto& text : texts)
            if (std::find(fields.begin(), fields.end(), text.field) == fields.end())
                fields.push_back(text.field);
        for (const auto field : fields) {
            Pieces pieces;
            for (const auto& text : texts)
                if (text.field == field)
                    take(text.folded, pieces);
            state_->add_field(document, field, pieces);
        }
        state_->put(id, document);
    });
}

Result<> IndexWriter::add_unread(EmailId id)
{
    if (value_of(id) > kLargestDocument)
        return ok();
    return guarded([&] {
        Xapian::Document document;
        document.add_boolean_term(term::kUnread);
        state_->put(id, document);
    });
}

Result<> IndexWriter::remove(EmailId id)
{
    return guarded([&] {
        try {
            state_->database.delete_document(static_cast<Xapian::docid>(value_of(id)));
            state_->waiting += 100;
        } catch (const Xapian::DocNotFoundError&) {
            // it never came in
        }
    });
}

Result<> IndexWriter::forget_after(std::uint64_t number)
{
    TRY(const auto all, messages());
    for (const auto id : all)
        if (value_of(id) > number)
            TRY_VOID(remove(id));
    state_->up_to = std::min(state_->up_to, number);
    return ok();
}

Result<std::vector<EmailId>> IndexWriter::messages()
{
    return guarded([&] {
        std::vector<EmailId> ids;
        const auto& database = state_->database;
        for (auto at = database.postlist_begin(""); at != database.postlist_end(""); ++at)
            ids.push_back(EmailId{*at});
        return ids;
    });
}

std::size_t IndexWriter::waiting() const
{
    return state_->waiting;
}

Result<> IndexWriter::commit(std::uint64_t up_to)
{
    return guarded([&] {
        state_->write_words();
        state_->database.set_metadata(term::kUpToKey, std::to_string(up_to));
        state_->database.set_metadata(term::kSeenKey, std::to_string(state_->seen));
        state_->database.commit();
        state_->up_to = up_to;
        state_->waiting = 0;
    });
}

} // namespace mailctl::fts
