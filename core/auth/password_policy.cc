// Judging and making passwords.
#include "core/auth/password_policy.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

constexpr unsigned kGeneratedCharacters = 16; ///< 5 bits each

/// The head of every list of stolen passwords, from four letters on.
constexpr std::array kForbidden{
    std::string_view("password"), std::string_view("passw0rd"), std::string_view("test"),
    std::string_view("12345678"), std::string_view("123456789"), std::string_view("1234567890"),
    std::string_view("11111111"), std::string_view("00000000"), std::string_view("qwertyui"),
    std::string_view("qwerty123"), std::string_view("qwertyuiop"), std::string_view("1q2w3e4r"),
    std::string_view("1q2w3e4r5t"), std::string_view("abcd1234"), std::string_view("abc12345"),
    std::string_view("iloveyou"), std::string_view("sunshine"), std::string_view("princess"),
    std::string_view("football"), std::string_view("baseball"), std::string_view("superman"),
    std::string_view("trustno1"), std::string_view("letmein1"), std::string_view("welcome1"),
    std::string_view("admin123"), std::string_view("administrator"), std::string_view("changeme"),
    std::string_view("secret123"), std::string_view("password1"), std::string_view("password12"),
    std::string_view("password123"), std::string_view("p@ssw0rd"), std::string_view("p@ssword"),
    std::string_view("starwars"), std::string_view("whatever"), std::string_view("internet"),
    std::string_view("computer"), std::string_view("michelle"), std::string_view("jennifer"),
    std::string_view("87654321"), std::string_view("asdfghjk"), std::string_view("asdfghjkl"),
    std::string_view("zxcvbnm1"), std::string_view("default1"), std::string_view("mailserver"),
};

/// How many of lower case, upper case, digits and others occur.
unsigned classes_of(std::string_view password)
{
    const auto has = [&](auto is) { return std::any_of(password.begin(), password.end(), is) ? 1U : 0U; };
    return has(ascii::is_lower) + has(ascii::is_upper) + has(ascii::is_digit) +
           has([](char c) { return !ascii::is_alnum(c); });
}

/// Code points of UTF-8, or octets where it is none.
std::size_t length_of(std::string_view password)
{
    return static_cast<std::size_t>(std::count_if(
        password.begin(), password.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_forbidden(std::string_view password, const conf::AuthSettings& settings)
{
    const auto equals = [&](std::string_view word) { return ascii::equals_ignoring_case(word, password); };
    return std::any_of(kForbidden.begin(), kForbidden.end(), equals) ||
           std::any_of(settings.forbidden_passwords.begin(), settings.forbidden_passwords.end(), equals);
}

/// The user's name, the domain's, or the whole address, perhaps with digits after it.
bool is_about_the_user(std::string_view password, std::string_view address)
{
    std::string_view stem = password;
    while (!stem.empty() && ascii::is_digit(stem.back()))
        stem.remove_suffix(1);
    const std::size_t at = address.rfind('@');
    std::vector<std::string_view> words{address, address.substr(0, at)};
    if (at != std::string_view::npos) {
        const std::string_view domain = address.substr(at + 1);
        words.push_back(domain);
        words.push_back(domain.substr(0, domain.find('.')));
    }
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return ascii::equals_ignoring_case(word, password) || ascii::equals_ignoring_case(word, stem);
    });
}

bool is_one_character(std::string_view password)
{
    return password.find_first_not_of(password.front()) == std::string_view::npos;
}

} // namespace

Result<> check_new_password(std::string_view password, std::string_view address,
                            const conf::AuthSettings& settings)
{
    if (password.empty())
        return Error(Errc::Invalid, "the password is empty");
    std::vector<std::string> faults;
    if (std::any_of(password.begin(), password.end(), ascii::is_control))
        faults.emplace_back("has control characters");
    if (password.size() > 1024)
        faults.emplace_back("is longer than 1024 octets");
    if (length_of(password) < settings.min_password_length)
        faults.push_back("is shorter than " + std::to_string(settings.min_password_length) + " characters");
    if (classes_of(password) < settings.password_classes)
        faults.push_back("has fewer than " + std::to_string(settings.password_classes) +
                         " of: lower case, upper case, digit, symbol");
    if (is_about_the_user(password, address))
        faults.emplace_back("is the user's or domain's name");
    if (is_forbidden(password, settings) || is_one_character(password))
        faults.emplace_back("is among the first that anybody guesses");
    if (faults.empty())
        return ok();
    std::string text = "the password ";
    for (std::size_t i = 0; i < faults.size(); ++i)
        text += (i == 0 ? "" : "; it ") + faults[i];
    return Error(Errc::Invalid, std::move(text));
}

std::string make_password(const conf::AuthSettings& settings, Random& random)
{
    constexpr std::string_view kSymbols = "-+=.%";
    const unsigned characters = std::max(kGeneratedCharacters, settings.min_password_length);
    for (;;) {
        std::string password = random.token(characters);
        if (settings.password_classes > 2) {
            const auto letter = std::find_if(password.begin(), password.end(), ascii::is_lower);
            if (letter != password.end())
                *letter = ascii::to_upper(*letter);
        }
        if (settings.password_classes > 3)
            password[characters / 2] = kSymbols[random.next_u64() % kSymbols.size()];
        if (classes_of(password) >= settings.password_classes)
            return password;
    }
}

} // namespace mailctl::auth
