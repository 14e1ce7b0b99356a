// Strings and envelopes of responses.
#include "core/imap/write.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/imap/lexer.h"
#include "core/imap/utf7.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kMaxQuotedOctets = 1000; // longer ones are literals: kind to line readers

bool may_quote(std::string_view text)
{
    return text.size() <= kMaxQuotedOctets && std::all_of(text.begin(), text.end(), [](char c) {
               return c != '\r' && c != '\n' && c != '\0' && !ascii::is_8bit(c);
           });
}

bool is_atom(std::string_view text)
{
    return !text.empty() && !ascii::equals_ignoring_case(text, "NIL") &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < 127 &&
                      std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
           });
}

/// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
void put_addresses(std::string& out, const mime::AddressList& list)
{
    if (list.empty()) {
        out += "NIL";
        return;
    }
    out += '(';
    for (const auto& address : list) {
        out += '(';
        put_nstring(out, address.name);
        out += ' ';
        put_nstring(out, address.route);
        out += ' ';
        put_nstring(out, address.mailbox);
        out += ' ';
        put_nstring(out, address.host);
        out += ')';
    }
    out += ')';
}

} // namespace

void put_string(std::string& out, std::string_view text)
{
    if (!may_quote(text)) {
        out.append("{").append(std::to_string(text.size())).append("}\r\n").append(text);
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

void put_nstring(std::string& out, std::string_view text)
{
    if (text.empty())
        out += "NIL";
    else
        put_string(out, text);
}

void put_astring(std::string& out, std::string_view text)
{
    if (is_atom(text))
        out += text;
    else
        put_string(out, text);
}

void put_mailbox(std::string& out, std::string_view name, char delimiter, Names names)
{
    std::string wire(name);
    swap_delimiter(wire, delimiter);
    if (names == Names::Utf7 || std::none_of(wire.begin(), wire.end(), ascii::is_8bit))
        return put_astring(out, names == Names::Utf7 ? encode_utf7(wire) : wire);
    out += '"';
    for (const char c : wire) { // no control character is in a name
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

void put_envelope(std::string& out, const mime::Envelope& envelope)
{
    out += '(';
    put_nstring(out, envelope.date);
    out += ' ';
    put_nstring(out, envelope.subject);
    for (const auto* list :
         {&envelope.from, envelope.sender.empty() ? &envelope.from : &envelope.sender,
          envelope.reply_to.empty() ? &envelope.from : &envelope.reply_to, &envelope.to,
          &envelope.cc, &envelope.bcc}) {
        out += ' ';
        put_addresses(out, *list);
    }
    out += ' ';
    put_nstring(out, envelope.in_reply_to);
    out += ' ';
    put_nstring(out, envelope.message_id);
    out += ')';
}

} // namespace mailctl::imap
