// Domain names: one stored form, and the form that people read.
#include <idn2.h>

#include <algorithm>
#include <memory>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace mailctl::address {
namespace {

// RFC 1035 §2.3.4
constexpr std::size_t kMaxLabelOctets = 63;

struct FreeIdn {
    void operator()(void* text) const { idn2_free(text); }
};
using IdnText = std::unique_ptr<char, FreeIdn>;

bool has_8bit(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), ascii::is_8bit);
}

// RFC 5891 §5, with the mapping of UTS 46 that people's input needs (case, width, full stops).
Result<std::string> to_a_labels(std::string_view text)
{
    if (!utf8::is_valid(text) || text.find('\0') != std::string_view::npos)
        return Error(Errc::Invalid, "domain is not UTF-8");
    std::uint8_t* found = nullptr;
    const std::string terminated(text);
    const int status =
        idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(terminated.c_str()), &found,
                       IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const IdnText owned(reinterpret_cast<char*>(found));
    if (status != IDN2_OK)
        return Error(Errc::Invalid, std::string("domain: ") + idn2_strerror(status));
    return std::string(owned.get());
}

IdnText to_u_labels(const std::string& name)
{
    char* found = nullptr;
    const int status = idn2_to_unicode_8z8z(name.c_str(), &found, 0);
    IdnText owned(found);
    if (status != IDN2_OK)
        owned.reset();
    return owned;
}

// RFC 5890 §2.3.2.1: an "xn--" label that is no A-label is not to be used as one.
bool is_a_label(std::string_view label)
{
    const IdnText shown = to_u_labels(std::string(label));
    if (!shown || !has_8bit(shown.get()))
        return false;
    const auto back = to_a_labels(shown.get());
    return back && *back == label;
}

// RFC 5321 §4.1.2 sub-domain, but: "_" is taken too, as hosts in use carry it.
Result<> check_label(std::string_view label)
{
    if (label.empty())
        return Error(Errc::Invalid, "domain has an empty label");
    if (label.size() > kMaxLabelOctets)
        return Error(Errc::Invalid, "domain has a label over 63 octets");
    const bool known = std::all_of(label.begin(), label.end(), [](char c) {
        return ascii::is_alnum(c) || c == '-' || c == '_';
    });
    if (!known)
        return Error(Errc::Invalid, "domain has a character other than letters, digits and \"-\"");
    if (label.front() == '-' || label.back() == '-')
        return Error(Errc::Invalid, "domain has a label that starts or ends with \"-\"");
    if (label.starts_with("xn--") && !is_a_label(label))
        return Error(Errc::Invalid, "domain has an \"xn--\" label that is no IDN");
    return ok();
}

} // namespace

Result<std::string> canonical_domain(std::string_view text)
{
    std::string name;
    if (text.size() > 4 * kMaxDomainOctets)
        return Error(Errc::Invalid, "domain is over 255 octets");
    if (has_8bit(text)) {
        TRY(name, to_a_labels(text));
    } else {
        name = text;
    }
    name = ascii::lower(name);
    if (name.size() > 1 && name.back() == '.')
        name.pop_back();
    if (name.empty())
        return Error(Errc::Invalid, "domain is empty");
    if (name.size() > kMaxDomainOctets)
        return Error(Errc::Invalid, "domain is over 255 octets");
    for (const auto label : ascii::split(name, '.'))
        TRY_VOID(check_label(label));
    return name;
}

std::string display_domain(std::string_view canonical)
{
    std::string name(canonical);
    if (name.find("xn--") == std::string::npos)
        return name;
    const IdnText shown = to_u_labels(name);
    if (!shown)
        return name;
    const auto back = canonical_domain(shown.get());
    return back && *back == name ? std::string(shown.get()) : name;
}

} // namespace mailctl::address
