// Access control lists as octets.
#include "store/account/shared/acl_record.h"

#include "store/record.h"

namespace mailctl::store {
namespace {

// DO NOT CHANGE: on disk since 0.1
std::string encode_entry(const AclEntry& entry)
{
    RecordWriter writer;
    writer.number(1, static_cast<std::uint64_t>(entry.who.kind));
    writer.id(2, entry.who.account);
    writer.text(3, entry.who.name);
    writer.number(4, entry.rights.bits);
    return writer.take();
}

Result<AclEntry> decode_entry(std::string_view stored)
{
    AclEntry entry;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
        case 1:
            entry.who.kind = static_cast<AclSubject::Kind>(reader.number());
            break;
        case 2:
            entry.who.account = reader.id<AccountId>();
            break;
        case 3:
            entry.who.name = reader.text();
            break;
        case 4:
            entry.rights = MailboxRights(static_cast<std::uint16_t>(reader.number()));
            break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("access control entry");
    return entry;
}

} // namespace

std::string encode(const Acl& record)
{
    RecordWriter writer;
    writer.flag(1, record.own_seen);
    for (const auto& entry : record.entries)
        writer.element(2, encode_entry(entry));
    return writer.take();
}

Result<Acl> decode_acl(std::string_view stored)
{
    Acl acl;
    RecordReader reader(stored);
    while (reader.next()) {
        if (reader.tag() == 1)
            acl.own_seen = reader.flag();
        if (reader.tag() == 2) {
            TRY(auto entry, decode_entry(reader.text()));
            acl.entries.push_back(std::move(entry));
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("access control list");
    return acl;
}

} // namespace mailctl::store
