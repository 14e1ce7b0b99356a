// The words of queue.priority.
#include "core/delivery/mail_class.h"

#include <charconv>
#include <optional>

#include "core/address/address.h"

namespace mailctl::delivery {
namespace {

using store::MailClass;

constexpr std::uint8_t kUsual = 5;

std::string_view word_of(MailClass kind)
{
    switch (kind) {
    case MailClass::List: return "list";
    case MailClass::Large: return "large";
    case MailClass::Bounce: return "bounce";
    case MailClass::AutoReply: return "auto_reply";
    case MailClass::Report: return "report";
    case MailClass::Event: return "event";
    case MailClass::Normal: break;
    }
    return "normal";
}

std::optional<std::uint8_t> parse_priority(const std::string& text)
{
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 10)
        return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

} // namespace

MailClass class_of(const conf::QueueSettings& settings, MailClass by_header,
                   const std::string& sender, std::uint64_t octets)
{
    if (by_header == MailClass::AutoReply || by_header == MailClass::Report ||
        by_header == MailClass::Bounce)
        return by_header;
    if (sender.empty())
        return MailClass::Bounce;
    const bool large = settings.large_octets > 0 && octets >= settings.large_octets;
    return by_header == MailClass::Normal && large ? MailClass::Large : by_header;
}

std::uint8_t priority_of(const conf::QueueSettings& settings, MailClass kind,
                         const std::string& sender)
{
    for (const auto& [pattern, priority] : settings.sender_priority) {
        if (address::matches_wildcard(pattern, sender.empty() ? "<>" : sender))
            return parse_priority(priority).value_or(kUsual);
    }
    const auto row = settings.priority.find(std::string(word_of(kind)));
    return row == settings.priority.end() ? kUsual : parse_priority(row->second).value_or(kUsual);
}

} // namespace mailctl::delivery
