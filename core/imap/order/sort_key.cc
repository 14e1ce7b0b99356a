// Parses the keys of SORT, and makes each message's place a text of octets.
#include "core/imap/order/sort_key.h"

#include <algorithm>
#include <string_view>

#include "core/imap/order/base_subject.h"
#include "core/mime/encoded_word.h"

namespace mailctl::imap {
namespace {

using Kind = SortKey::Kind;

struct Name {
    std::string_view name;
    Kind kind;
};

constexpr Name kNames[] = {
    {"ARRIVAL", Kind::Arrival}, {"CC", Kind::Cc},
    {"DATE", Kind::Date},       {"FROM", Kind::From},
    {"SIZE", Kind::Size},       {"SUBJECT", Kind::Subject},
    {"TO", Kind::To},           {"DISPLAYFROM", Kind::DisplayFrom},
    {"DISPLAYTO", Kind::DisplayTo}, {"RELEVANCY", Kind::Relevancy},
};

/// Big-endian, so that the octets are in the order of the numbers; below zero comes first.
void put_number(std::string& out, std::int64_t number)
{
    const auto value = static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
    for (int shift = 56; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xFF);
}

/// A NUL ends it: a text is before those that go on where it ends.
void put_text(std::string& out, const SortKey& key, std::string_view utf8)
{
    const auto form = mime::sort_form(key.collation, utf8);
    out.append(form, 0, std::min(form.find('\0'), kSortedOctets));
    out += '\0';
}

/// RFC 5957 §3: the name of the first address, else the address.
std::string shown(const mime::FirstAddress& first)
{
    if (!first.name.empty())
        return mime::decode_header_text(first.name);
    std::string address(first.mailbox);
    if (!first.host.empty())
        address.append("@").append(first.host);
    return address;
}

void put_value(std::string& out, const SortKey& key, const SortedMessage& message)
{
    switch (key.kind) {
    case Kind::Arrival:
        return put_number(out, message.arrived.time_since_epoch().count());
    case Kind::Size:
        return put_number(out, static_cast<std::int64_t>(message.octets));
    case Kind::Relevancy:
        return put_number(out, -static_cast<std::int64_t>(message.relevancy));
    case Kind::Date: // RFC 5256 §2.2
        return put_number(out, message.card.date.value_or(message.arrived).time_since_epoch().count());
    case Kind::Cc: // RFC 5256 §3: the mailbox of the first address
        return put_text(out, key, message.card.cc.mailbox);
    case Kind::From:
        return put_text(out, key, message.card.from.mailbox);
    case Kind::To:
        return put_text(out, key, message.card.to.mailbox);
    case Kind::Subject:
        return put_text(out, key, base_subject(message.card.subject).text);
    case Kind::DisplayFrom:
        return put_text(out, key, shown(message.card.from));
    case Kind::DisplayTo:
        return put_text(out, key, shown(message.card.to));
    }
}

Result<SortKey> parse_sort_key(Lexer& args)
{
    SortKey key;
    if (args.accept_word("REVERSE")) {
        key.reverse = true;
        TRY_VOID(args.space());
    }
    for (const auto& row : kNames) {
        if (!args.accept_word(row.name))
            continue;
        key.kind = row.kind;
        return key;
    }
    return Error(Errc::Invalid, "Unknown sort key");
}

} // namespace

Result<std::vector<SortKey>> parse_sort_keys(Lexer& args)
{
    std::vector<SortKey> keys;
    TRY_VOID(args.expect('('));
    do {
        if (keys.size() == kSortKeys)
            return Error(Errc::Invalid, "Too many sort keys");
        TRY(const auto key, parse_sort_key(args));
        keys.push_back(key);
    } while (args.accept(' '));
    TRY_VOID(args.expect(')'));
    return keys;
}

std::string sort_value(const std::vector<SortKey>& keys, const SortedMessage& message)
{
    std::string value;
    for (const auto& key : keys) {
        const auto start = value.size();
        put_value(value, key, message);
        for (auto at = start; key.reverse && at < value.size(); ++at)
            value[at] = static_cast<char>(~value[at]);
    }
    return value;
}

} // namespace mailctl::imap
