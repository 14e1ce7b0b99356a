// Lines for people, in a text that the administrator may have written.
#include "core/keeping/retention_report.h"

#include <map>
#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/octets.h"
#include "core/keeping/notices.h"

namespace mailctl::keeping {
namespace {

constexpr queue::BuiltInText kTexts[] = {
    {"en", "Retention ended {messages} messages",
     "Retention ended {messages} messages ({size}) in {mailboxes} mailboxes; {failed} users failed.\n"
     "\n{list}\n{hostname}\n"},
    {"de", "Aufbewahrung: {messages} Nachrichten entfernt",
     "Die Regeln zur Aufbewahrung entfernten {messages} Nachrichten ({size}) aus {mailboxes} "
     "Ordnern; bei {failed} Benutzern schlugen sie fehl.\n"
     "\n{list}\n{hostname}\n"},
};

/// RFC 5322 §2.1.1 ends a line at 998 octets; a rule may be longer, and is in the log.
std::string shortened(const std::string& rule)
{
    constexpr std::size_t kMostOctets = 300;
    return rule.size() > kMostOctets ? "a rule of [[retention]]" : ascii::printable(rule);
}

} // namespace

void RetentionReport::add_line(std::string line)
{
    if (lines_.size() < kMaxReportLines)
        lines_.push_back(std::move(line));
    else
        ++left_out_;
}

void RetentionReport::add(const std::string& user, const Ended& ended)
{
    ++mailboxes_;
    messages_ += ended.messages;
    octets_ += ended.octets;
    add_line(user + ", " + ascii::printable(ended.mailbox) + ": " +
             std::to_string(ended.messages) + " (" + to_rough_octets(ended.octets) + ") by " +
             shortened(ended.rule));
}

void RetentionReport::add_failure(const std::string& user, const Error& error)
{
    ++failed_;
    add_line(user + ": failed: " + to_string(error));
}

std::string RetentionReport::list() const
{
    std::string text;
    for (const auto& line : lines_)
        text += line + "\n";
    if (left_out_ > 0)
        text += "... +" + std::to_string(left_out_) + "\n";
    return text;
}

Awaitable<Result<>> send_report(const delivery::Services& services, const RetentionReport& report)
{
    const std::string& to = services.config->upkeep.report;
    if (to.empty() || report.is_empty())
        co_return ok();
    const std::map<std::string, std::string> values{
        {"messages", std::to_string(report.messages())},
        {"size", to_rough_octets(report.octets())},
        {"mailboxes", std::to_string(report.mailboxes())},
        {"failed", std::to_string(report.failed())},
        {"list", report.list()},
        {"hostname", services.hostname},
    };
    auto notice = filled_notice(services, to, "retention", kTexts, values);
    co_return co_await delivery::send_notice(services, std::move(notice));
}

} // namespace mailctl::keeping
