// mailctl dkim verify: a line for each signature of a message.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/dkim/dkim.h"
#include "cmd/dns/resolver_of.h"
#include "cmd/read_input.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "core/dkim/verify.h"
#include "core/dns/resolver.h"
#include "core/mime/header.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxKeyOctets = 64 * 1024;

struct Options {
    std::string message;
    std::string key_file;
    std::string zone;
    std::string at; ///< a time; empty: now
};

/// The record that a key file stands for: its text, or that of a private key's other half.
Result<std::string> record_in(Context& ctx, const std::string& path)
{
    TRY(const std::string text, read_input(ctx, path, kMaxKeyOctets));
    if (!text.starts_with("-----BEGIN"))
        return std::string(ascii::trim(text));
    TRY(const crypto::SigningKey key, crypto::SigningKey::from_pem(text));
    dkim::KeyRecord record;
    record.kind = key.kind();
    record.key = key.verifying().octets();
    return dkim::to_text(record);
}

Result<std::vector<dkim::Outcome>> finish(const Options& options, Context& ctx,
                                          dkim::Verification& verification)
{
    if (options.key_file.empty()) {
        TRY(const auto resolver, resolver_of(ctx, options.zone));
        return ctx.wait(dkim::finish(verification, *resolver));
    }
    TRY(const std::string record, record_in(ctx, options.key_file));
    dkim::KeyAnswer known;
    known.status = dkim::KeyAnswer::Status::Found;
    known.records = {record};
    const std::vector<dkim::KeyAnswer> answers(verification.key_names().size(), known);
    return verification.finish(answers);
}

int report(Context& ctx, const std::vector<dkim::Outcome>& outcomes)
{
    Table table(ctx, {"mailctl.dkim.verify/1",
                      {"result", "domain", "selector", "identity", "algorithm", "bits", "test",
                       "partial", "reason"}});
    for (const auto& one : outcomes)
        table.row(dkim::name_of(one.verdict), one.domain, one.selector, one.identity,
                  one.algorithm, one.bits == 0 ? Cell() : Cell(one.bits), one.testing, one.partial,
                  one.reason);
    const bool any = std::any_of(outcomes.begin(), outcomes.end(),
                                 [](const dkim::Outcome& one) { return one.is_pass(); });
    return any ? EX_OK : kExitNo;
}

int run(const Options& options, Context& ctx)
{
    Time now = system_clock().now();
    if (!options.at.empty()) {
        const auto at = parse_rfc3339(options.at);
        if (!at)
            return ctx.usage(at.error().detail());
        now = *at;
    }
    bool had_bare_lf = false;
    const auto message = read_message(ctx, options.message, had_bare_lf);
    if (!message)
        return ctx.fail(message.error());
    const auto split = mime::header_octets(*message);
    dkim::Verification verification(std::string_view(*message).substr(0, split), now);
    if (!verification.has_signatures()) {
        ctx.note("the message has no signature");
        return kExitNo;
    }
    verification.feed(std::string_view(*message).substr(split));
    const auto outcomes = finish(options, ctx, verification);
    if (!outcomes)
        return ctx.fail(outcomes.error());
    return report(ctx, *outcomes);
}

} // namespace

void add_dkim_verify(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("verify", "Verify the signatures of a message");
    add_input_file(*verb, ctx, "FILE", options->message, "The message; -: standard input")
        ->required();
    add_input_file(*verb, ctx, "--key-file", options->key_file,
                   "A key record, or a private key as PEM: used for every signature, "
                   "the DNS is not asked");
    add_input_file(*verb, ctx, "--zone", options->zone, "Look keys up in this zone file instead of the DNS");
    verb->add_option("--at", options->at, "As if it were this time: 2026-11-25T12:00:00Z");
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
