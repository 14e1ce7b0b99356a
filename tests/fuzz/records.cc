// Fuzzes the records of the store: damage is Corrupt, and what decodes is written as it is read.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/account/message_page.h"
#include "store/account/records.h"
#include "store/account/shared/acl_record.h"
#include "store/body/body_codec.h"
#include "store/body_log/body_index.h"
#include "store/body_log/body_record.h"
#include "store/directory/directory_records.h"
#include "store/keys.h"
#include "store/queue/log_records.h"
#include "store/queue/queue_keys.h"
#include "store/queue/queue_records.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::fuzz::require;

namespace {

/// What decodes encodes to a record that decodes to the same, but for zeros: nobody writes one, and
/// where one is read it is left out when written, and the field has its default from then on.
template <typename Decode, typename Encode>
void check(std::string_view stored, Decode decode, Encode encode_it)
{
    const auto value = decode(stored);
    if (!value) {
        require(value.error().code() == Errc::Corrupt);
        return;
    }
    const std::string written = encode_it(*value);
    const auto again = decode(written);
    require(again.has_value());
    const std::string plain = encode_it(*again);
    const auto last = decode(plain);
    require(last.has_value() && encode_it(*last) == plain);
}

template <typename Decode>
void check(std::string_view stored, Decode decode)
{
    check(stored, decode, [](const auto& value) { return encode(value); });
}

void check_account(std::string_view stored)
{
    check(stored, decode_cell);
    check(stored, [](std::string_view text) { return decode_mailbox(MailboxId{1}, text); });
    check(stored, [](std::string_view text) { return decode_message(Uid{1}, text); });
    check(stored, decode_email);
    (void)decode_email_head(stored);
    check(stored, decode_body_use);
    check(stored, decode_delivery);
    check(stored, decode_thread);
    check(stored, decode_log);
    check(stored, decode_text, [](const std::string& text) { return encode_text(text); });
    check(stored, decode_release, encode_release);
    check(stored, decode_acl);
}

void check_page(std::string_view stored)
{
    std::vector<MessageRow> rows;
    const auto decoded = decode_page(3, stored, rows);
    if (!decoded) {
        require(decoded.error().code() == Errc::Corrupt);
        return;
    }
    require(!rows.empty() && rows.size() <= kPageUids && page_of(rows.back().uid) == 3);
    std::vector<MessageRow> again;
    const std::string written = encode_page(rows);
    require(decode_page(3, written, again).has_value() && encode_page(again) == written);
}

void check_queue(std::string_view stored)
{
    if (const auto read = decode_entry(QueueId{1}, stored)) {
        const auto rows = entry_rows(read->entry);
        const auto again = decode_entry(QueueId{1}, rows.front().value);
        require(again.has_value());
        require(rows.size() > 1 || entry_rows(again->entry).front().value == rows.front().value);
    }
    QueueEntry entry;
    (void)decode_recipients(stored, entry);
    check(stored, decode_body_ref, encode_body_ref);
    check(stored, decode_due, encode_due);
    check(stored, decode_attempt, encode_attempt);
    check(
        stored, [](std::string_view text) { return decode_rule(1, text); }, encode_rule);
    (void)decode_history({keys::queue_history(Time{}, QueueId{1}), std::string(stored)});
}

void check_directory(std::string_view stored)
{
    check(stored, decode_domain);
    check(stored, static_cast<Result<Entry> (*)(std::string_view)>(decode_entry));
    check(stored, decode_patterns, encode_patterns);
    check(stored, decode_claim, [](const std::string& domain) { return encode_claim(domain); });
    check(stored, decode_index, encode_index);
    check(stored, decode_ban);
}

void check_bodies(std::string_view stored)
{
    check(stored, decode_body_index);
    (void)decode_inline_body(stored);
    (void)peek_body_record(stored);
    (void)check_body_record(stored);
    std::string packed;
    const auto packed_by = pack(stored, packed);
    for (const std::size_t octets : {std::size_t{0}, stored.size() / 3, stored.size(), stored.size() + 9}) {
        std::string start;
        require(unpack_start(packed_by, packed, stored.size(), octets, start).has_value());
        require(start == stored.substr(0, octets));
    }
    // What a checksum would have kept away.
    std::string out;
    for (const std::size_t octets : {std::size_t{0}, stored.size(), std::size_t{100'000}})
        for (const auto codec : {BodyCodec::Raw, BodyCodec::Zstd})
            require(!unpack(codec, stored, octets, out) || out.size() >= octets);
    (void)unpack_start(BodyCodec::Zstd, stored, stored.size() * 2, stored.size(), out);
    (void)unpack_start(BodyCodec::Zstd, stored, 100'000, 50'000, out);
    (void)decode_inline_body(stored, 7);
    std::string row(stored);
    keys::append_be(row, crc32c(row));
    (void)decode_inline_body(row);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view stored(reinterpret_cast<const char*>(data), size);
    check_account(stored);
    check_page(stored);
    check_queue(stored);
    check_directory(stored);
    check_bodies(stored);
    return 0;
}
