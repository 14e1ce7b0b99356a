// Looks through words.
#include "core/fts/vocabulary.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstring>

#include "core/base/ascii.h"

namespace mailctl::fts {
namespace {

constexpr std::size_t kLeastPrefix = 3;   // octets of a base that others may go on
constexpr std::size_t kOneMistake = 4;    // octets from which a word may have one letter wrong
constexpr std::size_t kTwoMistakes = 8;
constexpr unsigned kPrefixDistance = 1;

std::size_t place_of(std::string_view text, std::string_view sought, std::size_t from)
{
    const void* found = ::memmem(text.data() + from, text.size() - from, sought.data(), sought.size());
    return found == nullptr ? std::string_view::npos
                            : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// The line around `at`.
std::string_view line_at(std::string_view text, std::size_t at)
{
    const auto start = text.rfind('\n', at) + 1;
    return text.substr(start, text.find('\n', start) - start);
}

/// Letters added, left out, changed or exchanged with the next; more than `most` counts as most + 1.
unsigned distance_of(std::string_view a, std::string_view b, unsigned most)
{
    if (a.size() > b.size() + most || b.size() > a.size() + most)
        return most + 1;
    std::vector<unsigned> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = static_cast<unsigned>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<unsigned>(i);
        unsigned least = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > most)
            return most + 1;
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

unsigned mistakes_in(std::string_view base)
{
    return base.size() >= kTwoMistakes ? 2 : base.size() >= kOneMistake ? 1 : 0;
}

} // namespace

void Vocabulary::add(std::string_view lines)
{
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const auto line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        const auto tab = line.find('\t');
        words_.append(line.substr(0, tab)).append("\n");
        if (tab != std::string_view::npos)
            bases_.append(line.substr(tab + 1)).append("\t").append(line.substr(0, tab)).append("\n");
    }
}

void Vocabulary::clear()
{
    words_ = "\n";
    bases_ = "\n";
}

std::optional<std::vector<std::string_view>> Vocabulary::holding(const Piece& piece, std::size_t most) const
{
    std::string sought(piece.opens ? "" : "\n");
    sought.append(piece.text).append(piece.closes ? "" : "\n");
    std::vector<std::string_view> words;
    for (std::size_t at = place_of(words_, sought, 0); at != std::string_view::npos;) {
        const auto word = line_at(words_, piece.opens ? at : at + 1);
        words.push_back(word);
        if (words.size() > most)
            return std::nullopt;
        const auto end = static_cast<std::size_t>(word.data() + word.size() - words_.data());
        at = place_of(words_, sought, end); // the line's end starts the next one
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

std::vector<Vocabulary::Similar> Vocabulary::similar(std::string_view base, std::size_t most) const
{
    std::vector<Similar> found;
    const auto mistakes = mistakes_in(base);
    const auto look = [&](std::string_view one, std::string_view word) {
        if (one == base)
            found.push_back({word, 0});
        else if (base.size() >= kLeastPrefix && one.starts_with(base))
            found.push_back({word, kPrefixDistance});
        else if (const auto distance = distance_of(base, one, mistakes); distance <= mistakes)
            found.push_back({word, distance});
    };
    for (std::size_t at = 1; at < words_.size();) {
        const auto end = words_.find('\n', at);
        const auto word = std::string_view(words_).substr(at, end - at);
        look(word, word);
        at = end + 1;
    }
    for (std::size_t at = 1; at < bases_.size();) {
        const auto end = bases_.find('\n', at);
        const auto line = std::string_view(bases_).substr(at, end - at);
        look(line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1));
        at = end + 1;
    }
    std::sort(found.begin(), found.end(), [](const Similar& a, const Similar& b) {
        return a.word != b.word ? a.word < b.word : a.distance < b.distance;
    });
    const auto same = [](const Similar& a, const Similar& b) { return a.word == b.word; };
    found.erase(std::unique(found.begin(), found.end(), same), found.end());
    std::stable_sort(found.begin(), found.end(), [](const Similar& a, const Similar& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.word.size() < b.word.size();
    });
    if (found.size() > most)
        found.resize(most);
    return found;
}

std::string line_of(std::string_view word)
{
    std::string line(word);
    if (std::any_of(word.begin(), word.end(), ascii::is_8bit)) {
        if (const auto base = base_of(word); base != word)
            line.append("\t").append(base);
    }
    return line + "\n";
}

std::string base_of(std::string_view folded)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto* decomposing = icu::Normalizer2::getNFDInstance(status);
    if (U_FAILURE(status))
        return std::string(folded);
    std::string apart;
    icu::StringByteSink<std::string> sink(&apart);
    decomposing->normalizeUTF8(0, icu::StringPiece(folded.data(), static_cast<std::int32_t>(folded.size())), sink,
                               nullptr, status);
    std::string base;
    const auto size = static_cast<std::int32_t>(apart.size());
    for (std::int32_t at = 0; at < size;) {
        const auto from = at;
        UChar32 character = 0;
        U8_NEXT(apart.data(), at, size, character);
        if (character < 0 || u_charType(character) != U_NON_SPACING_MARK)
            base.append(apart, static_cast<std::size_t>(from), static_cast<std::size_t>(at - from));
    }
    return base;
}

} // namespace mailctl::fts
