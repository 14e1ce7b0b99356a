// SASLprep by ICU's stringprep profile.
#include "core/crypto/saslprep.h"

#include <algorithm>
#include <memory>

#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "core/base/ascii.h"

namespace mailctl::crypto {
namespace {

// RFC 4013 leaves printable ASCII as it is.
bool is_plain(std::string_view text)
{
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return ascii::is_control(c) || ascii::is_8bit(c); });
}

// ICU's profile is immutable once open; it lives as long as the process.
const UStringPrepProfile* profile()
{
    static UErrorCode status = U_ZERO_ERROR;
    static UStringPrepProfile* const opened = usprep_openByType(USPREP_RFC4013_SASLPREP, &status);
    return U_SUCCESS(status) ? opened : nullptr;
}

} // namespace

Result<std::string> saslprep(std::string_view text)
{
    if (is_plain(text))
        return std::string(text);
    constexpr std::size_t kMostOctets = 4096;
    if (text.size() > kMostOctets)
        return Error(Errc::Invalid, "SASLprep: text too long");

    UErrorCode status = U_ZERO_ERROR;
    std::u16string wide(text.size(), u'\0');
    std::int32_t wide_units = 0;
    u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &wide_units, text.data(),
                  static_cast<std::int32_t>(text.size()), &status);
    if (U_FAILURE(status))
        return Error(Errc::Invalid, "SASLprep: not UTF-8");
    if (profile() == nullptr)
        return Error(Errc::Unavailable, "SASLprep: ICU has no data for it");

    // NFKC makes at most 18 units of one (Unicode Annex 15).
    std::u16string prepared(static_cast<std::size_t>(wide_units) * 18 + 1, u'\0');
    UParseError where{};
    const std::int32_t units =
        usprep_prepare(profile(), wide.data(), wide_units, prepared.data(),
                       static_cast<std::int32_t>(prepared.size()), USPREP_ALLOW_UNASSIGNED, &where, &status);
    if (U_FAILURE(status))
        return Error(Errc::Invalid, "SASLprep: prohibited characters");

    std::string out(static_cast<std::size_t>(units) * 3 + 1, '\0');
    std::int32_t octets = 0;
    u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &octets, prepared.data(), units, &status);
    if (U_FAILURE(status))
        return Error(Errc::Invalid, "SASLprep: not Unicode");
    out.resize(static_cast<std::size_t>(octets));
    return out;
}

} // namespace mailctl::crypto
