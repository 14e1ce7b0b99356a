// The client's end of PLAIN, LOGIN, CRAM-MD5 and XOAUTH2, and which mechanism is taken.
#include "core/smtp/client/sasl.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/crypto/digest.h"
#include "core/crypto/hex.h"
#include "core/crypto/secret.h"
#include "core/smtp/client/sasl_scram.h"

namespace mailctl::smtp {
namespace {

constexpr std::string_view kBestFirst[] = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1",
                                           "CRAM-MD5",           "PLAIN",         "LOGIN"};

bool tells_the_secret(std::string_view name)
{
    return name == "PLAIN" || name == "LOGIN" || name == "XOAUTH2";
}

bool is_known(std::string_view name)
{
    return name == "XOAUTH2" ||
           std::find(std::begin(kBestFirst), std::end(kBestFirst), name) != std::end(kBestFirst);
}

/// Holds what a mechanism works with, and overwrites the secret in the end.
class WithParts : public ClientMechanism {
public:
    explicit WithParts(SaslParts parts) : parts_(std::move(parts)) {}
    ~WithParts() override { crypto::wipe(parts_.secret); }
    WithParts(const WithParts&) = delete;
    WithParts& operator=(const WithParts&) = delete;

protected:
    SaslParts parts_;
};

/// RFC 4616 §2: message = [authzid] UTF8NUL authcid UTF8NUL passwd
class Plain : public WithParts {
public:
    using WithParts::WithParts;
    std::optional<std::string> initial() override
    {
        return std::string(1, '\0') + parts_.user + std::string(1, '\0') + parts_.secret;
    }
    Result<std::string> respond(std::string_view) override
    {
        return Error(Errc::Invalid, "PLAIN: a challenge too many");
    }
};

/// Two questions, whatever their words.
class Login : public WithParts {
public:
    using WithParts::WithParts;
    std::optional<std::string> initial() override { return std::nullopt; }
    Result<std::string> respond(std::string_view) override
    {
        switch (asked_++) {
            case 0:
                return parts_.user;
            case 1:
                return parts_.secret;
            default:
                return Error(Errc::Invalid, "LOGIN: a challenge too many");
        }
    }

private:
    int asked_ = 0;
};

/// RFC 2195 §2: the user's name, a space, and HMAC-MD5 of the challenge in hexadecimal.
class CramMd5 : public WithParts {
public:
    using WithParts::WithParts;
    std::optional<std::string> initial() override { return std::nullopt; }
    Result<std::string> respond(std::string_view challenge) override
    {
        TRY(const std::string octets, crypto::decode_base64(challenge));
        if (octets.empty() || std::exchange(is_done_, true))
            return Error(Errc::Invalid, "CRAM-MD5: not the one challenge expected");
        return parts_.user + ' ' +
               crypto::encode_hex(crypto::hmac(crypto::Hash::Md5, parts_.secret, octets));
    }

private:
    bool is_done_ = false;
};

/// A token instead of a password; the server's error is a challenge, to be answered with nothing.
class XOauth2 : public WithParts {
public:
    using WithParts::WithParts;
    std::optional<std::string> initial() override
    {
        return "user=" + parts_.user + "\x01" + "auth=Bearer " + parts_.secret + "\x01\x01";
    }
    Result<std::string> respond(std::string_view) override { return std::string(); }
};

} // namespace

Result<std::unique_ptr<ClientMechanism>> make_mechanism(std::string_view name, SaslParts parts)
{
    const bool has_nul = parts.user.find('\0') != std::string::npos ||
                         parts.secret.find('\0') != std::string::npos;
    if (parts.user.empty() || has_nul) // RFC 4616 §2
        return Error(Errc::Invalid, "no user to log in as, or a NUL in user or secret");
    if (name.starts_with("SCRAM-"))
        return make_scram(name, std::move(parts));
    std::unique_ptr<ClientMechanism> made;
    if (name == "PLAIN")
        made = std::make_unique<Plain>(std::move(parts));
    else if (name == "LOGIN")
        made = std::make_unique<Login>(std::move(parts));
    else if (name == "CRAM-MD5")
        made = std::make_unique<CramMd5>(std::move(parts));
    else if (name == "XOAUTH2")
        made = std::make_unique<XOauth2>(std::move(parts));
    else
        return Error(Errc::Invalid, "no mechanism " + std::string(name));
    return made;
}

std::vector<std::string> choose_mechanisms(const std::vector<std::string>& offered,
                                           const std::vector<std::string>& wanted, bool is_private,
                                           bool has_binding)
{
    std::vector<std::string> in_order;
    for (const auto& name : wanted)
        in_order.push_back(ascii::upper(name));
    if (in_order.empty())
        in_order.assign(std::begin(kBestFirst), std::end(kBestFirst));
    std::erase_if(in_order, [&](const std::string& name) {
        const bool is_offered = std::find(offered.begin(), offered.end(), name) != offered.end();
        return !is_offered || !is_known(name) || (tells_the_secret(name) && !is_private) ||
               (name.ends_with("-PLUS") && !has_binding);
    });
    return in_order;
}

} // namespace mailctl::smtp
