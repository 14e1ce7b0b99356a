// The stored form of cards. DO NOT CHANGE: on disk since 0.1
//
// A version octet, then fields one after the other: numbers as base-128 varints (low groups
// first), strings and lists with their length before them. A part starts with the set of those of
// its fields that differ from the default, so that a plain part takes a few octets.
#include "core/mime/card.h"
#include "core/mime/card_envelope.h"

namespace mailctl::mime {
namespace {

constexpr std::uint8_t kVersion = 1;

// Bits of a card. DO NOT CHANGE: on disk since 0.1
enum CardBit : std::uint64_t {
    kHas8bit = 1,
    kHasNul = 2,
    kHasDateField = 4,
    kHasMessageId = 8,
    kHasFrom = 16,
    kDateParses = 32,
    kHasReferences = 64,
};

// Bits of a part. DO NOT CHANGE: on disk since 0.1
enum PartBit : std::uint64_t {
    kType = 1,
    kSubtype = 2,
    kParameters = 4,
    kEncoding = 8,
    kDisposition = 16,
    kDispositionParameters = 32,
    kId = 64,
    kDescription = 128,
    kMd5 = 256,
    kLocation = 512,
    kLanguages = 1024,
    kChildren = 2048,
    kEnvelope = 4096,
};

// Bits of an envelope. DO NOT CHANGE: on disk since 0.1
constexpr std::string Envelope::*kTexts[] = {&Envelope::date, &Envelope::subject,
                                             &Envelope::in_reply_to, &Envelope::message_id};
constexpr AddressList Envelope::*kLists[] = {&Envelope::from, &Envelope::sender,
                                             &Envelope::reply_to, &Envelope::to,
                                             &Envelope::cc, &Envelope::bcc};

class Writer {
public:
    std::string take() { return std::move(out_); }
    void octet(std::uint8_t value) { out_ += static_cast<char>(value); }

    void number(std::uint64_t value)
    {
        for (; value >= 128; value >>= 7)
            octet(static_cast<std::uint8_t>(value | 128));
        octet(static_cast<std::uint8_t>(value));
    }

    void text(std::string_view value)
    {
        number(value.size());
        out_ += value;
    }

    void texts(const std::vector<std::string>& list)
    {
        number(list.size());
        for (const auto& value : list)
            text(value);
    }

    void parameters(const Parameters& list)
    {
        number(list.size());
        for (const auto& [name, value] : list) {
            text(name);
            text(value);
        }
    }

    void envelope(const Envelope& envelope);
    void part(const Part& part);

private:
    void addresses(const AddressList& list);
    std::string out_;
};

// A route stands before the mailbox, a line feed between them: neither holds one.
// DO NOT CHANGE: on disk since 0.1
void Writer::addresses(const AddressList& list)
{
    number(list.size());
    for (const auto& address : list) {
        text(address.name);
        text(address.route.empty() ? address.mailbox : address.route + '\n' + address.mailbox);
        text(address.host);
    }
}

void Writer::envelope(const Envelope& envelope)
{
    std::uint64_t present = 0;
    std::uint64_t bit = 1;
    for (const auto member : kTexts) {
        present |= (envelope.*member).empty() ? 0 : bit;
        bit <<= 1;
    }
    for (const auto member : kLists) {
        present |= (envelope.*member).empty() ? 0 : bit;
        bit <<= 1;
    }
    number(present);
    for (const auto member : kTexts) {
        if (!(envelope.*member).empty())
            text(envelope.*member);
    }
    for (const auto member : kLists) {
        if (!(envelope.*member).empty())
            addresses(envelope.*member);
    }
}

std::uint64_t bits_of(const Part& part)
{
    const auto bit = [](bool present, PartBit value) -> std::uint64_t {
        return present ? value : std::uint64_t{0};
    };
    return bit(part.type != "text", kType) | bit(part.subtype != "plain", kSubtype) |
           bit(!part.parameters.empty(), kParameters) | bit(part.encoding != "7bit", kEncoding) |
           bit(!part.disposition.empty(), kDisposition) |
           bit(!part.disposition_parameters.empty(), kDispositionParameters) |
           bit(!part.id.empty(), kId) | bit(!part.description.empty(), kDescription) |
           bit(!part.md5.empty(), kMd5) | bit(!part.location.empty(), kLocation) |
           bit(!part.languages.empty(), kLanguages) | bit(!part.children.empty(), kChildren) |
           bit(part.envelope != nullptr, kEnvelope);
}

void Writer::part(const Part& part)
{
    const std::uint64_t bits = bits_of(part);
    number(bits);
    number(part.header_offset);
    number(part.header_octets);
    number(part.body_octets);
    number(part.body_lines);
    if (bits & kType)
        text(part.type);
    if (bits & kSubtype)
        text(part.subtype);
    if (bits & kParameters)
        parameters(part.parameters);
    if (bits & kEncoding)
        text(part.encoding);
    if (bits & kDisposition)
        text(part.disposition);
    if (bits & kDispositionParameters)
        parameters(part.disposition_parameters);
    if (bits & kId)
        text(part.id);
    if (bits & kDescription)
        text(part.description);
    if (bits & kMd5)
        text(part.md5);
    if (bits & kLocation)
        text(part.location);
    if (bits & kLanguages)
        texts(part.languages);
    if (bits & kEnvelope)
        envelope(*part.envelope);
    if (!(bits & kChildren))
        return;
    number(part.children.size());
    for (const auto& child : part.children)
        this->part(child);
}

/// Reads what Writer wrote. After the first octet that does not fit, everything is empty.
class Reader {
public:
    explicit Reader(std::string_view in) : in_(in) {}
    bool ok() const { return ok_; }
    bool at_end() const { return in_.empty(); }

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !in_.empty(); shift += 7) {
            const auto octet = static_cast<std::uint8_t>(in_.front());
            in_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(octet & 127) << shift;
            if (octet < 128)
                return value;
        }
        return fail();
    }

