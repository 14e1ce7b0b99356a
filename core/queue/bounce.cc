// Decides who is told of what, and writes the notice. RFC 3461, RFC 3464, RFC 6522
#include "core/queue/bounce.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/crypto/base64.h"
#include "core/mime/date.h"
#include "core/mime/delivery_status.h"
#include "core/mime/encoded_word.h"
#include "core/mime/header.h"
#include "core/net/network.h"
#include "core/queue/notice_text.h"

namespace mailctl::queue {
namespace {

using store::DsnNotify;
using store::MailClass;

constexpr std::size_t kMaxHeaderOctets = 64 * 1024; ///< of a header that is returned
constexpr std::size_t kBoundaryCharacters = 24;
constexpr std::size_t kMaxSubjectOctets = 200;

bool has(std::uint8_t notify, DsnNotify bit)
{
    return notify & static_cast<std::uint8_t>(bit);
}

/// RFC 3461 §4.1: without NOTIFY failures are told, delays may be.
bool is_asked_for(std::uint8_t notify, Notice notice)
{
    if (has(notify, DsnNotify::Never))
        return false;
    switch (notice) {
        case Notice::Failure:
            return notify == 0 || has(notify, DsnNotify::Failure);
        case Notice::Delay:
            return notify == 0 || has(notify, DsnNotify::Delay);
        case Notice::Success:
        case Notice::Relayed:
            return has(notify, DsnNotify::Success);
    }
    return false;
}

/// bounce.to. OUT-11
bool may_be_told(const conf::Config& config, const store::QueueEntry& entry)
{
    switch (config.bounce.to) {
        case conf::BounceTo::All:
            return true;
        case conf::BounceTo::None:
            return false;
        case conf::BounceTo::SpfPassed:
            if (entry.spf == "pass")
                return true;
            break;
        case conf::BounceTo::Authenticated:
            break;
    }
    return !entry.account.empty() || entry.peer.empty() || entry.peer == "unix" ||
           net::any_contains(config.access.trusted, entry.peer);
}

/// Where no person is, whatever else says so.
bool is_daemon(std::string_view sender)
{
    return ascii::equals_ignoring_case(sender.substr(0, sender.rfind('@')), "mailer-daemon");
}

std::string_view action_of(Notice notice)
{
    switch (notice) {
        case Notice::Failure:
            return "failed";
        case Notice::Delay:
            return "delayed";
        case Notice::Success:
            return "delivered";
        case Notice::Relayed:
            return "relayed";
    }
    return "failed";
}

bool is_ascii(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), ascii::is_8bit);
}

/// Encoded-words of UTF-8 where it is not ASCII. RFC 2047 §2: at most 75 octets each.
std::string header_text(const std::string& text)
{
    if (is_ascii(text))
        return text;
    constexpr std::size_t kPiece = 42; // 56 characters of base64
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.size(), at + kPiece);
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end; // §5: no character is cut
        out += out.empty() ? "" : "\r\n ";
        out += "=?utf-8?B?" + crypto::encode_base64(std::string_view(text).substr(at, end - at)) +
               "?=";
        at = end;
    }
    return out;
}

/// What strangers sent, as text in a message: one line, no controls.
std::string shown(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += ascii::is_control(c) ? ' ' : c;
    return utf8::is_valid(out) ? out : ascii::printable(out);
}

std::string with_crlf(std::string_view text)
{
    std::string out;
    for (const auto line : ascii::split(text, '\n'))
        out.append(line).append("\r\n");
    return out;
}

/// "<bob@example.net>: 550 5.1.1 No such user (said by mx.example.net)"
std::string recipient_lines(const std::vector<NoticeRecipient>& recipients)
{
    std::string out;
    for (const auto& one : recipients) {
        out += "  <" + shown(one.recipient.address) + ">\n";
        std::string_view why = one.diagnostic;
        for (const std::string_view type : {"smtp; ", "x-mailctl; "})
            if (why.starts_with(type))
                why.remove_prefix(type.size());
        if (!why.empty())
            out += "      " + shown(why) + "\n";
        if (!one.remote_host.empty())
            out += "      (" + shown(one.remote_host) + ")\n";
    }
    return out;
}

/// None that the content holds.
std::string make_boundary(Random& random, std::string_view content)
{
    std::string boundary;
    do {
        boundary = "mailctl-" + random.token(kBoundaryCharacters);
    } while (content.find(boundary) != std::string_view::npos);
    return boundary;
}

/// A header for text/rfc822-headers: whole fields, not endless.
std::string_view cut_header(std::string_view header)
{
    if (header.size() <= kMaxHeaderOctets)
        return header;
    const auto end = header.substr(0, kMaxHeaderOctets).rfind("\r\n");
    return header.substr(0, end == std::string_view::npos ? kMaxHeaderOctets : end + 2);
}

struct Part {
    std::string type;
    std::string description;
    std::string content;
    bool is_8bit = false;
};

void put_part(std::string& out, const std::string& boundary, const Part& part)
{
    out += "--" + boundary + "\r\nContent-Type: " + part.type + "\r\n";
    out += "Content-Description: " + part.description + "\r\n";
    out +=
        std::string("Content-Transfer-Encoding: ") + (part.is_8bit ? "8bit" : "7bit") + "\r\n\r\n";
    out += part.content;
    if (!part.content.ends_with("\r\n"))
        out += "\r\n";
    out += "\r\n";
}

