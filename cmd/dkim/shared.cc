// What the verbs of mailctl dkim share: names, keys, files.
#include "cmd/dkim/dkim.h"

#include "cmd/read_input.h"
#include "core/address/address.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxMessageOctets = 1ULL << 30;

} // namespace

Result<std::string> hosted_name(Context& ctx, const std::string& given)
{
    TRY(const std::string name, address::canonical_domain(given));
    TRY(store::Store* const store, ctx.store());
    TRY(const store::Domain domain, ctx.wait(store->directory().find_domain(name)));
    (void)domain;
    return name;
}

Result<store::DkimDomain> dkim_of(Context& ctx, const std::string& given)
{
    TRY(const std::string name, address::canonical_domain(given));
    TRY(store::Store* const store, ctx.store());
    TRY(const auto found, ctx.wait(store::dkim_keys(*store).find_keys(name)));
    store::DkimDomain domain = found ? *found : store::DkimDomain();
    domain.domain = name;
    return domain;
}

Result<store::DkimDomain> keys_of(Context& ctx, const std::string& given)
{
    TRY(store::DkimDomain domain, dkim_of(ctx, given));
    if (domain.keys.empty())
        return Error(Errc::NotFound, domain.domain + " has no DKIM keys");
    return domain;
}

Result<store::DkimDomain> update_dkim(Context& ctx, const std::string& domain,
                                      std::function<Result<>(store::DkimDomain&)> change)
{
    TRY(store::Store* const store, ctx.store());
    return ctx.wait(store::dkim_keys(*store).update_keys(domain, std::move(change)));
}

std::string key_text(const store::DkimKey& key)
{
    const std::string kind(dkim::name_of(key.kind));
    return key.kind == crypto::SigningKind::Rsa ? kind + ' ' + std::to_string(key.bits) : kind;
}

std::optional<Time> given_time(Time time)
{
    return time == Time{} ? std::nullopt : std::optional(time);
}

Result<std::string> read_message(Context& ctx, const std::string& path, bool& had_bare_lf)
{
    TRY(std::string text, read_input(ctx, path, kMaxMessageOctets));
    std::size_t bare = 0, proper = 0;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
        ++(at > 0 && text[at - 1] == '\r' ? proper : bare);
    had_bare_lf = bare > 0;
    if (bare == 0)
        return text;
    if (proper > 0)
        return Error(Errc::Invalid, path + ": some lines end with CRLF and some with LF alone");
    std::string out;
    out.reserve(text.size() + bare);
    for (const char c : text) {
        if (c == '\n')
            out += '\r';
        out += c;
    }
    return out;
}

} // namespace mailctl::cmd