    void text(std::string& out) { out = view(); }

    /// The same, in its place.
    std::string_view view()
    {
        const auto size = number();
        if (size > in_.size()) {
            fail();
            return {};
        }
        const auto text = in_.substr(0, size);
        in_.remove_prefix(size);
        return text;
    }

    /// How many entries a list has; each takes an octet at least.
    std::size_t count()
    {
        const auto size = number();
        return size > in_.size() ? fail() : size;
    }

    void texts(std::vector<std::string>& list)
    {
        list.resize(count());
        for (auto& value : list)
            text(value);
    }

    void parameters(Parameters& list)
    {
        list.resize(count());
        for (auto& [name, value] : list) {
            text(name);
            text(value);
        }
    }

    void envelope(Envelope& out);
    void part(Part& out, unsigned depth);
    void summary(CardSummary& out);

private:
    FirstAddress first_address();
    std::uint64_t fail()
    {
        ok_ = false;
        in_ = {};
        return 0;
    }
    void addresses(AddressList& list);
    void children(Part& out, unsigned depth);

    std::string_view in_;
    bool ok_ = true;
    unsigned parts_ = 0;
};

void Reader::addresses(AddressList& list)
{
    list.resize(count());
    for (auto& address : list) {
        text(address.name);
        text(address.mailbox);
        text(address.host);
        const auto end = address.mailbox.find('\n');
        if (end == std::string::npos)
            continue;
        address.route = address.mailbox.substr(0, end);
        address.mailbox.erase(0, end + 1);
    }
}

void Reader::envelope(Envelope& out)
{
    const auto present = number();
    std::uint64_t bit = 1;
    for (const auto member : kTexts) {
        if (present & bit)
            text(out.*member);
        bit <<= 1;
    }
    for (const auto member : kLists) {
        if (present & bit)
            addresses(out.*member);
        bit <<= 1;
    }
}

/// Of a list, all of which is passed over.
FirstAddress Reader::first_address()
{
    FirstAddress first;
    const auto many = count();
    for (std::size_t i = 0; i < many && ok_; ++i) {
        FirstAddress address;
        address.name = view();
        address.mailbox = view();
        address.host = view();
        address.mailbox.remove_prefix(address.mailbox.find('\n') + 1); // npos + 1 is 0
        if (i == 0)
            first = address;
    }
    return first;
}

void Reader::summary(CardSummary& out)
{
    const auto present = number();
    std::uint64_t bit = 1;
    for (const auto member : kTexts) {
        const auto text = present & bit ? view() : std::string_view();
        if (member == &Envelope::subject)
            out.subject = text;
        bit <<= 1;
    }
    for (const auto member : kLists) {
        const auto first = present & bit ? first_address() : FirstAddress();
        if (member == &Envelope::from)
            out.from = first;
        else if (member == &Envelope::to)
            out.to = first;
        else if (member == &Envelope::cc)
            out.cc = first;
        bit <<= 1;
    }
}

void Reader::children(Part& out, unsigned depth)
{
    const auto many = count();
    if (depth >= kMaxPartDepth || many > kMaxParts) {
        fail();
        return;
    }
    out.children.resize(many);
    for (auto& child : out.children)
        part(child, depth + 1);
}