Part returned_part(std::string_view header, std::optional<std::string_view> body, bool utf8)
{
    Part part;
    part.description = body ? "Undelivered message" : "Header of the message";
    part.content = body ? std::string(*body) : std::string(cut_header(header));
    part.is_8bit = !is_ascii(part.content);
    if (body)
        part.type = utf8 ? "message/global" : "message/rfc822"; // RFC 6533 §4
    else
        part.type = utf8 ? "message/global-headers" : "text/rfc822-headers";
    return part;
}

std::string domain_of(const std::string& address)
{
    const auto at = address.rfind('@');
    return at == std::string::npos ? std::string() : address.substr(at + 1);
}

std::map<std::string, std::string> values_for(const std::string& hostname,
                                              const store::QueueEntry& entry,
                                              const std::vector<NoticeRecipient>& recipients,
                                              std::string_view header)
{
    std::map<std::string, std::string> values;
    values["hostname"] = hostname;
    values["sender"] = shown(entry.sender);
    values["recipients"] = recipient_lines(recipients);
    values["arrived"] = mime::format_date(entry.arrived);
    values["id"] = to_string(entry.id);
    const auto subject = mime::find_field(header, "Subject");
    std::string text = subject ? shown(mime::decode_header_text(mime::unfold(*subject))) : "";
    values["subject"] = utf8::is_valid(text.substr(0, kMaxSubjectOctets))
                            ? text.substr(0, kMaxSubjectOctets)
                            : text.substr(0, text.find(' '));
    std::optional<Time> until;
    for (const auto& one : recipients)
        if (one.will_retry_until && (!until || *one.will_retry_until > *until))
            until = one.will_retry_until;
    values["retry_until"] = until ? mime::format_date(*until) : "";
    return values;
}

} // namespace

bool is_wanted(const conf::Config& config, const store::QueueEntry& entry,
               const store::QueueRecipient& recipient, Notice notice)
{
    if (entry.sender.empty() ||
        entry.mail_class == MailClass::Bounce) // RFC 3464 §2: never of a notice
        return notice == Notice::Failure && !config.bounce.double_to.empty();
    if (entry.mail_class == MailClass::AutoReply || entry.mail_class == MailClass::Report ||
        is_daemon(entry.sender))
        return false;
    return is_asked_for(recipient.notify, notice) && may_be_told(config, entry);
}

NoticeMessage make_notice(const conf::Config& config, const std::string& hostname, Time now,
                          const store::QueueEntry& entry, Notice notice,
                          const std::vector<NoticeRecipient>& recipients, std::string_view header,
                          std::optional<std::string_view> body, Random& random)
{
    const NoticeText words = notice_text(config.bounce, notice, domain_of(entry.sender));
    const auto values = values_for(hostname, entry, recipients, header);
    mime::DeliveryStatus status;
    status.reporting_mta = hostname;
    status.envelope_id = entry.envelope_id;
    status.arrived = entry.arrived;
    bool utf8 = false;
    for (const auto& one : recipients) {
        mime::StatusOfRecipient row;
        row.original_recipient = one.recipient.original_recipient;
        row.final_recipient = one.recipient.address;
        row.action = action_of(notice);
        row.status = one.status.empty() ? "5.0.0" : one.status;
        row.remote_mta = one.remote_host;
        row.diagnostic = one.diagnostic;
        if (notice != Notice::Success)
            row.last_attempt = now;
        row.will_retry_until = one.will_retry_until;
        utf8 = utf8 || !is_ascii(row.final_recipient) || !is_ascii(row.original_recipient);
        status.recipients.push_back(std::move(row));
    }
    utf8 = utf8 || !is_ascii(entry.sender);

    NoticeMessage out;
    out.to = entry.sender.empty() ? config.bounce.double_to : entry.sender;
    out.smtp_utf8 = utf8;
    Part text{"text/plain; charset=utf-8", "Notice", with_crlf(filled_in(words.text, values)),
              false};
    text.is_8bit = !is_ascii(text.content);
    Part report{utf8 ? "message/global-delivery-status" : "message/delivery-status",
                "Delivery report", mime::format_delivery_status(status, utf8), false};
    report.is_8bit = !is_ascii(report.content);
    const Part returned = returned_part(header, body, utf8);
    const std::string boundary = make_boundary(random, text.content + returned.content);
    const bool is_8bit = text.is_8bit || report.is_8bit || returned.is_8bit;

    std::string& m = out.message;
    const std::string from =
        config.bounce.from.empty() ? "MAILER-DAEMON@" + hostname : config.bounce.from;
    m += "From: Mail Delivery System <" + from + ">\r\n";
    m += "To: <" + out.to + ">\r\n";
    m += "Subject: " + header_text(filled_in(words.subject, values)) + "\r\n";
    m += "Date: " + mime::format_date(now) + "\r\n";
    m += "Message-ID: <" + random.token(20) + "@" + hostname + ">\r\n";
    m += "Auto-Submitted: auto-replied\r\n"; // RFC 3834 §5
    if (const auto about = mime::find_field(header, "Message-ID")) {
        const std::string id = mime::unfold(*about);
        if (is_ascii(id) && id.size() < 900)
            m += "References: " + id + "\r\n";
    }
    m += "MIME-Version: 1.0\r\n";
    m += "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"" + boundary +
         "\"\r\n";
    m += std::string("Content-Transfer-Encoding: ") + (is_8bit ? "8bit" : "7bit") + "\r\n\r\n";
    put_part(m, boundary, text);
    put_part(m, boundary, report);
    put_part(m, boundary, returned);
    m += "--" + boundary + "--\r\n";
    return out;
}

} // namespace mailctl::queue
