// Makes, keeps and finds app passwords.
#include "core/auth/secrets/app_password.h"

#include <algorithm>

#include "core/auth/secrets/line.h"
#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/net/network.h"

namespace mailctl::auth {
namespace {

constexpr std::size_t kSaltOctets = 16;
constexpr std::size_t kIdCharacters = 6;

std::string random_octets(Random& random, std::size_t count)
{
    std::string out(count, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    return out;
}

std::string digest_of(std::string_view salt, std::string_view secret)
{
    return crypto::digest(crypto::Hash::Sha256, std::string(salt) + std::string(secret));
}

/// As it was made: people write it in groups.
std::string as_made(std::string_view typed)
{
    std::string out;
    for (const char c : typed)
        if (c != ' ' && c != '-')
            out += ascii::to_lower(c);
    return out;
}

std::vector<std::string> words_of(std::uint32_t services)
{
    std::vector<std::string> words;
    for (const auto service : kAppPasswordServices)
        if ((services & static_cast<std::uint32_t>(service)) != 0)
            words.emplace_back(store::name_of(service));
    return words;
}

Result<std::uint32_t> services_of(const std::vector<std::string>& words)
{
    std::uint32_t services = 0;
    for (const auto& word : words) {
        const auto service = store::parse_right(word);
        const auto known = std::end(kAppPasswordServices);
        if (!service || std::find(std::begin(kAppPasswordServices), known, *service) == known)
            return Error(Errc::Invalid, ascii::printable(word) + ": no service of app passwords");
        services |= static_cast<std::uint32_t>(*service);
    }
    if (services == 0)
        return Error(Errc::Invalid, "an app password needs a service");
    return services;
}

Result<std::vector<std::string>> checked_networks(const std::vector<std::string>& texts)
{
    if (texts.size() > kMaxAppPasswordNetworks)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxAppPasswordNetworks) + " networks");
    std::vector<std::string> out;
    for (const auto& text : texts) {
        TRY(const net::Network network, net::Network::parse(text));
        out.push_back(network.text());
    }
    return out;
}

/// Salt and iterations for keys of a new app password, which all of the user's keys should share.
crypto::ScramKeys salt_for(const store::User& user, std::uint32_t iterations, Random& random)
{
    if (auto shared = shared_scram_of(user))
        return *shared;
    if (auto own = crypto::decode_scram(user.credentials.scram_sha_256))
        return *own;
    crypto::ScramKeys fresh;
    fresh.salt = random_octets(random, crypto::kScramSaltOctets);
    fresh.iterations = std::max(iterations, crypto::kMinScramIterations);
    return fresh;
}

} // namespace

std::string to_string(const AppPassword& one)
{
    return LineWriter()
        .put("id", one.id)
        .put("label", one.label)
        .put("services", words_of(one.services))
        .put("networks", one.networks)
        .put("salt", crypto::encode_base64(one.salt))
        .put("sha256", crypto::encode_base64(one.digest))
        .put("scram_sha_256", one.scram_sha_256)
        .put("created", to_rfc3339(one.created))
        .put("expires", one.expires ? to_rfc3339(*one.expires) : std::string())
        .take();
}

Result<AppPassword> parse_app_password(std::string_view line)
{
    TRY(const LineReader in, LineReader::parse(line));
    AppPassword one;
    one.id = in.text("id");
    one.label = in.text("label");
    one.scram_sha_256 = in.text("scram_sha_256");
    TRY(one.services, services_of(in.list("services")));
    TRY(one.networks, checked_networks(in.list("networks")));
    TRY(one.salt, crypto::decode_base64(in.text("salt")));
    TRY(one.digest, crypto::decode_base64(in.text("sha256")));
    TRY(one.created, parse_rfc3339(in.text("created")));
    if (const auto expires = in.text("expires"); !expires.empty()) {
        TRY(one.expires, parse_rfc3339(expires));
    }
    if (one.id.empty() || one.digest.size() != crypto::digest_octets(crypto::Hash::Sha256))
        return Error(Errc::Invalid, "an app password needs id and sha256");
    return one;
}

std::vector<AppPassword> app_passwords_of(const store::User& user)
{
    std::vector<AppPassword> out;
    for (const auto& line : user.app_passwords)
        if (auto one = parse_app_password(line))
            out.push_back(*std::move(one));
    return out;
}

Result<NewAppPassword> make_app_password(const store::User& user, const AppPasswordWish& wish,
                                         Time now, Random& random)
{
    if (user.app_passwords.size() >= kMaxAppPasswords)
        return Error(Errc::OverQuota,
                     "a user has at most " + std::to_string(kMaxAppPasswords) + " app passwords");
    if (wish.label.empty() || wish.label.size() > kMaxAppPasswordLabel)
        return Error(Errc::Invalid, "a label has 1 to " + std::to_string(kMaxAppPasswordLabel) +
                                        " octets");
    if (wish.expires && *wish.expires <= now)
        return Error(Errc::Invalid, "it would have expired already");
    NewAppPassword made;
    TRY(made.kept.services, services_of(words_of(wish.services)));
    TRY(made.kept.networks, checked_networks(wish.networks));
    do
        made.kept.id = random.token(kIdCharacters);
    while (find_app_password_by_id(user, made.kept.id));
    made.kept.label = wish.label;
    made.kept.created = now;
    made.kept.expires = wish.expires;
    made.secret = random.token(kAppPasswordCharacters);
    made.kept.salt = random_octets(random, kSaltOctets);
    made.kept.digest = digest_of(made.kept.salt, made.secret);
    const auto salt = salt_for(user, wish.scram_iterations, random);
    TRY(const auto keys, crypto::derive_scram_sha_256(made.secret, salt.salt, salt.iterations));
    made.kept.scram_sha_256 = crypto::encode_scram(keys);
    return made;
}

std::optional<AppPassword> find_app_password(const store::User& user, std::string_view secret)
{
    if (user.app_passwords.empty())
        return std::nullopt;
    const std::string made = as_made(secret);
    if (made.size() != kAppPasswordCharacters)
        return std::nullopt;
    for (auto& one : app_passwords_of(user))
        if (crypto::equals_in_constant_time(digest_of(one.salt, made), one.digest))
            return std::move(one);
    return std::nullopt;
}

std::optional<AppPassword> find_app_password_by_id(const store::User& user, std::string_view id)
{
    for (auto& one : app_passwords_of(user))
        if (one.id == id)
            return std::move(one);
    return std::nullopt;
}

std::string_view refusal_of(const AppPassword& one, store::Right service, std::string_view address,
                            Time now)
{
    if (one.is_expired(now))
        return "app password expired";
    if (!one.is_for(service))
        return "app password for another service";
    if (!one.networks.empty() && !net::any_contains(one.networks, address))
        return "app password not from this address";
    return "";
}

std::optional<crypto::ScramKeys> shared_scram_of(const store::User& user)
{
    for (const auto& one : app_passwords_of(user))
        if (auto keys = crypto::decode_scram(one.scram_sha_256))
            return *std::move(keys);
    return std::nullopt;
}

std::string app_password_note(std::string_view id)
{
    return "app_password." + std::string(id);
}

} // namespace mailctl::auth