void Reader::part(Part& out, unsigned depth)
{
    if (++parts_ > kMaxParts)
        fail();
    const auto bits = number();
    out.header_offset = number();
    out.header_octets = number();
    out.body_octets = number();
    out.body_lines = number();
    if (bits & kType)
        text(out.type);
    if (bits & kSubtype)
        text(out.subtype);
    if (bits & kParameters)
        parameters(out.parameters);
    if (bits & kEncoding)
        text(out.encoding);
    if (bits & kDisposition)
        text(out.disposition);
    if (bits & kDispositionParameters)
        parameters(out.disposition_parameters);
    if (bits & kId)
        text(out.id);
    if (bits & kDescription)
        text(out.description);
    if (bits & kMd5)
        text(out.md5);
    if (bits & kLocation)
        text(out.location);
    if (bits & kLanguages)
        texts(out.languages);
    if (bits & kEnvelope) {
        out.envelope = std::make_unique<Envelope>();
        envelope(*out.envelope);
    }
    if (bits & kChildren)
        children(out, depth);
    const std::size_t many = out.children.size();
    if (out.envelope ? many != 1 : out.is_multipart() == (many == 0))
        fail();
}

std::uint64_t bits_of(const Card& card)
{
    const auto bit = [](bool present, CardBit value) -> std::uint64_t {
        return present ? value : std::uint64_t{0};
    };
    return bit(card.has_8bit, kHas8bit) | bit(card.has_nul, kHasNul) |
           bit(card.has_date, kHasDateField) | bit(card.has_message_id, kHasMessageId) |
           bit(card.has_from, kHasFrom) | bit(card.date.has_value(), kDateParses) |
           bit(!card.references.empty(), kHasReferences);
}

// Small for dates on both sides of 1970.
std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

Time time_of(std::int64_t ms)
{
    return Time(milliseconds(ms));
}

} // namespace

std::string encode(const Card& card)
{
    Writer out;
    out.octet(kVersion);
    const std::uint64_t bits = bits_of(card);
    out.number(bits);
    out.number(card.octets);
    out.number(card.lines);
    out.number(card.received_count);
    if (bits & kDateParses)
        out.number(zigzag(card.date->time_since_epoch().count()));
    if (bits & kHasReferences)
        out.texts(card.references);
    out.envelope(card.envelope);
    out.part(card.root);
    return out.take();
}

namespace {

/// All that comes before the parts.
void take_head(Reader& in, Card& card)
{
    const std::uint64_t bits = in.number();
    card.has_8bit = bits & kHas8bit;
    card.has_nul = bits & kHasNul;
    card.has_date = bits & kHasDateField;
    card.has_message_id = bits & kHasMessageId;
    card.has_from = bits & kHasFrom;
    card.octets = in.number();
    card.lines = in.number();
    card.received_count = static_cast<unsigned>(in.number());
    if (bits & kDateParses)
        card.date = time_of(unzigzag(in.number()));
    if (bits & kHasReferences)
        in.texts(card.references);
    in.envelope(card.envelope);
}

bool has_known_version(std::string_view stored)
{
    return !stored.empty() && static_cast<std::uint8_t>(stored.front()) == kVersion;
}

} // namespace

Result<Card> decode_card_envelope(std::string_view stored)
{
    if (!has_known_version(stored))
        return Error(Errc::Corrupt, "card has an unknown version");
    Reader in(stored.substr(1));
    Card card;
    take_head(in, card);
    if (!in.ok())
        return Error(Errc::Corrupt, "card does not decode");
    return card;
}

Result<CardSummary> decode_card_summary(std::string_view stored)
{
    if (!has_known_version(stored))
        return Error(Errc::Corrupt, "card has an unknown version");
    Reader in(stored.substr(1));
    CardSummary summary;
    const std::uint64_t bits = in.number();
    for (int counts = 0; counts < 3; ++counts) // octets, lines, Received fields
        in.number();
    if (bits & kDateParses)
        summary.date = time_of(unzigzag(in.number()));
    for (auto left = bits & kHasReferences ? in.count() : 0; left > 0 && in.ok(); --left)
        in.view();
    in.summary(summary);
    if (!in.ok())
        return Error(Errc::Corrupt, "card does not decode");
    return summary;
}

CardSummary summary_of(const Card& card)
{
    const auto first = [](const AddressList& list) {
        return list.empty() ? FirstAddress()
                            : FirstAddress{list.front().name, list.front().mailbox, list.front().host};
    };
    const auto& envelope = card.envelope;
    return {card.date, envelope.subject, first(envelope.from), first(envelope.to), first(envelope.cc)};
}

Result<Card> decode_card(std::string_view stored)
{
    if (!has_known_version(stored))
        return Error(Errc::Corrupt, "card has an unknown version");
    Reader in(stored.substr(1));
    Card card;
    take_head(in, card);
    in.part(card.root, 1);
    if (!in.ok() || !in.at_end())
        return Error(Errc::Corrupt, "card does not decode");
    return card;
}

} // namespace mailctl::mime
