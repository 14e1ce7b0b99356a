// Names and classes of error codes.
#include "core/base/error.h"

#include <array>
#include <stdexcept>

#include "core/base/result.h"

namespace mailctl {
namespace {

struct Row {
    Errc code;
    std::string_view name;
    bool temporary;
};

constexpr std::array kRows{
    Row{Errc::Invalid, "invalid", false},         Row{Errc::NotFound, "not_found", false},
    Row{Errc::Exists, "exists", false},           Row{Errc::Denied, "denied", false},
    Row{Errc::OverQuota, "over_quota", true},     Row{Errc::Busy, "busy", true},
    Row{Errc::Unavailable, "unavailable", true},  Row{Errc::Corrupt, "corrupt", true},
    Row{Errc::Conflict, "conflict", true},        Row{Errc::InDoubt, "in_doubt", true},
};

const Row& row_of(Errc code)
{
    return kRows.at(static_cast<std::size_t>(code));
}

} // namespace

std::string_view name_of(Errc code)
{
    return row_of(code).name;
}

bool is_temporary(Errc code)
{
    return row_of(code).temporary;
}

Error Error::within(std::string_view context) const
{
    std::string text(context);
    text += ": ";
    text += detail_;
    return Error(code_, std::move(text));
}

std::string to_string(const Error& error)
{
    std::string text(name_of(error.code()));
    text += ": ";
    text += error.detail();
    return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw std::logic_error("an error was used as a value: " + to_string(error));
}

} // namespace mailctl
