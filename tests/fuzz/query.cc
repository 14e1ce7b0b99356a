// Fuzzes the message query language: anything parses, or is refused with a place in it.
#include "core/query/query.h"

#include <cstdint>
#include <string_view>

#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

unsigned keys_in(const imap::SearchKey& key)
{
    unsigned count = 1;
    for (const auto& child : key.children)
        count += keys_in(child);
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = query::Query::parse(text);
    if (!parsed) {
        require(parsed.error().code() == Errc::Invalid);
        require(parsed.error().detail().starts_with("query"));
        return 0;
    }
    for (const query::MailboxFacts box : {query::MailboxFacts{"INBOX", "inbox"},
                                          query::MailboxFacts{"Trash", "trash"},
                                          query::MailboxFacts{"a/b", ""}})
        if (const auto key = parsed->for_mailbox(box))
            require(keys_in(*key) <= size + 1);
    return 0;
}
