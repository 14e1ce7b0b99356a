// The note "former_secrets": lines of "password ", "scram " and "app " with what each was
// kept as. DO NOT CHANGE: on disk since 0.1
#include "core/auth/secrets/former_secrets.h"

#include <algorithm>
#include <utility>

#include "core/auth/secrets/app_password.h"
#include "core/base/ascii.h"

namespace mailctl::auth {
namespace {

constexpr std::string_view kNote = "former_secrets";
constexpr std::string_view kPassword = "password ", kScram = "scram ", kAppPassword = "app ";

FormerSecrets parse(std::string_view text)
{
    FormerSecrets out;
    for (const auto line : ascii::split(text, '\n')) {
        if (line.starts_with(kPassword))
            out.hashes.emplace_back(line.substr(kPassword.size()));
        else if (line.starts_with(kScram))
            out.scrams.emplace_back(line.substr(kScram.size()));
        else if (line.starts_with(kAppPassword))
            out.app_passwords.emplace_back(line.substr(kAppPassword.size()));
    }
    return out;
}

std::string to_string(const FormerSecrets& former)
{
    std::string out;
    for (const auto& hash : former.hashes)
        out.append(kPassword).append(hash) += '\n';
    for (const auto& keys : former.scrams)
        out.append(kScram).append(keys) += '\n';
    for (const auto& line : former.app_passwords)
        out.append(kAppPassword).append(line) += '\n';
    return out;
}

/// `fresh` first, each once, at most so many.
void put_before(std::vector<std::string> fresh, std::size_t most, std::vector<std::string>& all)
{
    for (auto& old : all)
        if (std::find(fresh.begin(), fresh.end(), old) == fresh.end())
            fresh.push_back(std::move(old));
    fresh.resize(std::min(fresh.size(), most));
    all = std::move(fresh);
}

} // namespace

Awaitable<Result<FormerSecrets>> former_secrets(store::Account& account)
{
    const auto note = co_await account.note(std::string(kNote));
    if (!note)
        co_return note.error();
    co_return parse(note->value_or(""));
}

Awaitable<Result<>> remember_secrets(store::Account& account, store::User user, bool with_password)
{
    CO_TRY(auto former, co_await former_secrets(account));
    if (with_password && !user.credentials.hash.empty())
        put_before({std::move(user.credentials.hash)}, kFormerPasswords, former.hashes);
    if (with_password && !user.credentials.scram_sha_256.empty())
        put_before({std::move(user.credentials.scram_sha_256)}, kFormerPasswords, former.scrams);
    put_before(std::move(user.app_passwords), kFormerAppPasswords, former.app_passwords);
    std::string text = to_string(former);
    if (text.empty())
        co_return ok();
    co_return co_await account.set_note(std::string(kNote), std::move(text));
}

Awaitable<Result<>> forget_secrets(store::Account& account)
{
    const auto note = co_await account.note(std::string(kNote));
    if (!note)
        co_return note.error();
    if (!*note)
        co_return ok();
    co_return co_await account.set_note(std::string(kNote), "\n");
}

std::vector<std::string> former_scram_keys(const FormerSecrets& former, const crypto::ScramKeys& salt)
{
    std::vector<std::string> out;
    const auto take = [&](const std::string& encoded) {
        const auto keys = crypto::decode_scram(encoded);
        if (keys && keys->salt == salt.salt && keys->iterations == salt.iterations)
            out.push_back(encoded);
    };
    for (const auto& encoded : former.scrams)
        take(encoded);
    for (const auto& line : former.app_passwords)
        if (const auto one = parse_app_password(line))
            take(one->scram_sha_256);
    return out;
}

std::optional<crypto::ScramKeys> salt_after(const store::User& before, bool keeps_app_passwords,
                                            conf::OldPassword old_password,
                                            std::uint32_t iterations)
{
    const bool is_known_again = old_password == conf::OldPassword::Empty;
    if (keeps_app_passwords || is_known_again)
        if (auto shared = shared_scram_of(before))
            return shared;
    auto own = crypto::decode_scram(before.credentials.scram_sha_256);
    if (is_known_again && own && own->iterations >= iterations)
        return *std::move(own);
    return std::nullopt;
}

bool has_app_password(const FormerSecrets& former, std::string_view secret)
{
    store::User before;
    before.app_passwords = former.app_passwords;
    return find_app_password(before, secret).has_value();
}

} // namespace mailctl::auth
