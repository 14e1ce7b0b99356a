// Feeds whole IMAP commands, literals in place, to every parser of the grammar.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/imap/append_arguments.h"
#include "core/imap/date.h"
#include "core/imap/fetch_items.h"
#include "core/imap/flag_list.h"
#include "core/imap/lexer.h"
#include "core/imap/mailbox_pattern.h"
#include "core/imap/message_url.h"
#include "core/imap/metadata_request.h"
#include "core/imap/notify_request.h"
#include "core/imap/order/base_subject.h"
#include "core/imap/order/sort_key.h"
#include "core/imap/search/search_key.h"
#include "core/imap/section.h"
#include "core/imap/utf7.h"
#include "core/imap/write.h"
#include "core/mime/card.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;
using namespace mailctl::imap;

namespace {

/// Ranges ascend, touch nowhere, and hold no zero.
void check_set(const SequenceSet& set)
{
    std::uint64_t before = 0;
    for (const auto& range : set.resolve(1000)) {
        require(range.first > before && range.last >= range.first);
        before = range.last;
    }
}

/// What decodes encodes to something that decodes to the same.
void check_name(std::string_view wire)
{
    const auto name = decode_utf7(wire);
    if (!name)
        return;
    const auto again = decode_utf7(encode_utf7(*name));
    require(again.has_value() && *again == *name);
    std::string out;
    put_mailbox(out, *name);
    require(Lexer(out).mailbox().has_value());
}

/// What is signed of a URL is its start, and reads as a URL by itself.
void check_url(std::string_view text)
{
    const auto url = parse_message_url(text);
    if (!url || !url->authorization)
        return;
    const auto& authorization = *url->authorization;
    require(text.starts_with(authorization.rump) && authorization.token.empty() == authorization.mechanism.empty());
    require(parse_message_url(authorization.rump).has_value());
}

/// Names as clients with another delimiter, or in UTF-8, write them.
void check_other_names(std::string_view text)
{
    Lexer dots(text, '.'), utf8(text, '\\');
    utf8.take_utf8_names();
    for (Lexer* names : {&dots, &utf8}) {
        (void)names->mailbox();
        names->accept(' ');
        (void)names->list_mailbox();
    }
}

/// Words of extensions that are off are no words.
void check_forgotten(std::string_view text)
{
    static constexpr std::string_view kWords[] = {"FUZZY", "PARTIAL", "UPDATE", "CONTEXT", "MODSEQ"};
    Lexer search(text), program(text);
    search.forget(kWords);
    (void)parse_search_program(program);
    if (const auto without = parse_search(search); without && without->returns) {
        require(!without->returns->partial && !without->returns->update);
        require(!has_fuzzy(without->key));
    }
}

void parse_each(std::string_view text)
{
    mime::Card card;
    card.octets = text.size();
    card.root.body_octets = text.size();
    Lexer fetch(text), search(text), flags(text), store(text), date(text), time(text), append(text),
        sort(text);
    if (const auto items = parse_fetch_items(fetch))
        for (const auto& item : *items) {
            const auto range = locate(item.section, card);
            if (range)
                require(slice(*range, item.partial).octets <= text.size());
            select_fields(text, item.section);
        }
    (void)parse_search(search);
    (void)parse_sort_keys(sort);
    require(base_subject(text).text.find("  ") == std::string::npos);
    if (const auto modifiers = parse_fetch_modifiers(fetch); modifiers && modifiers->partial) {
        const auto places = modifiers->partial->places(text.size());
        require(places.from <= places.to && places.to <= text.size());
    }
    (void)parse_flag_list(flags);
    (void)parse_store_flags(store);
    (void)parse_date(date);
    (void)parse_date_time(time);
    (void)parse_append_message(append);
    Lexer notify(text), get(text), set(text);
    (void)parse_notify(notify);
    (void)parse_get_metadata(get);
    (void)parse_set_metadata(set);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)announced_literal(text);
    (void)is_append_message(text, true);
    check_url(text);
    check_name(text);
    check_other_names(text);
    check_forgotten(text);
    parse_each(text);
    Lexer command(text);
    if (!command.tag() || !command.accept(' ') || !command.atom() || !command.accept(' '))
        return 0;
    parse_each(command.rest());
    Lexer list = command, set = command, words = command;
    if (const auto pattern = list.list_mailbox(); pattern && pattern->size() < 300)
        matches_pattern(*pattern, "INBOX/a/b", '/');
    if (const auto numbers = set.sequence_set())
        check_set(*numbers);
    while (!words.at_end()) {
        if (!words.nstring() && !words.astring() && !words.number())
            break;
        words.accept(' ');
    }
    return 0;
}
