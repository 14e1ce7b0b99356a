// Reads own settings by the rows of the table of settings.
#include "core/settings/own_settings.h"

#include <algorithm>

#include "conf/imap_extensions.h"
#include "conf/meaning/abuse.h"
#include "conf/schema/schema.h"
#include "conf/value.h"
#include "core/base/ascii.h"

namespace mailctl::settings {
namespace {

/// "NAME=VALUE" with a known name; nullptr: it has none.
struct Line {
    const conf::Setting<conf::Config>* row = nullptr;
    std::string_view value;
};

Line split(std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        return {};
    const auto name = text.substr(0, equals);
    if (std::find(std::begin(kOwnSettings), std::end(kOwnSettings), name) == std::end(kOwnSettings))
        return {};
    for (const auto& row : conf::settings())
        if (row.path == name)
            return {&row, text.substr(equals + 1)};
    return {};
}

/// As TOML would have it, by the type of the setting.
conf::Value value_of(std::string_view type, std::string_view text)
{
    conf::Value value;
    if (type == "boolean" && (text == "true" || text == "false")) {
        value.data = text == "true";
    } else if (type == "list") {
        conf::List list;
        for (const auto part : ascii::split(text, ',')) {
            conf::Value one;
            one.data = std::string(ascii::trim(part));
            if (!ascii::trim(part).empty())
                list.push_back(std::move(one));
        }
        value.data = std::move(list);
    } else if (const auto number = ascii::parse_number<std::int64_t>(text);
               type == "integer" && number) {
        value.data = *number;
    } else {
        value.data = std::string(text);
    }
    return value;
}

/// Errors: Invalid.
Result<> assign_line(std::string_view text, conf::Config& config)
{
    const auto line = split(text);
    if (line.row == nullptr) {
        std::string names;
        for (const auto name : kOwnSettings)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return Error(Errc::Invalid,
                     ascii::printable(text) + ": no such setting; NAME=VALUE with " + names);
    }
    const auto done = line.row->assign(config, value_of(line.row->type, line.value));
    return done ? done : Result<>(done.error().within(line.row->path));
}

Result<> check_levels(std::string_view name, const std::vector<std::string>& levels)
{
    for (const auto& level : levels) {
        const auto percent = ascii::parse_number<unsigned>(level);
        if (!percent || *percent < 1 || *percent > 100)
            return Error(Errc::Invalid, std::string(name) + ": " + ascii::printable(level) +
                                            " is no percentage from 1 to 100");
    }
    return ok();
}

Result<> check_detection(const conf::DetectSettings& detect)
{
    const auto wrong = conf::what_is_wrong(detect);
    return wrong.empty() ? ok() : Error(Errc::Invalid, wrong.front());
}

/// A sum over all users of a domain is none of one user.
bool is_of_domains_alone(std::string_view line)
{
    return line.starts_with("quota.domain_warn=");
}

/// What the type alone does not tell.
Result<> check_values(const conf::Config& config)
{
    for (const auto& name : config.imap.disabled_extensions) {
        const bool is_known = std::any_of(
            std::begin(conf::kImapExtensions), std::end(conf::kImapExtensions),
            [&](auto known) { return ascii::equals_ignoring_case(known, name); });
        if (!is_known)
            return Error(Errc::Invalid, "imap.disabled_extensions: " + ascii::printable(name) +
                                            " is no extension of this server");
    }
    TRY_VOID(check_levels("quota.warn", config.quota.warn));
    return check_levels("quota.domain_warn", config.quota.domain_warn);
}

} // namespace

OwnSettings own_settings(const conf::Config& config, const store::Domain& domain,
                         const store::User& user)
{
    const auto taken = [](const conf::Config& from) {
        OwnSettings settings;
        settings.pop3 = from.pop3;
        settings.quota = from.quota;
        settings.imap = from.imap;
        settings.user = from.user;
        settings.shares = from.sharing.users;
        settings.detect = from.abuse.detect;
        return settings;
    };
    if (domain.settings.empty() && user.settings.empty())
        return taken(config);
    conf::Config own;
    own.pop3 = config.pop3;
    own.quota = config.quota;
    own.imap = config.imap;
    own.user = config.user;
    own.sharing = config.sharing;
    own.queue.delay = milliseconds(0);
    own.abuse = config.abuse;
    for (const auto* lines : {&domain.settings, &user.settings})
        for (const auto& line : *lines)
            (void)assign_line(line, own); // a line that no version knows is passed over
    auto settings = taken(own);
    settings.delay = own.queue.delay;
    return settings;
}

Result<> check_settings(const std::vector<std::string>& lines, Whose whose)
{
    for (const auto& line : lines) {
        if (whose == Whose::User && is_of_domains_alone(line))
            return Error(Errc::Invalid, "quota.domain_warn is about all users of a domain together: "
                                        "a domain may have its own, a user may not");
        conf::Config scratch;
        TRY_VOID(assign_line(line, scratch));
        TRY_VOID(check_values(scratch));
        TRY_VOID(check_detection(scratch.abuse.detect));
    }
    return ok();
}

Result<> change_settings(const std::vector<std::string>& given, std::vector<std::string>& lines,
                         Whose whose)
{
    for (const auto& text : given) {
        if (text == "none") {
            lines.clear();
            continue;
        }
        const bool takes = text.ends_with("=none") && split(text).row != nullptr;
        if (!takes)
            TRY_VOID(check_settings({text}, whose));
        const auto start = text.substr(0, text.find('=') + 1);
        std::erase_if(lines, [&start](const std::string& one) { return one.starts_with(start); });
        if (!takes)
            lines.push_back(text);
    }
    return ok();
}

} // namespace mailctl::settings
