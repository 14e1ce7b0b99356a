// The header fields that cards keep, one row each.
#include "core/mime/read_fields.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/address_list.h"
#include "core/mime/content_type.h"
#include "core/mime/date.h"
#include "core/mime/header.h"
#include "core/mime/message_id.h"

namespace mailctl::mime {
namespace {

/// The state of one reading: where values go, and what was seen.
struct Reading {
    const HeaderTarget& target;
    bool has_type = false;
};

std::string_view cut(std::string_view value)
{
    return value.substr(0, kMaxEnvelopeOctets);
}

void set_text(std::string& out, std::string_view value)
{
    if (out.empty())
        out = unfold(cut(value));
}

void add_addresses(AddressList& out, std::string_view value)
{
    auto list = parse_address_list(cut(value));
    if (value.size() > kMaxEnvelopeOctets && !list.empty())
        list.pop_back(); // cut in the middle
    for (auto& address : list) {
        if (out.size() < kMaxEnvelopeAddresses)
            out.push_back(std::move(address));
    }
}

void add_references(std::vector<std::string>& out, std::string_view value)
{
    for (auto& id : parse_message_ids(value.substr(0, 4 * kMaxEnvelopeOctets))) {
        if (std::find(out.begin(), out.end(), id) != out.end())
            continue;
        if (out.size() == kMaxReferences)
            out.erase(out.begin() + 1); // the first names the thread, the last are nearest
        out.push_back(std::move(id));
    }
}

template <std::string Envelope::*member>
void read_text(Reading& r, std::string_view value)
{
    if (r.target.envelope)
        set_text(r.target.envelope->*member, value);
}

template <AddressList Envelope::*member>
void read_addresses(Reading& r, std::string_view value)
{
    if (r.target.envelope)
        add_addresses(r.target.envelope->*member, value);
}

template <std::string Part::*member>
void read_part_text(Reading& r, std::string_view value)
{
    set_text(r.target.part.*member, value);
}

void read_content_type(Reading& r, std::string_view value)
{
    if (r.has_type)
        return;
    auto found = parse_content_type(cut(value));
    r.target.part.type = std::move(found.type);
    r.target.part.subtype = std::move(found.subtype);
    r.target.part.parameters = std::move(found.parameters);
    r.has_type = true;
}

void read_disposition(Reading& r, std::string_view value)
{
    if (!r.target.part.disposition.empty())
        return;
    auto found = parse_disposition(cut(value));
    r.target.part.disposition = std::move(found.type);
    r.target.part.disposition_parameters = std::move(found.parameters);
}

void read_encoding(Reading& r, std::string_view value)
{
    r.target.part.encoding = parse_encoding(cut(value));
}

void read_languages(Reading& r, std::string_view value)
{
    r.target.part.languages = parse_languages(cut(value));
}

void read_from(Reading& r, std::string_view value)
{
    read_addresses<&Envelope::from>(r, value);
    if (r.target.card)
        r.target.card->has_from = true;
}

void read_date(Reading& r, std::string_view value)
{
    read_text<&Envelope::date>(r, value);
    Card* card = r.target.card;
    if (!card || card->has_date)
        return;
    card->has_date = true;
    if (const auto parsed = parse_date(cut(value)))
        card->date = parsed->time;
}

void read_message_id(Reading& r, std::string_view value)
{
    read_text<&Envelope::message_id>(r, value);
    if (r.target.card)
        r.target.card->has_message_id = true;
}

void read_references(Reading& r, std::string_view value)
{
    if (r.target.card)
        add_references(r.target.card->references, value);
}

void read_received(Reading& r, std::string_view)
{
    if (r.target.card)
        ++r.target.card->received_count;
}

struct Row {
    std::string_view name;
    void (*read)(Reading&, std::string_view value);
};

constexpr Row kRows[] = {
    {"Received", read_received},
    {"Date", read_date},
    {"From", read_from},
    {"Sender", read_addresses<&Envelope::sender>},
    {"Reply-To", read_addresses<&Envelope::reply_to>},
    {"To", read_addresses<&Envelope::to>},
    {"Cc", read_addresses<&Envelope::cc>},
    {"Bcc", read_addresses<&Envelope::bcc>},
    {"Subject", read_text<&Envelope::subject>},
    {"Message-ID", read_message_id},
    {"In-Reply-To", read_text<&Envelope::in_reply_to>},
    {"References", read_references},
    {"Content-Type", read_content_type},
    {"Content-Transfer-Encoding", read_encoding},
    {"Content-Disposition", read_disposition},
    {"Content-ID", read_part_text<&Part::id>},
    {"Content-Description", read_part_text<&Part::description>},
    {"Content-MD5", read_part_text<&Part::md5>},
    {"Content-Location", read_part_text<&Part::location>},
    {"Content-Language", read_languages},
};

const Row* row_of(std::string_view name)
{
    for (const auto& row : kRows) {
        if (row.name.size() == name.size() && ascii::equals_ignoring_case(row.name, name))
            return &row;
    }
    return nullptr;
}

constexpr std::size_t kObjectCost = 32;

std::size_t cost_of(const Parameters& parameters)
{
    std::size_t cost = 0;
    for (const auto& [name, value] : parameters)
        cost += kObjectCost + name.size() + value.size();
    return cost;
}

std::size_t cost_of(const AddressList& list)
{
    std::size_t cost = 0;
    for (const auto& address : list)
        cost += kObjectCost + address.name.size() + address.mailbox.size() + address.host.size();
    return cost;
}

} // namespace

void read_fields(std::string_view header, const HeaderTarget& target)
{
    Reading reading{target};
    for (FieldReader fields(header); fields.next();) {
        if (const Row* row = row_of(fields.field().name))
            row->read(reading, fields.field().value);
    }
    if (target.card)
        add_references(target.card->references, target.card->envelope.in_reply_to);
}

std::size_t cost_of(const Part& part)
{
    std::size_t cost = kObjectCost + part.type.size() + part.subtype.size() +
                       cost_of(part.parameters) + part.id.size() + part.description.size() +
                       part.md5.size() + part.location.size() + part.encoding.size() +
                       part.disposition.size() + cost_of(part.disposition_parameters);
    for (const auto& tag : part.languages)
        cost += kObjectCost + tag.size();
    return cost;
}

std::size_t cost_of(const Envelope& envelope)
{
    std::size_t cost = kObjectCost + envelope.date.size() + envelope.subject.size() +
                       envelope.in_reply_to.size() + envelope.message_id.size();
    for (const auto* list : {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to,
                             &envelope.cc, &envelope.bcc})
        cost += cost_of(*list);
    return cost;
}

} // namespace mailctl::mime
