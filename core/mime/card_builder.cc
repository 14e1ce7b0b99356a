// Builds cards: a stack of open parts, moved on line by line.
#include <algorithm>
#include <cstring>

#include "core/mime/card.h"
#include "core/mime/content_type.h"
#include "core/mime/octet_count.h"
#include "core/mime/read_fields.h"

namespace mailctl::mime {
namespace {

// A delimiter line is two hyphens, the boundary, perhaps two hyphens, and padding. A longer line
// is none; what is kept of a line that is split over pieces.
constexpr std::size_t kMaxDelimiterOctets = 2 + kMaxBoundaryOctets + 2 + 256;
constexpr std::size_t kKeptHeaderCapacity = 64 * 1024;

/// A part whose end is not reached.
struct Open {
    Part* part = nullptr;
    Envelope* envelope = nullptr; ///< where its header is a message's
    std::string delimiter;        ///< "--" and the boundary, while parts may still begin
    std::uint64_t lines_before_body = 0;
    bool is_digest = false;
};

struct Match {
    std::size_t index; ///< into the stack of open parts
    bool is_close;
};

// delimiter / close-delimiter of RFC 2046 §5.1.1, but: the rest of the line must be blank, not
// only begin with the boundary. Boundaries that begin with another one are in use.
bool is_rest_blank(std::string_view rest)
{
    return rest.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_encapsulated_message(const Part& part)
{
    return part.type == "message" && (part.subtype == "rfc822" || part.subtype == "global");
}

void make_plain_text(Part& part)
{
    part.type = "text";
    part.subtype = "plain";
    part.parameters.clear();
}

void make_opaque(Part& part)
{
    part.type = "application";
    part.subtype = "octet-stream";
}

/// Drops everything but where the part is.
void forget_values(Part& part)
{
    Part bare;
    bare.header_offset = part.header_offset;
    bare.header_octets = part.header_octets;
    part = std::move(bare);
    make_opaque(part);
}

} // namespace

struct CardBuilder::State {
    Card card;
    std::vector<Open> open;
    std::size_t cost = 0;
    unsigned parts = 1;
    unsigned delimiters = 0; ///< open parts that have one

    bool in_header = true;
    std::string header;           ///< of the innermost part, as far as it was fed
    std::size_t header_mark = 0;  ///< header.size() at the start of this line

    std::string line;             ///< the start of this line, where earlier pieces held it
    std::uint64_t line_octets = 0;
    std::uint64_t line_start = 0;
    std::uint64_t previous_line_start = 0;
    unsigned previous_eol = 0; ///< octets of the line end before line_start
    std::uint64_t octets = 0;
    std::uint64_t lines = 0; ///< line feeds so far
    char last = '\n';

    State();
    void feed(std::string_view piece);
    void feed_line(std::string_view tail);
    void keep_line_start(std::string_view piece);
    void keep_header(std::string_view tail);
    void end_line(std::string_view whole, std::uint64_t total, unsigned eol);
    void next_line(std::uint64_t total, unsigned eol);
    std::optional<Match> match(std::string_view whole, std::uint64_t total) const;

