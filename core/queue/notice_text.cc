// Texts of notices, in the languages that are built in.
#include "core/queue/notice_text.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/base/utf8.h"

namespace mailctl::queue {
namespace {

struct BuiltIn {
    Notice notice;
    BuiltInText words;
};
constexpr BuiltIn kBuiltIn[] = {
    {Notice::Failure, {"en", "Not delivered: {subject}",
     "Your message could not be delivered to:\n\n{recipients}\n"
     "It was accepted by {hostname} on {arrived} as {id}.\n"
     "It is not tried again. What you sent comes back below.\n"}},
    {Notice::Delay, {"en", "Delayed: {subject}",
     "Your message has not been delivered yet to:\n\n{recipients}\n"
     "You need not send it again: {hostname} goes on trying until {retry_until}.\n"}},
    {Notice::Success, {"en", "Delivered: {subject}",
     "You asked to be told: your message was delivered to:\n\n{recipients}"}},
    {Notice::Relayed, {"en", "Passed on: {subject}",
     "You asked to be told: your message was passed on to a server that will not tell what becomes "
     "of it, for:\n\n{recipients}"}},
    {Notice::Failure, {"de", "Nicht zugestellt: {subject}",
     "Ihre Nachricht konnte nicht zugestellt werden an:\n\n{recipients}\n"
     "Sie wurde von {hostname} am {arrived} als {id} angenommen.\n"
     "Es wird nicht weiter versucht. Was Sie gesendet haben, folgt unten.\n"}},
    {Notice::Delay, {"de", "Verspätet: {subject}",
     "Ihre Nachricht konnte noch nicht zugestellt werden an:\n\n{recipients}\n"
     "Sie müssen sie nicht noch einmal senden: {hostname} versucht es weiter bis {retry_until}.\n"}},
    {Notice::Success, {"de", "Zugestellt: {subject}",
     "Sie wollten es wissen: Ihre Nachricht wurde zugestellt an:\n\n{recipients}"}},
    {Notice::Relayed, {"de", "Weitergegeben: {subject}",
     "Sie wollten es wissen: Ihre Nachricht wurde einem Server übergeben, der nichts weiter "
     "mitteilt, für:\n\n{recipients}"}},
};

std::string_view file_name_of(Notice notice)
{
    switch (notice) {
        case Notice::Failure:
            return "failure";
        case Notice::Delay:
            return "delay";
        case Notice::Success:
            return "success";
        case Notice::Relayed:
            return "relayed";
    }
    return "failure";
}

std::optional<NoticeText> read_template(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return std::nullopt;
    std::string text(kMaxTemplateOctets + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    std::erase(text, '\r');
    constexpr std::string_view kSubject = "Subject: ";
    const auto end = text.find('\n');
    if (text.size() > kMaxTemplateOctets || !text.starts_with(kSubject) ||
        end == std::string::npos || !utf8::is_valid(text)) {
        log::warn("queue",
                  "not a template: it must begin with \"Subject: \", be UTF-8 and at most "
                  "64 KiB",
                  {{"file", path}});
        return std::nullopt;
    }
    NoticeText out;
    out.subject = text.substr(kSubject.size(), end - kSubject.size());
    out.text = text.substr(std::min(text.size(), text.find_first_not_of('\n', end)));
    return out;
}

bool is_safe_name(std::string_view domain)
{
    return !domain.empty() && domain.front() != '.' && domain.find('/') == std::string_view::npos &&
           domain.find('\0') == std::string_view::npos;
}

} // namespace

NoticeText text_of(const conf::BounceSettings& settings, std::string_view kind,
                   std::span<const BuiltInText> built_in, std::string_view domain)
{
    if (!settings.templates.empty()) {
        const std::string names[] = {std::string(kind) + "." + settings.language + ".txt",
                                     std::string(kind) + ".txt"};
        if (is_safe_name(domain)) {
            for (const auto& name : names)
                if (auto own =
                        read_template(settings.templates + "/" + std::string(domain) + "/" + name))
                    return *own;
        }
        for (const auto& name : names)
            if (auto common = read_template(settings.templates + "/" + name))
                return *common;
    }
    const auto language =
        std::string_view(settings.language).substr(0, settings.language.find('-'));
    for (const auto wanted : {language, std::string_view("en")})
        for (const auto& row : built_in)
            if (ascii::equals_ignoring_case(row.language, wanted))
                return {std::string(row.subject), std::string(row.text)};
    return {};
}

NoticeText notice_text(const conf::BounceSettings& settings, Notice notice, std::string_view domain)
{
    std::vector<BuiltInText> texts;
    for (const auto& row : kBuiltIn)
        if (row.notice == notice)
            texts.push_back(row.words);
    return text_of(settings, file_name_of(notice), texts, domain);
}

std::string filled_in(std::string_view text, const std::map<std::string, std::string>& values)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('{', at);
        const auto close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            out += text.substr(at);
            break;
        }
        out += text.substr(at, open - at);
        const auto value = values.find(std::string(text.substr(open + 1, close - open - 1)));
        out += value == values.end() ? std::string(text.substr(open, close - open + 1))
                                     : value->second;
        at = close + 1;
    }
    return out;
}

} // namespace mailctl::queue