    void complete_header(std::uint64_t header_end);
    void open_multipart(Open& top);
    void open_message(Part& part);
    void begin_part(std::size_t parent);
    void settle_headers(std::uint64_t at, unsigned eol);
    void end_parts_above(std::size_t count, std::uint64_t at, unsigned eol);
    void end_part(Open& ending, std::uint64_t at, unsigned eol);
    void finish();
};

CardBuilder::State::State()
{
    open.push_back({&card.root, &card.envelope, {}, 0, false});
}

void CardBuilder::State::feed(std::string_view piece)
{
    const bool is_plain = !in_header && delimiters == 0;
    const OctetCount count = count_octets(piece);
    card.has_8bit |= count.has_8bit;
    card.has_nul |= count.has_nul;
    if (is_plain) {
        lines += count.line_feeds;
        octets += piece.size();
        last = piece.back();
        return;
    }
    while (!piece.empty()) {
        if (!in_header && delimiters == 0) {
            lines += count_octets(piece).line_feeds;
            octets += piece.size();
            break;
        }
        const void* end = std::memchr(piece.data(), '\n', piece.size());
        if (!end) {
            keep_line_start(piece);
            break;
        }
        const auto length =
            static_cast<std::size_t>(static_cast<const char*>(end) - piece.data()) + 1;
        feed_line(piece.substr(0, length));
        last = '\n';
        piece.remove_prefix(length);
    }
    if (!piece.empty())
        last = piece.back();
}

/// Takes a line, or what earlier pieces did not hold of it.
void CardBuilder::State::feed_line(std::string_view tail)
{
    const char before = tail.size() > 1 ? tail[tail.size() - 2] : last;
    const bool has_cr = before == '\r' && tail.size() + line_octets > 1;
    const unsigned eol = has_cr ? 2 : 1;
    const std::uint64_t total = line_octets + tail.size();
    if (in_header) {
        keep_header(tail);
    } else if (line_octets == 0 && tail[0] != '-') { // most lines of most bodies
        next_line(total, eol);
        return;
    }
    if (line_octets > 0) {
        const auto room = kMaxDelimiterOctets - std::min(line.size(), kMaxDelimiterOctets);
        line += tail.substr(0, room);
        end_line(line, total, eol);
    } else {
        end_line(tail, total, eol);
    }
}

void CardBuilder::State::keep_line_start(std::string_view piece)
{
    if (in_header)
        keep_header(piece);
    const auto room = kMaxDelimiterOctets - std::min(line.size(), kMaxDelimiterOctets);
    line += piece.substr(0, room);
    line_octets += piece.size();
    octets += piece.size();
}

void CardBuilder::State::keep_header(std::string_view tail)
{
    header += tail.substr(0, kMaxHeaderOctets - std::min(header.size(), kMaxHeaderOctets));
}

std::optional<Match> CardBuilder::State::match(std::string_view whole, std::uint64_t total) const
{
    if (delimiters == 0 || total > kMaxDelimiterOctets || !whole.starts_with("--"))
        return std::nullopt;
    for (std::size_t i = open.size(); i-- > 0;) {
        const std::string& delimiter = open[i].delimiter;
        if (delimiter.empty() || !whole.starts_with(delimiter))
            continue;
        const auto rest = whole.substr(delimiter.size());
        if (is_rest_blank(rest)) {
            if (parts < kMaxParts)
                return Match{i, false};
        } else if (rest.starts_with("--") && is_rest_blank(rest.substr(2))) {
            return Match{i, true};
        }
    }
    return std::nullopt;
}

void CardBuilder::State::end_line(std::string_view whole, std::uint64_t total, unsigned eol)
{
    const auto found = match(whole, total);
    if (found) {
        header.resize(std::min(header.size(), header_mark));
        end_parts_above(found->index + 1, line_start, previous_eol);
    }
    next_line(total, eol);
    if (found && found->is_close) {
        open[found->index].delimiter.clear();
        --delimiters;
    } else if (found) {
        begin_part(found->index);
    } else if (in_header && total == eol) {
        complete_header(line_start);
    }
}

void CardBuilder::State::next_line(std::uint64_t total, unsigned eol)
{
    previous_line_start = line_start;
    previous_eol = eol;
    line_start += total;
    octets = line_start;
    lines += eol > 0;
    line.clear();
    line_octets = 0;
    header_mark = header.size();
}

void CardBuilder::State::begin_part(std::size_t parent)
{
    Part& part = open[parent].part->children.emplace_back();
    part.header_offset = line_start;
    if (open[parent].is_digest) { // RFC 2046 §5.1.5
        part.type = "message";
        part.subtype = "rfc822";
    }
    open.push_back({&part, nullptr, {}, 0, false});
    ++parts;
    in_header = true;
    header.clear();
    header_mark = 0;
}

void CardBuilder::State::complete_header(std::uint64_t header_end)
{
    Open& top = open.back();
    Part& part = *top.part;
    part.header_octets = header_end - part.header_offset;
    top.lines_before_body = lines;
    in_header = false;

    if (card.has_nul)
        std::replace(header.begin(), header.end(), '\0', '?');
    const bool is_root = open.size() == 1;
    read_fields(header, {part, top.envelope, is_root ? &card : nullptr});
    header.clear();
    if (header.capacity() > kKeptHeaderCapacity)
        header.shrink_to_fit();

    const std::size_t added = cost_of(part) + (top.envelope ? cost_of(*top.envelope) : 0);
    if (!is_root && cost + added > kMaxCardOctets) {
        forget_values(part);
        if (top.envelope)
            *top.envelope = {};
        return;
    }
    cost += added;
    if (part.is_multipart())
        open_multipart(top);
    else if (is_encapsulated_message(part))
        open_message(part);
}

void CardBuilder::State::open_multipart(Open& top)
{
    const std::string boundary = boundary_of(top.part->parameters);
    if (open.size() >= kMaxPartDepth)
        return make_opaque(*top.part);
    if (boundary.empty())
        return make_plain_text(*top.part);
    top.delimiter = "--" + boundary;
    top.is_digest = top.part->subtype == "digest";
    ++delimiters;
}

// RFC 2046 §5.2.1: no encoding other than 7bit, 8bit or binary. In base64 there is no header.
void CardBuilder::State::open_message(Part& part)
{
    if (open.size() >= kMaxPartDepth || parts >= kMaxParts || part.encoding == "base64")
        return make_opaque(part);
    part.envelope = std::make_unique<Envelope>();
    Part& inside = part.children.emplace_back();
    inside.header_offset = part.body_offset();
    open.push_back({&inside, part.envelope.get(), {}, 0, false});
    ++parts;
    in_header = true;
    header_mark = 0;
}

/// Ends the headers that were still open at `at`: the part's own, and that of a message in it.
void CardBuilder::State::settle_headers(std::uint64_t at, unsigned eol)
{
    while (in_header) {
        const std::uint64_t start = open.back().part->header_offset;
        // A message inside ends before the line end that belongs to the delimiter.
        const bool is_message = open.back().envelope != nullptr;
        complete_header(is_message && at >= start + eol ? at - eol : at);
    }
}

void CardBuilder::State::end_parts_above(std::size_t count, std::uint64_t at, unsigned eol)
{
    settle_headers(at, eol);
    while (open.size() > count) {
        end_part(open.back(), at, eol);
        open.pop_back();
    }
}

/// The body ends before the line end that precedes the delimiter (RFC 2046 §5.1.1). At the
/// message's end there is none: `eol` is 0.
void CardBuilder::State::end_part(Open& ending, std::uint64_t at, unsigned eol)
{
    Part& part = *ending.part;
    if (!ending.delimiter.empty())
        --delimiters;
    if (part.is_multipart() && part.children.empty())
        make_plain_text(part);
    const std::uint64_t start = part.body_offset();
    if (at <= start + eol)
        return;
    part.body_octets = at - eol - start;
    const std::uint64_t ended = lines - ending.lines_before_body - (eol > 0 ? 1 : 0);
    const bool has_rest = eol > 0 ? at - eol > previous_line_start : last != '\n';
    part.body_lines = ended + (has_rest ? 1 : 0);
}

void CardBuilder::State::finish()
{
    if (line_octets > 0) { // a delimiter may be the last line, without a line end
        const std::string whole = line;
        end_line(whole, line_octets, 0);
    }
    end_parts_above(0, octets, 0);
    card.octets = octets;
    card.lines = lines + (last != '\n' ? 1 : 0);
}

CardBuilder::CardBuilder() : state_(std::make_unique<State>()) {}
CardBuilder::~CardBuilder() = default;
CardBuilder::CardBuilder(CardBuilder&&) noexcept = default;
CardBuilder& CardBuilder::operator=(CardBuilder&&) noexcept = default;

void CardBuilder::feed(std::string_view octets)
{
    if (!octets.empty())
        state_->feed(octets);
}

Card CardBuilder::finish()
{
    state_->finish();
    return std::move(state_->card);
}

Card make_card(std::string_view message)
{
    CardBuilder builder;
    builder.feed(message);
    return builder.finish();
}

} // namespace mailctl::mime
